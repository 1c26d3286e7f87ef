// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/commands.h"
#include "tools/bench/drivers/driver.h"
#include "tools/bench/idle.h"

namespace parley::bench {

void add_idle(CLI::App& app, Roof& roof) {
  auto options = std::make_shared<IdleOptions>();
  CLI::App* command = app.add_subcommand("idle", "memory per idle session, and what a delivery costs among many of them");
  command->add_option("--sessions", options->sessions, "how many; several numbers, the others are compared with the first")
      ->check(CLI::Range(2, 60'000))
      ->capture_default_str();
  command->add_option("--room-members", options->room_members, "of each room")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--rate", options->rate, "messages/s over all rooms")->check(CLI::Range(1, 1'000'000))->capture_default_str();
  command->add_option("--seconds", options->seconds, "of chat in each run")->check(CLI::Range(1, 3600))->capture_default_str();
  command->add_option("--runs", options->runs, "of each; the figures are their medians")->check(CLI::Range(1, 100))->capture_default_str();
  command->add_option("--target", options->target, "what to measure")->check(CLI::IsMember(driver_names()))->capture_default_str();
  command->add_option("--server-flags", options->server_flags, "further flags for parleyd");
  command->add_flag("--anywhere", options->anywhere, "pin neither generator (else processor 0) nor server (1)");
  roof.run_when_chosen(command, [options](Report& report) { return run_idle(*options, report); });
}

}  // namespace parley::bench
