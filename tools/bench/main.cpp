// SPDX-License-Identifier: Apache-2.0
// parley-bench: one command a question. Each fills a Report, which main prints as text or JSON; --check turns goals into an exit code.
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tools/bench/history.h"
#include "tools/bench/latency.h"
#include "tools/bench/link_cost.h"
#include "tools/bench/loss.h"
#include "tools/bench/measure/report.h"
#include "tools/bench/search.h"
#include "tools/bench/sessions.h"

namespace {

using parley::bench::Output;
using parley::bench::Report;

void add_output_flags(CLI::App* command, Output& output) {
  command->add_flag("--json", output.json, "one JSON object instead of text");
  command->add_flag("--check", output.check, "exit with 1 when a goal falls short; the last line names it");
}

struct Commands {
  Output output;
  std::vector<std::string> arguments;  // after the command's name, for the report
  int exit_code = 0;
  parley::bench::SessionsOptions sessions;
  parley::bench::LatencyOptions latency;
  parley::bench::LinkCostOptions link_cost;
  parley::bench::LossOptions loss;
  parley::bench::SearchOptions search;
  parley::bench::HistoryOptions history;
};

// Runs a command's measurement into a report; 2 when it couldn't measure.
template <class Measure>
void run(Commands& commands, const char* name, uint64_t seed, Measure measure) {
  Report report(name, commands.arguments, seed);
  commands.exit_code = measure(report) ? report.finish(commands.output) : 2;
}

void add_sessions(CLI::App& app, Commands& commands) {
  auto& options = commands.sessions;
  CLI::App* command = app.add_subcommand("sessions", "many sessions in rooms: memory per session, CPU per delivery, nothing lost");
  command->add_option("--sessions", options.sessions, "how many")->check(CLI::Range(1, 60'000))->capture_default_str();
  command->add_option("--rooms", options.rooms, "spread over this many rooms")->check(CLI::Range(1, 60'000))->capture_default_str();
  command->add_option("--rate", options.rate, "messages/s over all rooms")->check(CLI::Range(1, 1'000'000))->capture_default_str();
  command->add_option("--seconds", options.seconds, "how long to chat")->check(CLI::Range(1, 3600))->capture_default_str();
  command->add_option("--message-bytes", options.message_bytes, "size of a message's text")
      ->check(CLI::Range(24, 4096))
      ->capture_default_str();
  command->add_option("--idle", options.idle, "the server's idle strategy: block, spin-then-block, spin")->capture_default_str();
  command->add_option("--server-flags", options.server_flags, "further flags for parleyd");
  add_output_flags(command, commands.output);
  command->callback([&] { run(commands, "sessions", 0, [&](Report& report) { return run_sessions(commands.sessions, report); }); });
}

void add_latency(CLI::App& app, Commands& commands) {
  auto& options = commands.latency;
  CLI::App* command = app.add_subcommand("latency", "one sender, one receiver, beside a bare UDP relay of the same bytes");
  command->add_option("--rate", options.rate, "messages/s")->check(CLI::Range(1, 20'000))->capture_default_str();
  command->add_option("--seconds", options.seconds, "of a round")->check(CLI::Range(1, 600))->capture_default_str();
  command->add_option("--rounds", options.rounds, "rounds of each contender, in turns")->check(CLI::Range(1, 100))->capture_default_str();
  command->add_option("--message-bytes", options.message_bytes, "size of a message's text")
      ->check(CLI::Range(24, 1000))
      ->capture_default_str();
  add_output_flags(command, commands.output);
  command->callback([&] { run(commands, "latency", 0, [&](Report& report) { return run_latency(commands.latency, report); }); });
}

void add_link_cost(CLI::App& app, Commands& commands) {
  auto& options = commands.link_cost;
  CLI::App* command = app.add_subcommand("link", "what the sealed link costs at no loss: CPU and bytes of a datagram, handshakes, garbage");
  command->add_option("--sessions", options.sessions, "between the two links")->check(CLI::Range(1, 10'000))->capture_default_str();
  command->add_option("--rounds", options.rounds, "messages on each session")->check(CLI::Range(1, 100'000))->capture_default_str();
  command->add_option("--payload-bytes", options.payload_bytes, "of a message, as the link gets it")
      ->check(CLI::Range(14, 1000))
      ->capture_default_str();
  command->add_option("--handshakes", options.handshakes, "how many")->check(CLI::Range(1, 20'000))->capture_default_str();
  command->add_option("--garbage", options.garbage, "datagrams of each kind")->check(CLI::Range(1, 100'000'000))->capture_default_str();
  command->add_option("--seed", options.seed, "of keys and garbage")->capture_default_str();
  add_output_flags(command, commands.output);
  command->callback(
      [&] { run(commands, "link", options.seed, [&](Report& report) { return run_link_cost(commands.link_cost, report); }); });
}

void add_loss(CLI::App& app, Commands& commands) {
  auto& options = commands.loss;
  CLI::App* command =
      app.add_subcommand("loss", "how late messages arrive over lossy paths, in virtual time: plain ENet, Parley, the bound");
  command->add_option("--row", options.rows, "only this row, e.g. 10%/100ms; may be given several times")
      ->check(CLI::IsMember(parley::bench::loss_row_names()));
  command->add_option("--messages", options.messages, "of each row")->check(CLI::Range(1000, 10'000'000))->capture_default_str();
  command->add_option("--seed", options.seed, "decides everything: the same seed, the same table")->capture_default_str();
  command->add_option("--duplicate", options.duplicate, "share of datagrams that arrive twice")->check(CLI::Range(0.0, 1.0));
  command->add_option("--reorder", options.reorder, "share of datagrams that arrive 20 ms late")->check(CLI::Range(0.0, 1.0));
  command->add_option("--threads", options.threads, "runs at a time")->check(CLI::Range(1, 64))->capture_default_str();
  command->add_flag("--alone", options.alone, "without plain ENet and the bound beside it");
  add_output_flags(command, commands.output);
  command->callback([&] { run(commands, "loss", options.seed, [&](Report& report) { return run_loss(options, report); }); });
}

void add_search(CLI::App& app, Commands& commands) {
  auto& options = commands.search;
  CLI::App* command =
      app.add_subcommand("search", "the first page of a search among many messages, by kind of query; and what the index costs");
  command->add_option("--messages", options.messages, "in the store")->check(CLI::Range(10'000, 100'000'000))->capture_default_str();
  command->add_option("--rooms", options.rooms, "that share them; one is searched")->check(CLI::Range(1, 100'000))->capture_default_str();
  command->add_option("--queries", options.queries, "of each kind")->check(CLI::Range(1, 100'000))->capture_default_str();
  command->add_option("--seed", options.seed, "of messages and queries")->capture_default_str();
  command->add_flag("!--no-sync", options.sync, "build the index without syncing it to the disk");
  add_output_flags(command, commands.output);
  command->callback([&] { run(commands, "search", options.seed, [&](Report& report) { return run_search(options, report); }); });
}

void add_history(CLI::App& app, Commands& commands) {
  auto& options = commands.history;
  CLI::App* command = app.add_subcommand("history", "the store: durable writes beside LMDB alone, receipts, pages, starts, memory");
  command->add_option("--messages", options.messages, "in the store")->check(CLI::Range(100'000, 100'000'000))->capture_default_str();
  command->add_option("--rooms", options.rooms, "that share them")->check(CLI::Range(1, 100'000))->capture_default_str();
  command->add_option("--producers", options.producers, "who write them")->check(CLI::Range(1, 10'000'000))->capture_default_str();
  command->add_option("--rounds", options.rounds, "of writing, LMDB alone before each")->check(CLI::Range(1, 100))->capture_default_str();
  command->add_option("--seconds", options.seconds, "of receipts")->check(CLI::Range(1, 600))->capture_default_str();
  command->add_option("--pages", options.pages, "that are read")->check(CLI::Range(100, 10'000'000))->capture_default_str();
  command->add_option("--directory", options.directory, "below which all is made and removed, e.g. on the disk in question")
      ->check(CLI::ExistingDirectory);
  command->add_option("--seed", options.seed, "of the messages")->capture_default_str();
  add_output_flags(command, commands.output);
  command->callback([&] { run(commands, "history", options.seed, [&](Report& report) { return run_history(options, report); }); });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("parley-bench: measures chat as players feel it");
  app.require_subcommand(1);
  Commands commands;
  if (argc > 2) commands.arguments.assign(argv + 2, argv + argc);
  add_sessions(app, commands);
  add_latency(app, commands);
  add_link_cost(app, commands);
  add_loss(app, commands);
  add_search(app, commands);
  add_history(app, commands);
  CLI11_PARSE(app, argc, argv);
  return commands.exit_code;
}
