// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/compare_servers.h"

#include <algorithm>
#include <cstdio>

#include "tools/bench/contest.h"

namespace parley::bench {

namespace {

int scaled(int count, double scale) { return std::max(2, static_cast<int>(count * scale)); }

std::vector<ContestOptions> loads(const CompareServersOptions& options) {
  const int in_arena = scaled(1000, options.scale), in_room = scaled(100, options.scale);
  std::vector<ContestOptions> loads{
      {.name = "arena", .plan = {.clients = in_arena, .rooms = std::max(1, in_arena / 20), .rate = scaled(500, options.scale)}},
      {.name = "room", .plan = {.clients = in_room, .rooms = 1, .rate = 20}},
      {.name = "flood", .plan = {.clients = in_room, .rooms = 1, .rate = 0}}};
  for (ContestOptions& load : loads) {
    load.seconds = options.seconds;
    load.runs = options.runs;
    load.plan.message_bytes = options.message_bytes;
    load.anywhere = options.anywhere;
  }
  return loads;
}

// Those that can be started here; a note for each that can't.
std::vector<std::string> installed(Report& report) {
  std::vector<std::string> names;
  for (const std::string& name : driver_names()) {
    std::string why_not;
    if (can_start(name, why_not)) {
      names.push_back(name);
    } else {
      report.note(std::string(name).append(" is left out: ").append(why_not).append("."));
    }
  }
  return names;
}

std::string yes(bool promised) { return promised ? "yes" : "no"; }

// The cells of one target: its row in each load's contest.
std::vector<std::string> row(const std::string& target, const std::vector<Contest>& contests) {
  const Contender& arena = *find_contender(contests[0], target);
  const Contender& room = *find_contender(contests[1], target);
  const Contender& flood = *find_contender(contests[2], target);
  return {target,
          yes(arena.promises.sealed),
          yes(arena.promises.ordered),
          yes(arena.promises.stored),
          figure(median(arena.cpu_us)),
          figure(median(arena.p50_ms)),
          figure(median(arena.p99_ms)),
          figure(median(room.cpu_us)),
          figure(median(room.p99_ms)),
          figure(median(flood.deliveries_per_s) * 1e-6),
          figure(median(flood.cpu_us)),
          figure(median(flood.server_core) * 100),
          std::to_string(arena.missing + room.missing + flood.missing)};
}

void add_table(const std::vector<std::string>& targets, const std::vector<Contest>& contests, const CompareServersOptions& options,
               Report& report) {
  std::vector<std::vector<std::string>> rows{{"", "sealed", "ordered", "stored", "arena: CPU µs", "p50 ms", "p99", "room: CPU µs", "p99 ms",
                                              "flood: M/s", "CPU µs", "core %", "missing"}};
  for (const std::string& target : targets) rows.push_back(row(target, contests));
  report.table("CPU of the server's process a delivery, scheduled send to callback, deliveries/s; " + median_of(options.runs) + " in turns",
               std::move(rows));
  for (const std::string& target : targets) report.note(target + ": " + find_contender(contests[0], target)->version);
  report.note("A bare sendto and recv of such a datagram took " + figure(contests[0].bare_us) + " µs of CPU during the arena.");
}

}  // namespace

bool run_compare_servers(const CompareServersOptions& options, Report& report) {
  const std::vector<std::string> targets = installed(report);
  std::vector<ContestOptions> all = loads(options);
  const int of_each = options.runs * static_cast<int>(targets.size());
  std::vector<Contest> contests;
  Live live;
  for (ContestOptions& load : all) {
    load.targets = targets;
    const int part = of_each * static_cast<int>(contests.size());
    auto contest = run_contest(load, live, part, of_each * static_cast<int>(all.size()));
    if (!contest) {
      live.clear();
      std::fprintf(stderr, "parley-bench: %s: %s\n", load.name.c_str(), contest.error().text.c_str());
      return false;
    }
    report.results()[load.name] = as_json(*contest);
    contests.push_back(std::move(*contest));
  }
  add_table(targets, contests, options, report);
  for (size_t i = 0; i < all.size(); ++i) add_goals(all[i].name, contests[i], report);
  return true;
}

}  // namespace parley::bench
