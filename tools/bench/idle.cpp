// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/idle.h"

#include <algorithm>
#include <cstdio>

#include "tools/bench/contest.h"
#include "tools/bench/measure/process.h"
#include "tools/bench/measure/udp_relay.h"

namespace parley::bench {

namespace {

constexpr double kStartS = 0.5, kSettleS = 3, kQuietS = 3, kWarmUpS = 1;
constexpr int kFewForMemory = 1'000;  // with fewer, what the server has anyway is all that shows
constexpr double kMostKib = 4, kMostGrowth = 1.3;

// One number of sessions, one entry for each run.
struct Size {
  int sessions = 0;
  std::vector<double> kib = {}, idle_core = {}, cpu_us = {}, p99_ms = {};
  uint64_t missing = 0;
};

ContestOptions load_of(const IdleOptions& options, int sessions) {
  ContestOptions load{.name = "idle", .targets = {options.target}, .server_flags = options.server_flags, .anywhere = options.anywhere};
  load.plan = {.clients = sessions, .rooms = std::max(1, sessions / options.room_members), .rate = options.rate};
  return load;
}

Result<void> measure_once(const IdleOptions& options, Size& size, const Generator::Watch& watch) {
  const ContestOptions load = load_of(options, size.sessions);
  Generator generator(make_driver(options.target), load.plan, watch);
  if (auto started = generator.start(driver_options(load)); !started) return std::unexpected(started.error());
  generator.settle(kStartS);
  const uint64_t before = generator.server_memory();
  if (auto joined = generator.join_all(std::chrono::seconds(300)); !joined) return std::unexpected(joined.error());
  generator.settle(kSettleS);
  const pid_t pid = generator.driver().server_pid();
  const double cpu = cpu_time(pid).total_s();
  generator.settle(kQuietS);
  size.idle_core.push_back((cpu_time(pid).total_s() - cpu) / kQuietS);
  size.kib.push_back(static_cast<double>(generator.server_memory() - before) / 1024 / size.sessions);
  generator.chat(kWarmUpS);
  const Phase phase = generator.chat(options.seconds);
  size.cpu_us.push_back(phase.cpu_us_per_delivery());
  size.p99_ms.push_back(static_cast<double>(phase.latency.percentile(99)) * 1e-6);
  size.missing += generator.check().missing();
  return {};
}

Result<void> measure_all(const IdleOptions& options, std::vector<Size>& sizes) {
  Live live;
  int part = 0;
  for (int run = 0; run < options.runs; ++run) {
    for (Size& size : sizes) {
      const std::string what =
          std::to_string(size.sessions) + " sessions, run " + std::to_string(run + 1) + " of " + std::to_string(options.runs);
      const int parts = options.runs * static_cast<int>(sizes.size());
      const auto watch = [&](const char* doing, double share, const Phase&) {
        live.show("idle: " + what + ", " + doing, part, parts, share);
      };
      if (auto done = measure_once(options, size, watch); !done) return done;
      ++part;
    }
  }
  return {};
}

void fill_report(const IdleOptions& options, const std::vector<Size>& sizes, Report& report) {
  const double base = median(sizes[0].cpu_us);
  std::vector<std::vector<std::string>> rows{
      {"sessions", "KiB/session", "idle core %", "CPU µs/delivery", "× the first row", "p99 ms", "missing"}};
  uint64_t missing = 0;
  for (const Size& size : sizes) {
    const double cpu = median(size.cpu_us);
    rows.push_back({std::to_string(size.sessions), figure(median(size.kib)), figure(median(size.idle_core) * 100), figure(cpu),
                    figure(cpu / base), figure(median(size.p99_ms)), std::to_string(size.missing)});
    report.results()[std::to_string(size.sessions)] = {{"kib_per_session", median(size.kib)},
                                                       {"idle_core", median(size.idle_core)},
                                                       {"cpu_us_per_delivery", cpu},
                                                       {"p99_ms", median(size.p99_ms)},
                                                       {"runs", {{"kib_per_session", size.kib}, {"cpu_us_per_delivery", size.cpu_us}}}};
    missing += size.missing;
  }
  report.table(options.target + ": memory, and " + std::to_string(options.rate) + " messages/s in rooms of " +
                   std::to_string(options.room_members) + "; " + median_of(options.runs),
               std::move(rows));
  if (options.target != "parley") return;
  report.goal({"deliveries missing", static_cast<double>(missing), Bound::kAtMost, 0, ""});
  for (const Size& size : sizes) {
    if (size.sessions < kFewForMemory) continue;
    report.goal({std::to_string(size.sessions) + " sessions: server memory each", median(size.kib), Bound::kAtMost, kMostKib, "KiB"});
  }
  if (sizes.size() < 2) return;
  const Size& last = sizes.back();
  report.goal({"CPU per delivery at " + std::to_string(last.sessions) + " sessions, × that at " + std::to_string(sizes[0].sessions),
               median(last.cpu_us) / base, Bound::kAtMost, kMostGrowth, ""});
}

}  // namespace

bool run_idle(const IdleOptions& options, Report& report) {
  allow_many_sockets();
  if (!options.anywhere) pin_to_cpu(0);
  std::vector<Size> sizes;
  sizes.reserve(options.sessions.size());
  for (const int sessions : options.sessions) sizes.push_back({.sessions = sessions});
  if (auto done = measure_all(options, sizes); !done) {
    std::fprintf(stderr, "parley-bench: %s\n", done.error().text.c_str());
    return false;
  }
  fill_report(options, sizes, report);
  return true;
}

}  // namespace parley::bench
