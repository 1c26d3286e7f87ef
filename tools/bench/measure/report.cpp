// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>

namespace parley::bench {

namespace {

// Display width of the few non-ASCII characters that tables hold (µ, ×, ≤, …): one column for each code point.
size_t columns(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void print_rows(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  }
  for (const auto& row : rows) {
    std::string line = "  ";
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string pad(widths[i] - columns(row[i]), ' ');
      line += i == 0 ? row[i] + pad : "  " + pad + row[i];
    }
    std::cout << line << '\n';
  }
}

// As dump(2), but arrays that hold no object on one line: a histogram's buckets would else take four lines each.
void write(const nlohmann::json& json, size_t indent, std::string& out) {
  const bool object = json.is_object();
  const bool nested = json.is_array() && std::any_of(json.begin(), json.end(), [](const auto& each) { return each.is_object(); });
  if (json.empty() || (!object && !nested)) {
    out += json.dump();
    return;
  }
  out += object ? "{" : "[";
  bool first = true;
  for (const auto& item : json.items()) {
    out += (first ? "\n" : ",\n") + std::string(indent + 2, ' ');
    first = false;
    if (object) out += nlohmann::json(item.key()).dump() + ": ";
    write(item.value(), indent + 2, out);
  }
  out += "\n" + std::string(indent, ' ') + (object ? "}" : "]");
}

std::string readable(const nlohmann::json& json) {
  std::string out;
  write(json, 0, out);
  return out;
}

}  // namespace

std::string figure(double value) {
  if (!std::isfinite(value)) return value > 0 ? "inf" : "none";
  const double magnitude = value == 0 ? 0 : std::floor(std::log10(std::abs(value)));
  const int decimals = std::clamp(2 - static_cast<int>(magnitude), 0, 6);
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string goal_line(const Goal& goal) {
  const char* relation = goal.bound == Bound::kAtMost ? "≤" : "≥";
  const std::string unit = goal.unit.empty() ? "" : " " + goal.unit;
  return goal.name + ": " + figure(goal.figure) + unit + " (goal " + relation + " " + figure(goal.limit) + unit + ")";
}

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Report::Report(std::string command, std::vector<std::string> arguments, uint64_t seed)
    : command_(std::move(command)), arguments_(std::move(arguments)), started_(utc_now()) {
  runs_.push_back({.seed = seed, .start = Clock::now()});
}

void Report::table(const std::string& title, std::vector<std::vector<std::string>> rows) {
  run().tables.push_back({title, std::move(rows)});
}
void Report::note(const std::string& line) { run().notes.push_back(line); }
void Report::goal(Goal goal) { run().goals.push_back(std::move(goal)); }

void Report::histogram(const std::string& name, const Histogram& values, const char* unit) {
  run().histograms[name] = values.to_json(unit);
}

void Report::series(const std::string& name, const TimeSeries& values, const char* unit) { run().series[name] = values.to_json(unit); }

void Report::next_run() {
  end_run();
  runs_.push_back({.seed = seed() + 1, .start = Clock::now()});
}

void Report::end_run() { run().seconds = std::chrono::duration<double>(Clock::now() - run().start).count(); }

// By name: a run may lack a goal that another has.
std::vector<Goal> Report::goals() const {
  std::vector<Goal> all;
  std::vector<std::vector<double>> figures;
  for (const Run& run : runs_) {
    for (const Goal& goal : run.goals) {
      const auto known = std::find_if(all.begin(), all.end(), [&](const Goal& each) { return each.name == goal.name; });
      const auto index = static_cast<size_t>(known - all.begin());
      if (known == all.end()) {
        all.push_back(goal);
        figures.emplace_back();
      }
      figures[index].push_back(goal.figure);
    }
  }
  for (size_t i = 0; i < all.size(); ++i) all[i].figure = median_of(figures[i]);
  return all;
}

nlohmann::json Report::as_json(const Run& run) {
  nlohmann::json goals = nlohmann::json::array(), tables = nlohmann::json::array();
  for (const Goal& goal : run.goals) {
    goals.push_back({{"name", goal.name},
                     {"figure", goal.figure},
                     {"bound", goal.bound == Bound::kAtMost ? "at_most" : "at_least"},
                     {"limit", goal.limit},
                     {"unit", goal.unit},
                     {"met", goal.met()}});
  }
  for (const Table& table : run.tables) tables.push_back({{"title", table.title}, {"rows", table.rows}});
  return {{"seed", run.seed},     {"seconds", run.seconds}, {"results", run.results}, {"histograms", run.histograms},
          {"series", run.series}, {"tables", tables},       {"goals", goals},         {"notes", run.notes}};
}

nlohmann::json Report::as_json() const {
  nlohmann::json json = {{"format", 1}, {"command", command_}, {"arguments", arguments_}, {"started", started_}, {"machine", machine()}};
  if (runs_.size() == 1) {
    json.update(as_json(runs_.front()));
    return json;
  }
  json["seed"] = runs_.front().seed;
  double seconds = 0;
  for (const Run& run : runs_) {
    json["runs"].push_back(as_json(run));
    seconds += run.seconds;
  }
  json["seconds"] = seconds;
  return json;
}

void Report::print_run(const Run& run) {
  for (const auto& [title, rows] : run.tables) {
    std::cout << "\n" << title << "\n";
    print_rows(rows);
  }
  if (!run.notes.empty()) std::cout << "\n";
  for (const auto& note : run.notes) std::cout << note << "\n";
}

void Report::print_text() const {
  std::cout << "parley-bench " << command_;
  for (const auto& argument : arguments_) std::cout << ' ' << argument;
  double seconds = 0;
  for (const Run& run : runs_) seconds += run.seconds;
  std::cout << "\n" << machine_line(machine()) << "\n" << started_ << ", " << figure(seconds) << " s, seed " << runs_.front().seed << "\n";
  for (size_t i = 0; i < runs_.size(); ++i) {
    if (runs_.size() > 1) std::cout << "\nRun " << i + 1 << " of " << runs_.size() << ", seed " << runs_[i].seed << "\n";
    print_run(runs_[i]);
  }
  const std::vector<Goal> all = goals();
  if (!all.empty()) std::cout << (runs_.size() > 1 ? "\nGoals, by the medians of all runs\n" : "\nGoals\n");
  for (const Goal& goal : all) std::cout << (goal.met() ? "  met      " : "  not met  ") << goal_line(goal) << "\n";
}

int Report::finish(const Output& output) {
  end_run();
  if (output.json) {
    std::cout << readable(as_json()) << "\n";
  } else {
    print_text();
  }
  const std::vector<Goal> all = goals();
  const auto missed = std::find_if(all.begin(), all.end(), [](const Goal& goal) { return !goal.met(); });
  if (!output.check || missed == all.end()) return 0;
  (output.json ? std::cerr : std::cout) << "falls short: " << goal_line(*missed) << "\n";
  return 1;
}

}  // namespace parley::bench
