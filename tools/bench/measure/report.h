// SPDX-License-Identifier: Apache-2.0
// What a run of parley-bench says, in one form for all commands: the machine and flags, tables for people, results for programs, and the
// goals with what was reached. finish() prints it as text or as one JSON object and gives the exit code. Main thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace parley::bench {

enum class Bound { kAtMost, kAtLeast };

struct Goal {
  std::string name;
  double figure = 0;
  Bound bound = Bound::kAtMost;
  double limit = 0;
  std::string unit;
  bool met() const { return bound == Bound::kAtMost ? figure <= limit : figure >= limit; }
};

struct Output {
  bool json = false;   // one object instead of text
  bool check = false;  // exit code 1 and a last line when a goal falls short
};

class Report {
 public:
  Report(std::string command, std::vector<std::string> arguments, uint64_t seed);

  // A table of strings; the first row is its head. Printed with aligned columns, numbers to the right.
  void table(const std::string& title, std::vector<std::vector<std::string>> rows);
  void note(const std::string& line);
  void goal(Goal goal);
  nlohmann::json& results() { return results_; }

  // Prints everything to stdout. 0, or with check 1 when a goal falls short; the last line then names the first such goal with its figure.
  int finish(const Output& output) const;

 private:
  nlohmann::json as_json() const;
  void print_text() const;

  std::string command_;
  std::vector<std::string> arguments_;
  uint64_t seed_;
  std::vector<std::pair<std::string, std::vector<std::vector<std::string>>>> tables_;
  std::vector<std::string> notes_;
  std::vector<Goal> goals_;
  nlohmann::json results_ = nlohmann::json::object();
};

// 3 significant digits, without an exponent: 0.0123, 4.57, 128, 40960.
std::string figure(double value);
// CPU model, cores, kernel and Parley's version.
nlohmann::json machine();

}  // namespace parley::bench
