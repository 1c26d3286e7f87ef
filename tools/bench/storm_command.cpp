// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/commands.h"
#include "tools/bench/storm.h"

namespace parley::bench {

void add_storm(CLI::App& app, Roof& roof) {
  auto options = std::make_shared<StormOptions>();
  CLI::App* command = app.add_subcommand("storm", "everybody in a large room reconnects at once: presence bytes, and chat meanwhile");
  command->add_option("--members", options->members, "of the room")->check(CLI::Range(10, 20'000))->capture_default_str();
  command->add_option("--within-ms", options->within_ms, "how long it takes until all have closed and started again")
      ->check(CLI::Range(1, 60'000))
      ->capture_default_str();
  command->add_option("--rate", options->rate, "messages/s, each to all members")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--calm-seconds", options->calm_seconds, "of chat before the storm, to compare with")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  command->add_option("--runs", options->runs, "the figures are their medians")->check(CLI::Range(1, 100))->capture_default_str();
  command->add_option("--server-flags", options->server_flags, "further flags for parleyd");
  command->add_flag("--anywhere", options->anywhere, "pin neither generator (else processor 0) nor server (1)");
  roof.run_when_chosen(command, [options](Report& report) { return run_storm(*options, report); });
}

}  // namespace parley::bench
