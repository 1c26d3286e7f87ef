// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/commands.h"
#include "tools/bench/search.h"

namespace parley::bench {

void add_search(CLI::App& app, Roof& roof) {
  auto options = std::make_shared<SearchOptions>();
  CLI::App* command =
      app.add_subcommand("search", "the first page of a search among many messages, by kind of query; and what the index costs");
  command->add_option("--messages", options->messages, "in the store")->check(CLI::Range(10'000, 100'000'000))->capture_default_str();
  command->add_option("--rooms", options->rooms, "that share them; one is searched")->check(CLI::Range(1, 100'000))->capture_default_str();
  command->add_option("--queries", options->queries, "of each kind")->check(CLI::Range(1, 100'000))->capture_default_str();
  command->add_option("--seed", options->seed, "of messages and queries")->capture_default_str();
  command->add_flag("!--no-sync", options->sync, "build the index without syncing it to the disk");
  roof.run_when_chosen(
      command, [options](Report& report) { return run_search(*options, report); }, &options->seed);
}

}  // namespace parley::bench
