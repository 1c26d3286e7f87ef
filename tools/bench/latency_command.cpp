// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/commands.h"
#include "tools/bench/latency.h"

namespace parley::bench {

void add_latency(CLI::App& app, Roof& roof) {
  auto options = std::make_shared<LatencyOptions>();
  CLI::App* command = app.add_subcommand("latency", "one sender, one receiver, beside a bare UDP relay of the same bytes");
  command->add_option("--rate", options->rate, "messages/s")->check(CLI::Range(1, 20'000))->capture_default_str();
  command->add_option("--seconds", options->seconds, "of a round")->check(CLI::Range(1, 600))->capture_default_str();
  command->add_option("--rounds", options->rounds, "rounds of each contender, in turns")->check(CLI::Range(1, 100))->capture_default_str();
  command->add_option("--message-bytes", options->message_bytes, "size of a message's text")
      ->check(CLI::Range(24, 1000))
      ->capture_default_str();
  roof.run_when_chosen(command, [options](Report& report) { return run_latency(*options, report); });
}

}  // namespace parley::bench
