// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/commands.h"
#include "tools/bench/sessions.h"

namespace parley::bench {

void add_sessions(CLI::App& app, Roof& roof) {
  auto options = std::make_shared<SessionsOptions>();
  CLI::App* command = app.add_subcommand("sessions", "many sessions in rooms: memory per session, CPU per delivery, nothing lost");
  command->add_option("--sessions", options->sessions, "how many")->check(CLI::Range(1, 60'000))->capture_default_str();
  command->add_option("--rooms", options->rooms, "spread over this many rooms")->check(CLI::Range(1, 60'000))->capture_default_str();
  command->add_option("--rate", options->rate, "messages/s over all rooms")->check(CLI::Range(1, 1'000'000))->capture_default_str();
  command->add_option("--seconds", options->seconds, "how long to chat")->check(CLI::Range(1, 3600))->capture_default_str();
  command->add_option("--message-bytes", options->message_bytes, "size of a message's text")
      ->check(CLI::Range(24, 4096))
      ->capture_default_str();
  command->add_option("--idle", options->idle, "the server's idle strategy: block, spin-then-block, spin")->capture_default_str();
  command->add_option("--server-flags", options->server_flags, "further flags for parleyd");
  roof.run_when_chosen(command, [options](Report& report) { return run_sessions(*options, report); });
}

}  // namespace parley::bench
