// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/show/plots.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "tools/bench/measure/histogram.h"
#include "tools/bench/measure/report.h"

namespace parley::bench {
namespace {

std::string below(const std::string& path, const std::string& key) {
  return path.empty() ? key : std::string(path).append(", ").append(key);
}

constexpr const char* kNanos = "ns";
constexpr double kUnseen = 2;  // the last value of a curve stands for so much less than the share before it

// "5%" before "10%": runs of digits compare as numbers.
struct NaturalLess {
  bool operator()(const std::string& a, const std::string& b) const { return padded(a) < padded(b); }
  static std::string padded(const std::string& text) {
    constexpr size_t kDigits = 12;
    std::string out, digits;
    for (const char c : text + '\0') {
      if (c >= '0' && c <= '9') {
        digits += c;
        continue;
      }
      if (!digits.empty()) out += std::string(kDigits - std::min(digits.size(), kDigits), '0') + digits;
      digits.clear();
      out += c;
    }
    return out;
  }
};

// A percentile curve, whose last point is moved from 100 %, which is endlessly far on this axis, to where it was seen.
Line line_of(const std::string& name, const std::vector<std::array<double, 2>>& curve) {
  Line line{.name = name};
  for (const auto& [percent, value] : curve) {
    double at = percent;
    if (at >= 100) at = line.points.empty() ? 0 : 100 - (100 - line.points.back()[0]) / kUnseen;
    line.points.push_back({at, value});
  }
  return line;
}

std::vector<std::array<double, 2>> points_of(const nlohmann::json& curve) {
  std::vector<std::array<double, 2>> out;
  if (!curve.is_array()) return out;
  for (const auto& point : curve) {
    if (point.is_array() && point.size() == 2 && point[0].is_number() && point[1].is_number())
      out.push_back({point[0].get<double>(), point[1].get<double>()});
  }
  return out;
}

// Anywhere in the results: the path to it is its name.
void find_curves(const nlohmann::json& json, const std::string& path, std::vector<Line>& out) {
  if (!json.is_object()) return;
  for (const auto& [key, value] : json.items()) {
    if (key == "curve_ns") {
      if (Line line = line_of(path, points_of(value)); !line.points.empty()) out.push_back(std::move(line));
    } else {
      find_curves(value, below(path, key), out);
    }
  }
}

struct Curves {
  std::map<std::string, std::vector<Line>> by_unit;
  void add(const std::string& unit, Line line) { by_unit[unit].push_back(std::move(line)); }
};

// A histogram of the same name in each run is one. One that can't be read is left out.
Curves curves_of(const RunFile& file) {
  std::map<std::string, std::pair<std::string, Histogram>, NaturalLess> merged;
  for (const nlohmann::json& run : file.runs) {
    for (const auto& [name, json] : run["histograms"].items()) {
      const auto histogram = Histogram::from_json(json);
      if (!histogram) continue;
      auto& [unit, all] = merged[name];
      unit = text_at(json, "unit", kNanos);
      all.merge(*histogram);
    }
  }
  Curves curves;
  for (const auto& [name, each] : merged) {
    if (each.second.count() > 0) curves.add(each.first, line_of(name, each.second.curve()));
  }
  std::vector<Line> from_results;  // of the first run: they can't be merged
  if (merged.empty()) find_curves(file.runs.front()["results"], "", from_results);
  for (Line& line : from_results) curves.add(kNanos, std::move(line));
  return curves;
}

// The value at the first point that isn't below the percentile.
double value_at(const Line& line, double percent) {
  const auto at = std::ranges::find_if(line.points, [&](const auto& point) { return point[0] >= percent - 1e-9; });
  return at == line.points.end() ? std::nan("") : (*at)[1];
}

std::vector<std::vector<std::string>> percentile_table(const std::vector<Line>& lines, const std::string& unit) {
  std::vector<std::vector<std::string>> rows{{"", "p50", "p90", "p99", "p99.9", "p99.99", "max"}};
  for (const Line& line : lines) {
    std::vector<std::string> row{line.name};
    for (const double percent : {50.0, 90.0, 99.0, 99.9, 99.99}) {
      const double value = value_at(line, percent);
      row.push_back(std::isnan(value) ? "–" : Axis::label(value, unit));
    }
    row.push_back(Axis::label(line.points.back()[1], unit));
    rows.push_back(std::move(row));
  }
  return rows;
}

LineChart percentile_chart(const std::string& title, std::vector<Line> lines, const std::string& unit) {
  LineChart chart;
  chart.title = title;
  chart.description = "Percentile curves of " + std::to_string(lines.size()) + " measurements; by nines to the right, logarithmic upwards.";
  chart.x_label = "percentile";
  chart.x_unit = "%";
  chart.y_unit = unit;
  chart.x_scale = Scale::kNines;
  chart.figures = percentile_table(lines, unit);
  chart.lines = std::move(lines);
  return chart;
}

LineChart time_chart(const std::string& name, const nlohmann::json& json) {
  LineChart chart;
  chart.title = name + " over time";
  chart.description = "p50, p99 and the maximum of each interval of " + figure(number_at(json, "interval_s")) + " s.";
  chart.x_label = "s since the start";
  chart.x_unit = "s";
  chart.y_unit = text_at(json, "unit", kNanos);
  chart.figures.push_back({"s", "values", "p50", "p99", "max"});
  chart.lines = {{.name = "p50"}, {.name = "p99"}, {.name = "max"}};
  const auto points = json.find("points");
  if (points == json.end() || !points->is_array()) return chart;
  for (const auto& point : *points) {
    const double t = number_at(point, "t");
    chart.figures.push_back({figure(t), figure(number_at(point, "count"))});
    for (Line& line : chart.lines) {
      line.points.push_back({t, number_at(point, line.name)});
      chart.figures.back().push_back(Axis::label(line.points.back()[1], chart.y_unit));
    }
  }
  return chart;
}

using Group = std::pair<std::string, std::vector<Line>>;

// "10%/100ms, Parley" and "10%/100ms, plain ENet" belong into one plot, where all don't fit in one, each name says so and none would be
// alone.
std::vector<Group> in_groups(std::vector<Line> lines) {
  std::vector<Group> groups;
  if (lines.size() <= kMostLines) return {{"", std::move(lines)}};
  for (const Line& line : lines) {
    const size_t comma = line.name.rfind(", ");
    if (comma == std::string::npos) return {{"", std::move(lines)}};
    const std::string name = line.name.substr(0, comma);
    auto group = std::ranges::find(groups, name, &Group::first);
    if (group == groups.end()) group = groups.insert(groups.end(), {name, {}});
    group->second.push_back({line.name.substr(comma + 2), line.points});
  }
  const bool lonely = std::ranges::any_of(groups, [](const Group& group) { return group.second.size() == 1; });
  if (lonely) return {{"", std::move(lines)}};
  return groups;
}

struct Found {
  std::string name;
  bool ours;
  std::vector<double> values;
};

Bar bar_of(const Found& found) {
  const auto [least, most] = std::ranges::minmax(found.values);
  return {found.name, median_of(found.values), least, most, found.ours};
}

void add(std::vector<Found>& all, const std::string& name, bool ours, double value) {
  const auto known = std::ranges::find(all, name, &Found::name);
  if (known != all.end()) return known->values.push_back(value);
  all.push_back({name, ours, {value}});
}

void find_bars(const nlohmann::json& json, const std::string& of_command, const std::string& path, std::vector<Found>& out) {
  if (!json.is_object()) return;
  for (const auto& [key, value] : json.items()) {
    if (key == "cpu_us_per_delivery" && value.is_number()) {
      const std::string who = path.empty() ? "Parley" : path;
      add(out, who + of_command, who.find("arley") != std::string::npos, value.get<double>());
    } else if (key == "bare_us" && value.is_number()) {
      add(out, "bare sendto + recv", false, value.get<double>());
    } else {
      find_bars(value, of_command, below(path, key), out);
    }
  }
}

bool has_bars(const RunFile& file) {
  std::vector<Found> found;
  for (const nlohmann::json& run : file.runs) find_bars(run["results"], "", "", found);
  return !found.empty();
}

}  // namespace

std::vector<LineChart> percentile_charts(const RunFile& file) {
  std::vector<LineChart> charts;
  for (auto& [unit, lines] : curves_of(file).by_unit) {
    for (auto& [group, some] : in_groups(std::move(lines))) {
      const std::string of_group = group.empty() ? "" : ": " + group;
      for (size_t from = 0; from < some.size(); from += kMostLines) {
        const auto first = some.begin() + static_cast<ptrdiff_t>(from);
        const auto last = some.begin() + static_cast<ptrdiff_t>(std::min(from + kMostLines, some.size()));
        charts.push_back(percentile_chart("Latency by percentile" + of_group, {first, last}, unit));
      }
    }
  }
  return charts;
}

std::vector<LineChart> time_charts(const RunFile& file) {
  std::vector<LineChart> charts;
  for (size_t i = 0; i < file.runs.size(); ++i) {
    const std::string of_run = file.runs.size() > 1 ? ", run " + std::to_string(i + 1) : "";
    for (const auto& [name, json] : file.runs[i]["series"].items()) {
      if (!json.is_object()) continue;
      LineChart chart = time_chart(name + of_run, json);
      if (chart.lines.front().points.size() > 1) charts.push_back(std::move(chart));
    }
  }
  return charts;
}

BarChart cpu_chart(const std::vector<RunFile>& files) {
  std::vector<Found> found;
  const auto commands = std::ranges::count_if(files, has_bars);
  for (const RunFile& file : files) {
    const std::string of_command = commands > 1 ? ", " + file.command : "";
    for (const nlohmann::json& run : file.runs) find_bars(run["results"], of_command, "", found);
  }
  std::ranges::sort(found, {}, [](const Found& each) { return median_of(each.values); });
  BarChart chart{
      .title = "Server CPU for a delivery",
      .description = "Of the server process, kernel time included, beside the least that any server pays: one sendto and one recv.",
      .unit = "µs"};
  for (const Found& each : found) chart.bars.push_back(bar_of(each));
  return chart;
}

BarChart parts_chart(const RunFile& file) {
  BarChart chart{.title = "Where a message's time goes",
                 .description = "Mean time in each part of the way from the scheduled send to the receiver's callback.",
                 .unit = "µs"};
  std::vector<Found> found;
  for (const nlohmann::json& run : file.runs) {
    const auto parts = run["results"].find("parts");
    if (parts == run["results"].end() || !parts->is_array()) continue;
    for (const auto& part : *parts) add(found, text_at(part, "name"), text_at(part, "name") != "network", number_at(part, "mean_us"));
  }
  for (const Found& each : found) chart.bars.push_back(bar_of(each));
  return chart;
}

}  // namespace parley::bench
