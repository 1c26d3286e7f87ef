// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/commands.h"
#include "tools/bench/link_cost.h"

namespace parley::bench {

void add_link_cost(CLI::App& app, Roof& roof) {
  auto options = std::make_shared<LinkCostOptions>();
  CLI::App* command = app.add_subcommand("link", "what the sealed link costs at no loss: CPU and bytes of a datagram, handshakes, garbage");
  command->add_option("--sessions", options->sessions, "between the two links")->check(CLI::Range(1, 10'000))->capture_default_str();
  command->add_option("--rounds", options->rounds, "messages on each session")->check(CLI::Range(1, 100'000))->capture_default_str();
  command->add_option("--payload-bytes", options->payload_bytes, "of a message, as the link gets it")
      ->check(CLI::Range(14, 1000))
      ->capture_default_str();
  command->add_option("--handshakes", options->handshakes, "how many")->check(CLI::Range(1, 20'000))->capture_default_str();
  command->add_option("--garbage", options->garbage, "datagrams of each kind")->check(CLI::Range(1, 100'000'000))->capture_default_str();
  command->add_option("--seed", options->seed, "of keys and garbage")->capture_default_str();
  roof.run_when_chosen(
      command, [options](Report& report) { return run_link_cost(*options, report); }, &options->seed);
}

}  // namespace parley::bench
