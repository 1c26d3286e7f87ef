// SPDX-License-Identifier: Apache-2.0
// parley-bench: one command a question. Each fills a Report, which main prints as text or JSON; --check turns goals into an exit code.
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tools/bench/measure/report.h"
#include "tools/bench/sessions.h"

namespace {

using parley::bench::Output;
using parley::bench::Report;

void add_output_flags(CLI::App* command, Output& output) {
  command->add_flag("--json", output.json, "one JSON object instead of text");
  command->add_flag("--check", output.check, "exit with 1 when a goal falls short; the last line names it");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("parley-bench: measures chat as players feel it");
  app.require_subcommand(1);
  const std::vector<std::string> arguments(argv + (argc > 2 ? 2 : argc), argv + argc);
  Output output;
  int exit_code = 0;

  parley::bench::SessionsOptions sessions;
  CLI::App* command = app.add_subcommand("sessions", "many sessions in rooms: memory per session, CPU per delivery, nothing lost");
  command->add_option("--sessions", sessions.sessions, "how many")->check(CLI::Range(1, 60'000))->capture_default_str();
  command->add_option("--rooms", sessions.rooms, "spread over this many rooms")->check(CLI::Range(1, 60'000))->capture_default_str();
  command->add_option("--rate", sessions.rate, "messages/s over all rooms")->check(CLI::Range(1, 1'000'000))->capture_default_str();
  command->add_option("--seconds", sessions.seconds, "how long to chat")->check(CLI::Range(1, 3600))->capture_default_str();
  command->add_option("--message-bytes", sessions.message_bytes, "size of a message's text")
      ->check(CLI::Range(24, 4096))
      ->capture_default_str();
  command->add_option("--idle", sessions.idle, "the server's idle strategy: block, spin-then-block, spin")->capture_default_str();
  command->add_option("--server-flags", sessions.server_flags, "further flags for parleyd");
  add_output_flags(command, output);
  command->callback([&] {
    Report report("sessions", arguments, 0);
    exit_code = run_sessions(sessions, report) ? report.finish(output) : 2;
  });

  CLI11_PARSE(app, argc, argv);
  return exit_code;
}
