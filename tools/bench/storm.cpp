// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/storm.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>

#include "tools/bench/contest.h"
#include "tools/bench/drivers/crowd.h"
#include "tools/bench/measure/process.h"
#include "tools/bench/measure/server_process.h"
#include "tools/bench/measure/udp_relay.h"

namespace parley::bench {

namespace {

constexpr std::chrono::seconds kGatherLimit{120};
constexpr double kSettleS = 2;
constexpr int64_t kPatienceNs = 30'000'000'000;  // for everybody to be back
constexpr double kMostSnapshots = 2, kMostLateness = 2;
constexpr double kBusy = 0.7;  // of the generator's core, on average: it was full while all came back
constexpr int kMessageBytes = 64;

// One entry for each run.
struct Storms {
  std::vector<double> snapshot_bytes, presence_bytes, calm_p99_ms, storm_p99_ms, back_s, server_core, generator_core;
};

// A room full of people, of whom some talk.
class StormRoom {
 public:
  StormRoom(const StormOptions& options, const ServerProcess& server)
      : options_(options),
        crowd_({.sessions = options.members,
                .rooms = 1,
                .address = server.address(),
                .ticket = [&server](int i) { return server.ticket("member-" + std::to_string(i)); },
                .on_event = [this](int, const parley_event& event) { time(event); }}) {}

  bool gather() { return crowd_.gather(100, kGatherLimit); }

  // Chats and calls `meanwhile` in between until it returns false. The latencies, and the deliveries that they are of.
  Histogram chat(const std::function<bool()>& meanwhile) {
    latency_ = {};
    const int64_t start = steady_ns();
    for (int64_t next = 0; meanwhile();) {
      const int64_t due = start + next * 1'000'000'000 / options_.rate;
      if (steady_ns() >= due) say(next++, due);
      crowd_.poll(1);
    }
    return latency_;
  }

  Crowd& crowd() { return crowd_; }
  uint64_t bytes_down() const {
    uint64_t sum = 0;
    for (int i = 0; i < options_.members; ++i) sum += crowd_.bytes_down(i);
    return sum;
  }

 private:
  // Whose turn it is may be on his way: then the next one who is there.
  void say(int64_t turn, int64_t due) {
    char text[kMostTextBytes];
    for (int i = 0; i < options_.members; ++i) {
      const int speaker = static_cast<int>((turn * 7919 + i) % options_.members);
      if (!crowd_.joined(speaker)) continue;
      crowd_.publish(speaker, write_stamp({due, static_cast<uint32_t>(speaker), 0}, kMessageBytes, text));
      return;
    }
  }
  void time(const parley_event& event) {
    if (event.type != PARLEY_EVENT_MESSAGE) return;
    if (const auto stamp = read_stamp({event.text, event.text_length})) latency_.record(steady_ns() - stamp->due_ns);
  }

  const StormOptions& options_;
  Histogram latency_;
  Crowd crowd_;
};

// What the list of all members weighs: what one more gets on its way into the quiet room, handshake included.
Result<double> snapshot_bytes(const ServerProcess& server) {
  Crowd one({.sessions = 1, .rooms = 1, .address = server.address(), .ticket = [&](int) { return server.ticket("onlooker"); }});
  if (!one.gather(1, kGatherLimit)) return fail(ErrorCode::kTimeout, "nobody could join the full room");
  const int64_t end = steady_ns() + 1'000'000'000;
  while (steady_ns() < end) one.poll(1);
  return static_cast<double>(one.bytes_down(0));
}

// Sends everybody away and back, evenly over the time; counts what the closed connections had got since the storm began.
class Reconnects {
 public:
  Reconnects(StormRoom& room, const StormOptions& options) : room_(room), options_(options), start_(steady_ns()) {
    for (int i = 0; i < options.members; ++i) before_ += room.crowd().bytes_down(i);
  }

  // False once everybody is back, and a second went by for what follows them.
  bool step() {
    const int64_t now = steady_ns();
    for (; gone_ < options_.members && now >= start_ + gone_ * (options_.within_ms * 1'000'000LL) / options_.members; ++gone_) {
      closed_ += room_.crowd().bytes_down(gone_);
      room_.crowd().reconnect(gone_);
    }
    const bool all_back = gone_ == options_.members && room_.crowd().counts().joined == options_.members;
    if (all_back && back_at_ == 0) back_at_ = now;
    return now < start_ + kPatienceNs && (back_at_ == 0 || now < back_at_ + 1'000'000'000);
  }

  double back_s() const { return back_at_ == 0 ? static_cast<double>(kPatienceNs) * 1e-9 : static_cast<double>(back_at_ - start_) * 1e-9; }
  double bytes_a_member() const { return static_cast<double>(closed_ + room_.bytes_down() - before_) / options_.members; }

 private:
  StormRoom& room_;
  const StormOptions& options_;
  int64_t start_, back_at_ = 0;
  int gone_ = 0;
  uint64_t before_ = 0, closed_ = 0;
};

double p99_ms(const Histogram& latency) { return static_cast<double>(latency.percentile(99)) * 1e-6; }

Result<void> measure_once(const StormOptions& options, Storms& storms) {
  ServerOptions server_options;
  server_options.cpu = options.anywhere ? -1 : 1;
  server_options.flags = split_words(options.server_flags);
  auto server = ServerProcess::start(server_options);
  if (!server) return std::unexpected(server.error());
  StormRoom room(options, **server);
  if (!room.gather())
    return fail(ErrorCode::kTimeout, "only " + std::to_string(room.crowd().counts().joined) + " members joined within 120 s");
  const auto for_seconds = [](double seconds) {
    return [end = steady_ns() + static_cast<int64_t>(seconds * 1e9)] { return steady_ns() < end; };
  };
  room.chat(for_seconds(kSettleS));
  auto snapshot = snapshot_bytes(**server);
  if (!snapshot) return std::unexpected(snapshot.error());
  room.chat(for_seconds(kSettleS));  // nobody polled meanwhile: what piled up must not count as calm

  const uint64_t before = room.bytes_down();
  const Histogram calm = room.chat(for_seconds(options.calm_seconds));
  if (calm.count() == 0) return fail(ErrorCode::kTimeout, "no message arrived in the calm room");
  const double bytes_a_delivery = static_cast<double>(room.bytes_down() - before) / static_cast<double>(calm.count());

  const double cpu = cpu_time((*server)->pid()).total_s(), own = cpu_time(getpid()).total_s();
  Reconnects reconnects(room, options);
  const Histogram storm = room.chat([&] { return reconnects.step(); });
  const double chat_bytes = bytes_a_delivery * static_cast<double>(storm.count()) / options.members;
  storms.snapshot_bytes.push_back(*snapshot);
  storms.presence_bytes.push_back(reconnects.bytes_a_member() - chat_bytes);
  storms.calm_p99_ms.push_back(p99_ms(calm));
  storms.storm_p99_ms.push_back(p99_ms(storm));
  storms.back_s.push_back(reconnects.back_s());
  const double seconds = reconnects.back_s() + 1;  // a second is waited for what follows
  storms.server_core.push_back((cpu_time((*server)->pid()).total_s() - cpu) / seconds);
  storms.generator_core.push_back((cpu_time(getpid()).total_s() - own) / seconds);
  return {};
}

void fill_report(const StormOptions& options, const Storms& storms, Report& report) {
  const double snapshots = median(storms.presence_bytes) / median(storms.snapshot_bytes);
  const double later = median(storms.storm_p99_ms) / median(storms.calm_p99_ms);
  report.table(std::to_string(options.members) + " members of one room reconnect within " + figure(options.within_ms * 1e-3) + " s; " +
                   median_of(options.runs),
               {{"one list, bytes", "presence, bytes a client", "× the list", "all back after s", "server core %", "generator %",
                 "chat p99 calm, ms", "in the storm", "× calm"},
                {figure(median(storms.snapshot_bytes)), figure(median(storms.presence_bytes)), figure(snapshots),
                 figure(median(storms.back_s)), figure(median(storms.server_core) * 100), figure(median(storms.generator_core) * 100),
                 figure(median(storms.calm_p99_ms)), figure(median(storms.storm_p99_ms)), figure(later)}});
  report.note("Bytes are those of UDP that reached a client, its handshake included, without those of the chat.");
  report.results() = {
      {"snapshot_bytes", median(storms.snapshot_bytes)},
      {"presence_bytes_per_client", median(storms.presence_bytes)},
      {"back_s", median(storms.back_s)},
      {"server_core", median(storms.server_core)},
      {"generator_core", median(storms.generator_core)},
      {"calm_p99_ms", median(storms.calm_p99_ms)},
      {"storm_p99_ms", median(storms.storm_p99_ms)},
      {"runs",
       {{"presence_bytes_per_client", storms.presence_bytes}, {"calm_p99_ms", storms.calm_p99_ms}, {"storm_p99_ms", storms.storm_p99_ms}}}};
  report.goal({"presence bytes per client, × one list", snapshots, Bound::kAtMost, kMostSnapshots, ""});
  report.goal({"chat p99 in the storm, × calm", later, Bound::kAtMost, kMostLateness, ""});
}

}  // namespace

bool run_storm(const StormOptions& options, Report& report) {
  allow_many_sockets();
  if (!options.anywhere) pin_to_cpu(0);
  Storms storms;
  Live live;
  for (int run = 0; run < options.runs; ++run) {
    live.show("storm: run " + std::to_string(run + 1) + " of " + std::to_string(options.runs), run, options.runs, 0);
    if (auto done = measure_once(options, storms); !done) {
      live.clear();
      std::fprintf(stderr, "parley-bench: %s\n", done.error().text.c_str());
      return false;
    }
  }
  live.clear();
  fill_report(options, storms, report);
  return true;
}

}  // namespace parley::bench
