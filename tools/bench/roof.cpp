// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/roof.h"

#include <cstdio>

#include "tools/bench/measure/rank_shift.h"

namespace parley::bench {

void Roof::run_when_chosen(CLI::App* command, Measure measure, uint64_t* seed) {
  command->add_flag("--json", output_.json, "one JSON object instead of text");
  command->add_flag("--check", output_.check, "exit with 1 when a goal falls short; the last line names it");
  if (command->get_option_no_throw("--runs") == nullptr) {  // a command with its own takes turns within a run
    command->add_option("--runs", output_.runs, "measures so often; `compare` needs 5")
        ->check(CLI::Range(1, static_cast<int>(kMostRuns)))
        ->capture_default_str();
  }
  command->callback([this, name = command->get_name(), measure = std::move(measure), seed] {
    Report report(name, arguments_, seed == nullptr ? 0 : *seed);
    exit_code_ = measure_all(report, measure, seed) ? report.finish(output_) : 2;
  });
}

bool Roof::measure_all(Report& report, const Measure& measure, uint64_t* seed) const {
  for (int run = 1; run <= output_.runs; ++run) {
    if (output_.runs > 1) std::fprintf(stderr, "run %d of %d\n", run, output_.runs);
    if (run > 1) report.next_run();
    if (seed != nullptr) *seed = report.seed();
    if (!measure(report)) return false;
  }
  return true;
}

void Roof::do_when_chosen(CLI::App* command, std::function<int()> work) {
  command->callback([this, work = std::move(work)] { exit_code_ = work(); });
}

}  // namespace parley::bench
