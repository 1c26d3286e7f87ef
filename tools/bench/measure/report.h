// SPDX-License-Identifier: Apache-2.0
// What parley-bench says of a measurement, in one form for all commands: the machine and flags, tables for people, results, histograms and
// time series for programs, and the goals with what was reached. finish() prints it as text or as one JSON object and gives the exit code.
// Main thread. With --runs N the command measures N times into the same report; goals are then judged by their medians.
//
// The JSON: {"format", "command", "arguments", "seed", "started", "seconds", "machine", and of the run "results", "histograms", "series",
// "tables", "goals", "notes"}. With several runs these six stand in "runs", an array with an object for each, which has its "seed" and
// "seconds" too. `parley-bench report` draws, from any command: each histogram and each "curve_ns" in the results as a percentile curve,
// each series over time, and each "cpu_us_per_delivery" and "bare_us" in the results as a bar.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/bench/measure/histogram.h"
#include "tools/bench/measure/machine.h"
#include "tools/bench/measure/time_series.h"

namespace parley::bench {

enum class Bound { kAtMost, kAtLeast };

struct Goal {
  std::string name{};
  double figure = 0;
  Bound bound = Bound::kAtMost;
  double limit = 0;
  std::string unit{};
  bool met() const { return bound == Bound::kAtMost ? figure <= limit : figure >= limit; }
};

struct Output {
  bool json = false;   // one object instead of text
  bool check = false;  // exit code 1 and a last line when a goal falls short
  int runs = 1;        // how often the command measures
};

// The first row is the head.
struct Table {
  std::string title{};
  std::vector<std::vector<std::string>> rows{};
};

class Report {
 public:
  Report(std::string command, std::vector<std::string> arguments, uint64_t seed);

  // A table of strings. Printed with aligned columns, numbers to the right.
  void table(const std::string& title, std::vector<std::vector<std::string>> rows);
  void note(const std::string& line);
  void goal(Goal goal);
  nlohmann::json& results() { return run().results; }
  void histogram(const std::string& name, const Histogram& values, const char* unit = "ns");
  void series(const std::string& name, const TimeSeries& values, const char* unit = "ns");

  // What is said from here on is of one more run of the same command.
  void next_run();
  // Of this run: the command's, and one more for each run after the first. A command that makes up its own input takes it from here.
  uint64_t seed() const { return runs_.back().seed; }

  // Prints everything to stdout. 0, or with check 1 when a goal falls short; the last line then names the first such goal with its figure.
  int finish(const Output& output);

  // Of all runs, each with its median figure.
  std::vector<Goal> goals() const;
  nlohmann::json as_json() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Run {
    uint64_t seed = 0;
    Clock::time_point start{};
    double seconds = 0;
    nlohmann::json results = nlohmann::json::object();
    nlohmann::json histograms = nlohmann::json::object();
    nlohmann::json series = nlohmann::json::object();
    std::vector<Table> tables{};
    std::vector<std::string> notes{};
    std::vector<Goal> goals{};
  };
  Run& run() { return runs_.back(); }
  void end_run();
  static nlohmann::json as_json(const Run& run);
  void print_text() const;
  static void print_run(const Run& run);

  std::string command_;
  std::vector<std::string> arguments_;
  std::string started_;
  std::vector<Run> runs_;
};

// 3 significant digits, without an exponent: 0.0123, 4.57, 128, 40960.
std::string figure(double value);
// "p99: 1.20 ms (goal ≤ 2.00 ms)"
std::string goal_line(const Goal& goal);
double median_of(std::vector<double> values);  // of an even number the mean of the two in the middle; 0 of none

}  // namespace parley::bench
