// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/soak.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "tools/bench/contest.h"
#include "tools/bench/load/live.h"
#include "tools/bench/measure/process.h"
#include "tools/bench/soak_world.h"

namespace parley::bench {

namespace {

struct Turn {
  const char* name;
  link::PathConditions path;
  bool rebind = false, kill = false;
};

const std::array<Turn, 7>& turns() {
  static const std::array<Turn, 7> all = {{
      {.name = "calm", .path = {}},
      {.name = "10 % loss", .path = {.loss = 0.10}},
      {.name = "outages of 50 ms, 10 % of the time", .path = {.burst_loss = 0.10}},
      {.name = "100 ms delay, 30 ms jitter", .path = {.delay = Millis(100), .jitter = Millis(30)}},
      {.name = "duplicates and reorder", .path = {.duplicate = 0.05, .reorder = 0.05, .reorder_delay = Millis(20)}},
      {.name = "addresses change", .path = {}, .rebind = true},
      {.name = "the server is killed", .path = {}, .kill = true},
  }};
  return all;
}

constexpr int64_t kTickNs = 200'000'000, kRebindNs = 5'000'000'000;
constexpr double kMib = 1024.0 * 1024.0;
constexpr double kMostGrowth = 1.1;
constexpr int kFewestSamples = 3;  // of memory, to speak of growth

volatile sig_atomic_t interrupted = 0;

// What was seen over the whole run.
struct Observed {
  std::array<Histogram, 7> latency;
  std::array<uint64_t, 7> kills{};
  std::vector<std::vector<double>> lives;  // the server's MiB at the end of each calm turn, for each of its lives
  std::vector<double> own;                 // ours
  double minutes = 0;
  int rounds = 0;
};

class Soak {
 public:
  Soak(const SoakOptions& options, SoakWorld& world) : options_(options), world_(world), start_(steady_ns()) { seen_.lives.emplace_back(); }

  Result<Observed> run() {
    const auto end = start_ + static_cast<int64_t>(options_.minutes * 60e9);
    for (; steady_ns() < end && interrupted == 0; ++seen_.rounds) {
      for (size_t i = 0; i < turns().size() && steady_ns() < end && interrupted == 0; ++i) {
        if (turns()[i].kill && seen_.rounds % options_.kill_every != 0) continue;
        if (auto done = take_turn(i, end); !done) return std::unexpected(done.error());
      }
    }
    live_.show("soak: waiting for the last messages", 0, 1, 1);
    world_.set_path({});
    world_.finish();
    seen_.minutes = static_cast<double>(steady_ns() - start_) / 60e9;
    return std::move(seen_);
  }

 private:
  Result<void> take_turn(size_t index, int64_t end) {
    const Turn& turn = turns()[index];
    world_.set_path(turn.path);
    world_.time_into(seen_.latency[index]);
    if (turn.kill) {
      if (auto done = world_.kill_server(); !done) return done;
      ++seen_.kills[index];
      seen_.lives.emplace_back();
    }
    const int64_t start = steady_ns(), until = std::min(end, start + int64_t{options_.turn_seconds} * 1'000'000'000);
    int64_t next_rebind = turn.rebind ? start : until, next_tick = start;
    for (int64_t now = start; now < until && interrupted == 0; now = steady_ns()) {
      if (now >= next_rebind) {
        world_.rebind();
        next_rebind += kRebindNs;
      }
      world_.step();
      if (now < next_tick) continue;
      next_tick = now + kTickNs;
      show(turn, end);
    }
    if (index == 0) sample_memory();
    return {};
  }

  void sample_memory() {
    seen_.lives.back().push_back(static_cast<double>(anonymous_bytes(world_.server_pid())) / kMib);
    seen_.own.push_back(static_cast<double>(anonymous_bytes(getpid())) / kMib);
  }

  void show(const Turn& turn, int64_t end) {
    const auto faults = world_.faults();
    const double share = static_cast<double>(steady_ns() - start_) / static_cast<double>(end - start_);
    live_.show(std::string("soak: ") + turn.name, 0, 1, share,
               {{"sent", std::to_string(world_.sent())},
                {"delivered", std::to_string(world_.delivered())},
                {"lost", std::to_string(faults.lost)},
                {"doubled", std::to_string(faults.doubled)},
                {"out of order", std::to_string(faults.out_of_order)},
                {"server MiB", figure(static_cast<double>(anonymous_bytes(world_.server_pid())) / kMib)}});
  }

  const SoakOptions& options_;
  SoakWorld& world_;
  int64_t start_;
  Observed seen_;
  Live live_;
};

// The most that memory grew from the first calm turn of a process to its last one; 0: not enough of them.
double growth(const std::vector<double>& samples) {
  return static_cast<int>(samples.size()) < kFewestSamples ? 0 : samples.back() / samples.front();
}

void add_turns(const Observed& seen, Report& report) {
  std::vector<std::vector<std::string>> rows{{"", "deliveries", "p50 ms", "p99", "p99.9", "max"}};
  for (size_t i = 0; i < turns().size(); ++i) {
    const auto ms = [&](double percent) { return static_cast<double>(seen.latency[i].percentile(percent)) * 1e-6; };
    rows.push_back(
        {turns()[i].name, std::to_string(seen.latency[i].count()), figure(ms(50)), figure(ms(99)), figure(ms(99.9)), figure(ms(100))});
    report.results()["turns"][turns()[i].name] = {
        {"deliveries", seen.latency[i].count()}, {"p50_ms", ms(50)}, {"p99_ms", ms(99)}, {"max_ms", ms(100)}};
  }
  report.table("Scheduled send to callback, by what was wrong", std::move(rows));
}

void add_memory(const Observed& seen, Report& report) {
  double most = 0;
  for (const auto& life : seen.lives) most = std::max(most, growth(life));
  const double own = growth(seen.own);
  report.results()["server_mib"] = seen.lives;
  report.results()["client_mib"] = seen.own;
  if (most == 0) report.note("Too short to say whether memory grows: that takes three rounds without a killed server.");
  if (most > 0) report.goal({"server memory, last × first round of a life", most, Bound::kAtMost, kMostGrowth, ""});
  if (own > 0) report.goal({"memory of the clients, last × first round", own, Bound::kAtMost, kMostGrowth, ""});
}

void fill_report(const Observed& seen, const SoakWorld& world, Report& report) {
  const RoomLedger::Faults faults = world.faults();
  uint64_t kills = 0;
  for (const uint64_t each : seen.kills) kills += each;
  report.table("Verdict after " + figure(seen.minutes) + " min, " + std::to_string(seen.rounds) + " rounds, the server killed " +
                   std::to_string(kills) + " times",
               {{"sent", "delivered", "lost", "doubled", "out of order", "refused", "gaps", "held back"},
                {std::to_string(world.sent()), std::to_string(world.delivered()), std::to_string(faults.lost),
                 std::to_string(faults.doubled), std::to_string(faults.out_of_order), std::to_string(world.refused()),
                 std::to_string(world.gaps()), std::to_string(world.held_back())}});
  report.results()["sent"] = world.sent();
  report.results()["delivered"] = world.delivered();
  report.results()["kills"] = kills;
  add_turns(seen, report);
  report.note("Held back: due while the sender had 256 messages without a durable receipt, so that it wasn't said.");
  report.goal({"messages lost", static_cast<double>(faults.lost), Bound::kAtMost, 0, ""});
  report.goal({"messages doubled", static_cast<double>(faults.doubled), Bound::kAtMost, 0, ""});
  report.goal({"deliveries out of order", static_cast<double>(faults.out_of_order), Bound::kAtMost, 0, ""});
  report.goal({"sends refused, gaps", static_cast<double>(world.refused() + world.gaps()), Bound::kAtMost, 0, ""});
  add_memory(seen, report);
}

}  // namespace

bool run_soak(const SoakOptions& options, Report& report) {
  allow_many_sockets();
  signal(SIGINT, [](int) { interrupted = 1; });
  auto world = SoakWorld::start(options);
  if (!world) {
    std::fprintf(stderr, "parley-bench: %s\n", world.error().text.c_str());
    return false;
  }
  auto seen = Soak(options, **world).run();
  if (!seen) {
    std::fprintf(stderr, "parley-bench: %s\n", seen.error().text.c_str());
    return false;
  }
  fill_report(*seen, **world, report);
  return true;
}

}  // namespace parley::bench
