// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/report.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "net/client/parley.h"

namespace parley::bench {

namespace {

std::string cpu_model() {
  std::ifstream in("/proc/cpuinfo");
  std::string line;
  while (std::getline(in, line)) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

std::string goal_line(const Goal& goal) {
  const char* relation = goal.bound == Bound::kAtMost ? "≤" : "≥";
  const std::string unit = goal.unit.empty() ? "" : " " + goal.unit;
  return goal.name + ": " + figure(goal.figure) + unit + " (goal " + relation + " " + figure(goal.limit) + unit + ")";
}

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

}  // namespace

std::string figure(double value) {
  if (!std::isfinite(value)) return value > 0 ? "inf" : "none";
  const double magnitude = value == 0 ? 0 : std::floor(std::log10(std::abs(value)));
  const int decimals = std::clamp(2 - static_cast<int>(magnitude), 0, 6);
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

nlohmann::json machine() {
  utsname name{};
  uname(&name);
  return {{"cpu", cpu_model()}, {"cores", sysconf(_SC_NPROCESSORS_ONLN)}, {"kernel", name.release}, {"parley", parley_version()}};
}

Report::Report(std::string command, std::vector<std::string> arguments, uint64_t seed)
    : command_(std::move(command)), arguments_(std::move(arguments)), seed_(seed) {}

void Report::table(const std::string& title, std::vector<std::vector<std::string>> rows) { tables_.emplace_back(title, std::move(rows)); }
void Report::note(const std::string& line) { notes_.push_back(line); }
void Report::goal(Goal goal) { goals_.push_back(std::move(goal)); }

nlohmann::json Report::as_json() const {
  nlohmann::json goals = nlohmann::json::array();
  for (const Goal& goal : goals_) {
    goals.push_back({{"name", goal.name},
                     {"figure", goal.figure},
                     {"bound", goal.bound == Bound::kAtMost ? "at_most" : "at_least"},
                     {"limit", goal.limit},
                     {"unit", goal.unit},
                     {"met", goal.met()}});
  }
  return {{"command", command_}, {"arguments", arguments_}, {"seed", seed_},  {"machine", machine()},
          {"results", results_}, {"goals", goals},          {"notes", notes_}};
}

void Report::print_text() const {
  const nlohmann::json on = machine();
  std::cout << "parley-bench " << command_;
  for (const auto& argument : arguments_) std::cout << ' ' << argument;
  std::cout << "\n"
            << on["cpu"].get<std::string>() << ", " << on["cores"] << " cores, Linux " << on["kernel"].get<std::string>() << ", Parley "
            << on["parley"].get<std::string>() << ", seed " << seed_ << "\n";
  for (const auto& [title, rows] : tables_) {
    std::cout << "\n" << title << "\n";
    print_rows(rows);
  }
  if (!notes_.empty()) std::cout << "\n";
  for (const auto& note : notes_) std::cout << note << "\n";
  if (!goals_.empty()) std::cout << "\nGoals\n";
  for (const Goal& goal : goals_) std::cout << (goal.met() ? "  met      " : "  not met  ") << goal_line(goal) << "\n";
}

int Report::finish(const Output& output) const {
  if (output.json) {
    std::cout << as_json().dump(2) << "\n";
  } else {
    print_text();
  }
  const auto missed = std::find_if(goals_.begin(), goals_.end(), [](const Goal& goal) { return !goal.met(); });
  if (!output.check || missed == goals_.end()) return 0;
  (output.json ? std::cerr : std::cout) << "falls short: " << goal_line(*missed) << "\n";
  return 1;
}

}  // namespace parley::bench
