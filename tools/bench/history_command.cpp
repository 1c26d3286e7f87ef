// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/commands.h"
#include "tools/bench/history.h"

namespace parley::bench {

void add_history(CLI::App& app, Roof& roof) {
  auto options = std::make_shared<HistoryOptions>();
  CLI::App* command = app.add_subcommand("history", "the store: durable writes beside LMDB alone, receipts, pages, starts, memory");
  command->add_option("--messages", options->messages, "in the store")->check(CLI::Range(100'000, 100'000'000))->capture_default_str();
  command->add_option("--rooms", options->rooms, "that share them")->check(CLI::Range(1, 100'000))->capture_default_str();
  command->add_option("--producers", options->producers, "who write them")->check(CLI::Range(1, 10'000'000))->capture_default_str();
  command->add_option("--rounds", options->rounds, "of writing, LMDB alone before each")->check(CLI::Range(1, 100))->capture_default_str();
  command->add_option("--seconds", options->seconds, "of receipts")->check(CLI::Range(1, 600))->capture_default_str();
  command->add_option("--pages", options->pages, "that are read")->check(CLI::Range(100, 10'000'000))->capture_default_str();
  command->add_option("--directory", options->directory, "below which all is made and removed, e.g. on the disk in question")
      ->check(CLI::ExistingDirectory);
  command->add_option("--seed", options->seed, "of the messages")->capture_default_str();
  roof.run_when_chosen(
      command, [options](Report& report) { return run_history(*options, report); }, &options->seed);
}

}  // namespace parley::bench
