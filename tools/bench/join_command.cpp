// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/commands.h"
#include "tools/bench/join.h"

namespace parley::bench {

void add_join(CLI::App& app, Roof& roof) {
  auto options = std::make_shared<JoinOptions>();
  CLI::App* command = app.add_subcommand("join", "joins/s, CPU a join, and round trips from start to the first message");
  command->add_option("--sessions", options->sessions, "that join as fast as it goes")->check(CLI::Range(1, 60'000))->capture_default_str();
  command->add_option("--in-flight", options->in_flight, "handshakes at a time")->check(CLI::Range(1, 10'000))->capture_default_str();
  command->add_option("--over-path", options->over_path, "sessions that are timed over the path")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command->add_option("--path-rtt", options->path_rtt_ms, "the path's round trip in ms")->check(CLI::Range(2, 2000))->capture_default_str();
  command->add_option("--runs", options->runs, "the figures are their medians")->check(CLI::Range(1, 100))->capture_default_str();
  command->add_option("--server-flags", options->server_flags, "further flags for parleyd");
  command->add_flag("--anywhere", options->anywhere, "pin neither generator (else processor 0) nor server (1)");
  roof.run_when_chosen(command, [options](Report& report) { return run_join(*options, report); });
}

}  // namespace parley::bench
