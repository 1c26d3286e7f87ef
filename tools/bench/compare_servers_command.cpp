// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/commands.h"
#include "tools/bench/compare_servers.h"
#include "tools/bench/load/stamp.h"

namespace parley::bench {

void add_compare_servers(CLI::App& app, Roof& roof) {
  auto options = std::make_shared<CompareServersOptions>();
  CLI::App* command =
      app.add_subcommand("compare-servers", "Parley beside plain ENet, mosquitto, NATS, Redis and ngircd, as far as installed");
  command->add_option("--seconds", options->seconds, "of each run of each load")->check(CLI::Range(1, 3600))->capture_default_str();
  command->add_option("--runs", options->runs, "of each load on each server")->check(CLI::Range(1, 100))->capture_default_str();
  command->add_option("--message-bytes", options->message_bytes, "size of a message's text")
      ->check(CLI::Range(kStampBytes, 400))
      ->capture_default_str();
  command->add_option("--scale", options->scale, "of clients and rates: 0.1 is a tenth of the load")
      ->check(CLI::Range(0.01, 4.0))
      ->capture_default_str();
  command->add_flag("--anywhere", options->anywhere, "pin neither generator (else processor 0) nor servers (1)");
  roof.run_when_chosen(command, [options](Report& report) { return run_compare_servers(*options, report); });
}

}  // namespace parley::bench
