// SPDX-License-Identifier: Apache-2.0
// The three loads that are measured alike: room, arena, flood.
#include <cstdio>

#include "tools/bench/commands.h"
#include "tools/bench/contest.h"
#include "tools/bench/load/stamp.h"

namespace parley::bench {

namespace {

void add_server_options(CLI::App* command, ContestOptions& options) {
  command->add_option("--target", options.targets, "what to measure, in turns; may be given several times")
      ->check(CLI::IsMember(driver_names()))
      ->capture_default_str();
  command->add_option("--address", options.address, "HOST:PORT of a server of the only target that runs already (not parley, not enet)");
  command->add_option("--server-pid", options.server_pid, "that server's process, for its CPU");
  command->add_option("--server-flags", options.server_flags, "further flags for parleyd");
  command->add_flag("--anywhere", options.anywhere, "pin neither generator (else processor 0) nor server (1)");
}

// Empty: nothing.
std::string wrong_with(const ContestOptions& options) {
  const bool foreign = options.targets.size() == 1 && options.targets[0] != "parley" && options.targets[0] != "enet";
  if (!options.address.empty() && !foreign) return "--address: goes with one --target of mqtt, nats, redis, irc";
  if (DeliveryCheck::pairs(options.plan.clients, options.plan.rooms) > DeliveryCheck::kMostPairs)
    return "too many clients in a room: take more --rooms";
  return options.plan.rooms > options.plan.clients ? "--rooms: more than clients" : "";
}

void add_load(CLI::App& app, Roof& roof, const ContestOptions& defaults, const std::string& help) {
  auto options = std::make_shared<ContestOptions>(defaults);
  CLI::App* command = app.add_subcommand(defaults.name, help);
  command->add_option("--clients", options->plan.clients, "how many")->check(CLI::Range(2, 60'000))->capture_default_str();
  command->add_option("--rooms", options->plan.rooms, "that they spread over")->check(CLI::Range(1, 30'000))->capture_default_str();
  if (defaults.plan.rate > 0) {
    command->add_option("--rate", options->plan.rate, "messages/s over all rooms")->check(CLI::Range(1, 1'000'000))->capture_default_str();
  } else {
    command->add_option("--window", options->plan.window, "messages that not everybody has yet")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
  }
  command->add_option("--seconds", options->seconds, "of each run")->check(CLI::Range(1, 3600))->capture_default_str();
  command->add_option("--runs", options->runs, "of each target; the figures are their medians")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--message-bytes", options->plan.message_bytes, "size of a message's text")
      ->check(CLI::Range(kStampBytes, kMostTextBytes))
      ->capture_default_str();
  add_server_options(command, *options);
  roof.run_when_chosen(command, [options](Report& report) {
    const std::string wrong = wrong_with(*options);
    if (!wrong.empty()) std::fprintf(stderr, "parley-bench: %s\n", wrong.c_str());
    return wrong.empty() && run_load_command(*options, report);
  });
}

}  // namespace

void add_room(CLI::App& app, Roof& roof) {
  ContestOptions options{.name = "room", .plan = {.clients = 100, .rooms = 1, .rate = 20}};
  add_load(app, roof, options, "one room of 100 at 20 messages/s: CPU per delivery, latency");
}

void add_arena(CLI::App& app, Roof& roof) {
  ContestOptions options{.name = "arena", .plan = {.clients = 1000, .rooms = 50, .rate = 500}};
  add_load(app, roof, options, "1000 clients in 50 rooms at 500 messages/s: CPU per delivery, latency");
}

void add_flood(CLI::App& app, Roof& roof) {
  ContestOptions options{.name = "flood", .plan = {.clients = 100, .rooms = 1, .rate = 0}};
  add_load(app, roof, options, "one room of 100 as fast as a window of 64 messages allows: deliveries/s");
}

}  // namespace parley::bench
