// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/commands.h"
#include "tools/bench/soak.h"

namespace parley::bench {

void add_soak(CLI::App& app, Roof& roof) {
  auto options = std::make_shared<SoakOptions>();
  CLI::App* command =
      app.add_subcommand("soak", "hours of chat with faults in turns; a verdict: lost, doubled, out of order, memory growth");
  command->add_option("--minutes", options->minutes, "how long")->check(CLI::Range(0.05, 100'000.0))->capture_default_str();
  command->add_option("--clients", options->clients, "how many")->check(CLI::Range(2, 4'000))->capture_default_str();
  command->add_option("--rooms", options->rooms, "that they spread over")->check(CLI::Range(1, 1'000))->capture_default_str();
  command->add_option("--rate", options->rate, "messages/s over all rooms")->check(CLI::Range(1, 10'000))->capture_default_str();
  command->add_option("--turn-seconds", options->turn_seconds, "of each fault")->check(CLI::Range(1, 3'600))->capture_default_str();
  command->add_option("--kill-every", options->kill_every, "rounds: in the first, and each so many, the server is killed")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "of what the path does")->capture_default_str();
  command->add_option("--server-flags", options->server_flags, "further flags for parleyd");
  roof.run_when_chosen(
      command, [options](Report& report) { return run_soak(*options, report); }, &options->seed);
}

}  // namespace parley::bench
