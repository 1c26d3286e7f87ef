// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/roof.h"

namespace parley::bench {

void Roof::run_when_chosen(CLI::App* command, Measure measure, const uint64_t* seed) {
  command->add_flag("--json", output_.json, "one JSON object instead of text");
  command->add_flag("--check", output_.check, "exit with 1 when a goal falls short; the last line names it");
  command->callback([this, name = command->get_name(), measure = std::move(measure), seed] {
    Report report(name, arguments_, seed == nullptr ? 0 : *seed);
    exit_code_ = measure(report) ? report.finish(output_) : 2;
  });
}

}  // namespace parley::bench
