// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/commands.h"
#include "tools/bench/loss.h"

namespace parley::bench {

void add_loss(CLI::App& app, Roof& roof) {
  auto options = std::make_shared<LossOptions>();
  CLI::App* command =
      app.add_subcommand("loss", "how late messages arrive over lossy paths, in virtual time: plain ENet, Parley, the bound");
  command->add_option("--row", options->rows, "only this row, e.g. 10%/100ms; may be given several times")
      ->check(CLI::IsMember(loss_row_names()));
  command->add_option("--messages", options->messages, "of each row")->check(CLI::Range(1000, 10'000'000))->capture_default_str();
  command->add_option("--seed", options->seed, "decides everything: the same seed, the same table")->capture_default_str();
  command->add_option("--duplicate", options->duplicate, "share of datagrams that arrive twice")->check(CLI::Range(0.0, 1.0));
  command->add_option("--reorder", options->reorder, "share of datagrams that arrive 20 ms late")->check(CLI::Range(0.0, 1.0));
  command->add_option("--threads", options->threads, "runs at a time")->check(CLI::Range(1, 64))->capture_default_str();
  command->add_flag("--alone", options->alone, "without plain ENet and the bound beside it");
  roof.run_when_chosen(
      command, [options](Report& report) { return run_loss(*options, report); }, &options->seed);
}

}  // namespace parley::bench
