// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "tools/bench/commands.h"
#include "tools/bench/stages/stages.h"

namespace parley::bench {

void add_stages(CLI::App& app, Roof& roof) {
  static const std::map<std::string, bus::IdleMode> kIdle = {
      {"block", bus::IdleMode::kBlock}, {"spin-then-block", bus::IdleMode::kSpinThenBlock}, {"spin", bus::IdleMode::kSpin}};
  auto options = std::make_shared<StagesOptions>();
  CLI::App* command =
      app.add_subcommand("stages", "where a message's time goes: client queue, ENet, link, network, policy, bus, fan-out, receiving");
  command->add_option("--rate", options->rate, "messages/s")->check(CLI::Range(1, 5'000))->capture_default_str();
  command->add_option("--seconds", options->seconds, "how long")->check(CLI::Range(1, 3600))->capture_default_str();
  command->add_option("--members", options->members, "in the room")->check(CLI::Range(2, 2'000))->capture_default_str();
  command->add_option("--message-bytes", options->message_bytes, "size of a message's text")
      ->check(CLI::Range(24, 1000))
      ->capture_default_str();
  command->add_option("--io-threads", options->io_threads, "of the server")->check(CLI::Range(1, 16))->capture_default_str();
  command
      ->add_option("--idle", options->idle,
                   "what the server's I/O threads and the two clients do without work: block, spin-then-block, spin")
      ->transform(CLI::CheckedTransformer(kIdle))
      ->default_str("block");
  roof.run_when_chosen(command, [options](Report& report) { return run_stages(*options, report); });
}

}  // namespace parley::bench
