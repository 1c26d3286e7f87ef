// SPDX-License-Identifier: Apache-2.0
// The same load on one system after the other, in turns within one run, as machines change while they are measured: `parley-bench room`,
// `arena` and `flood`, and each load of `compare-servers`. The figures are medians over the runs, each with a fresh server; beside them
// what a bare sendto and recv of such a datagram cost meanwhile.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/bench/load/generator.h"
#include "tools/bench/load/live.h"
#include "tools/bench/measure/report.h"

namespace parley::bench {

struct ContestOptions {
  std::string name = {};  // of the load: room, arena, flood
  std::vector<std::string> targets = {"parley", "enet"};
  LoadPlan plan = {};
  int seconds = 10;  // of each run
  int runs = 5;
  std::string address = {};  // of a server that runs already, for the only target
  int server_pid = -1;
  std::string server_flags = {};  // further ones for parleyd, split at spaces
  bool anywhere = false;          // else the generator is pinned to processor 0 and the server to 1
};

struct Contender {
  std::string name;
  std::string version = {};
  Promises promises = {};
  // One for each run.
  std::vector<double> cpu_us = {}, deliveries_per_s = {}, server_core = {}, generator_core = {}, p50_ms = {}, p99_ms = {}, p999_ms = {},
                      library_us = {};
  std::map<std::string, double> threads_s = {};  // CPU of the server, by the name of the thread, of all runs
  Histogram latency = {};                        // of all runs
  uint64_t sent = 0, delivered = 0, missing = 0, doubled = 0, out_of_order = 0, faults = 0, delayed_sends = 0;
};

struct Contest {
  std::vector<Contender> contenders;
  double bare_us = 0;
};

// Parts are counted on from `part`, of `parts`, for the bar. A target that can't be measured is an error.
Result<Contest> run_contest(const ContestOptions& options, Live& live, int part, int parts);
DriverOptions driver_options(const ContestOptions& options);
double median(std::vector<double> values);
// "medians of 5 runs", for the title of a table.
std::string median_of(int runs);
const Contender* find_contender(const Contest& contest, const std::string& name);
// The best of all but Parley by CPU per delivery; nullptr if Parley is alone, or none has a known process.
const Contender* cheapest_other(const Contest& contest);
nlohmann::json as_json(const Contest& contest);
// Goals that the named load has, and that nothing is lost.
void add_goals(const std::string& load, const Contest& contest, Report& report);

// The command: false when a target couldn't be measured; the reason is on stderr.
bool run_load_command(const ContestOptions& options, Report& report);

// Further flags for a server, as one string on the command line.
std::vector<std::string> split_words(const std::string& text);

}  // namespace parley::bench
