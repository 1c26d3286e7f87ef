// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/storm.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "tools/bench/contest.h"
#include "tools/bench/drivers/crowd.h"
#include "tools/bench/measure/process.h"
#include "tools/bench/measure/server_process.h"
#include "tools/bench/measure/udp_relay.h"
#include "tools/bench/storm_herd.h"

namespace parley::bench {

namespace {

constexpr std::chrono::seconds kGatherLimit{120};
constexpr double kSettleS = 2;
constexpr double kMostSnapshots = 2, kMostLateness = 2;
constexpr int kMessageBytes = 64;
constexpr int kMembersAWitness = 50, kFewestWitnesses = 2, kMostWitnesses = 40;

int witnesses_of(const StormOptions& options) { return std::clamp(options.members / kMembersAWitness, kFewestWitnesses, kMostWitnesses); }

// One entry for each run.
struct Storms {
  std::vector<double> snapshot_bytes, presence_bytes, calm_p99_ms, storm_p99_ms, herd_p99_ms, own_back_p99_ms, back_s, known_s, server_core,
      herd_core, unsaid;
  std::map<std::string, double> threads_s = {};  // CPU of the server in the storms, by the name of the thread, of all runs
};

// The members whose chat is measured: a few, in this process, who talk, and come back with the others in the storm.
class Witnesses {
 public:
  Witnesses(const StormOptions& options, const ServerProcess& server)
      : options_(options),
        crowd_({.sessions = witnesses_of(options),
                .rooms = 1,
                .address = server.address(),
                .ticket = [this](int i) { return tickets_[static_cast<size_t>(i)]; },
                .on_event = [this](int i, const parley_event& event) { take(i, event); }}),
        left_at_(static_cast<size_t>(witnesses_of(options)), 0) {
    for (int i = 0; i < count(); ++i) tickets_.push_back(server.ticket("witness-" + std::to_string(i)));
  }

  int count() const { return witnesses_of(options_); }
  void connect(int i) { crowd_.connect(i); }
  bool joined(int i) const { return crowd_.joined(i); }
  void poll() { crowd_.poll(1); }

  void begin_measuring() {
    latency_ = back_ = {};
    unsaid_ = 0;
    start_ = steady_ns();
    next_ = 0;
  }
  // Says what is due. The latencies are those of all witnesses who are in the room, from when it was due.
  void chat() {
    const int64_t due = start_ + next_ * 1'000'000'000 / options_.rate;
    if (steady_ns() >= due) say(next_++, due);
    poll();
  }
  void chat_for(double seconds) {
    begin_measuring();
    const int64_t end = start_ + static_cast<int64_t>(seconds * 1e9);
    while (steady_ns() < end) chat();
  }
  void reconnect(int i) {
    left_at_[static_cast<size_t>(i)] = steady_ns();
    crowd_.reconnect(i);
  }

  const Histogram& latency() const { return latency_; }
  const Histogram& back() const { return back_; }  // from closing to being in the room again
  int unsaid() const { return unsaid_; }           // nobody was there to say it

 private:
  // Whose turn it is may be on his way: then the next one who is there.
  void say(int64_t turn, int64_t due) {
    char text[kMostTextBytes];
    for (int i = 0; i < count(); ++i) {
      const int speaker = static_cast<int>((turn * 7919 + i) % count());
      if (!joined(speaker)) continue;
      crowd_.publish(speaker, write_stamp({due, static_cast<uint32_t>(speaker), 0}, kMessageBytes, text));
      return;
    }
    ++unsaid_;
  }
  void take(int i, const parley_event& event) {
    int64_t& left_at = left_at_[static_cast<size_t>(i)];
    if (event.type == PARLEY_EVENT_JOINED && left_at != 0) {
      back_.record(steady_ns() - left_at);
      left_at = 0;
    }
    if (event.type != PARLEY_EVENT_MESSAGE) return;
    if (const auto stamp = read_stamp({event.text, event.text_length})) latency_.record(steady_ns() - stamp->due_ns);
  }

  const StormOptions& options_;
  std::vector<std::string> tickets_;
  Histogram latency_, back_;
  Crowd crowd_;
  std::vector<int64_t> left_at_;  // 0: is there, or never was
  int64_t start_ = 0, next_ = 0;
  int unsaid_ = 0;
};

// What the list of all members weighs: what one more gets on its way into the quiet room, handshake included.
Result<double> snapshot_bytes(const ServerProcess& server) {
  Crowd one({.sessions = 1, .rooms = 1, .address = server.address(), .ticket = [&](int) { return server.ticket("onlooker"); }});
  if (!one.gather(1, kGatherLimit)) return fail(ErrorCode::kTimeout, "nobody could join the full room");
  const int64_t end = steady_ns() + 1'000'000'000;
  while (steady_ns() < end) one.poll(1);
  return static_cast<double>(one.bytes_down(0));
}

// One run: a server, the herd and the witnesses.
class Storm {
 public:
  Storm(const StormOptions& options, const ServerProcess& server, Herd& herd)
      : options_(options), server_(server), herd_(herd), witnesses_(options, server) {}

  Result<void> measure(Storms& storms) {
    if (auto filled = fill(); !filled) return filled;
    witnesses_.chat_for(kSettleS);
    const auto snapshot = snapshot_bytes(server_);
    if (!snapshot) return std::unexpected(snapshot.error());
    witnesses_.chat_for(kSettleS);  // nobody polled meanwhile: what piled up must not count as calm
    storms.snapshot_bytes.push_back(*snapshot);
    const auto bytes_a_delivery = calm(storms);
    if (!bytes_a_delivery) return std::unexpected(bytes_a_delivery.error());
    return storm(*bytes_a_delivery, storms);
  }

 private:
  // Polls the witnesses until the herd answers.
  template <class Meanwhile>
  Result<HerdNews> answer(Meanwhile&& meanwhile) {
    for (;;) {
      auto news = herd_.take();
      if (!news) return std::unexpected(news.error());
      if (*news) return **news;
      meanwhile();
    }
  }

  // A witness after each part of the herd: fan-out goes through members in the order of their coming, and all places shall be measured.
  Result<void> fill() {
    const int herd = options_.members - witnesses_.count();
    for (int i = 0; i < witnesses_.count(); ++i) {
      herd_.gather(static_cast<int>(int64_t{herd} * (i + 1) / witnesses_.count()));
      const auto news = answer([&] { witnesses_.poll(); });
      if (!news) return std::unexpected(news.error());
      witnesses_.connect(i);
      const int64_t give_up = steady_ns() + std::chrono::nanoseconds(kGatherLimit).count();
      while (!witnesses_.joined(i) && steady_ns() < give_up) witnesses_.poll();
      if (!witnesses_.joined(i) || news->joined < herd * (i + 1) / witnesses_.count()) {
        return fail(ErrorCode::kTimeout, "only " + std::to_string(news->joined + i) + " members came into the room in time");
      }
    }
    return {};
  }

  Result<double> calm(Storms& storms) {
    herd_.count();
    const auto before = answer([&] { witnesses_.poll(); });
    witnesses_.chat_for(options_.calm_seconds);
    storms.calm_p99_ms.push_back(p99_ms(witnesses_.latency()));
    herd_.count();
    const auto after = answer([&] { witnesses_.poll(); });
    if (!before || !after) return std::unexpected((before ? after : before).error());
    if (after->delivered == before->delivered) return fail(ErrorCode::kTimeout, "no message arrived in the calm room");
    return static_cast<double>(after->bytes_down - before->bytes_down) / static_cast<double>(after->delivered - before->delivered);
  }

  Result<void> storm(double bytes_a_delivery, Storms& storms) {
    herd_.count();
    const auto before = answer([&] { witnesses_.poll(); });
    if (!before) return std::unexpected(before.error());
    const double cpu = cpu_time(server_.pid()).total_s(), herd_cpu = cpu_time(herd_.pid()).total_s();
    const auto threads = thread_times_s(server_.pid());
    herd_.storm();
    witnesses_.begin_measuring();
    const int64_t start = steady_ns();
    int gone = 0;
    const auto after = answer([&] {
      const int64_t every = options_.within_ms * 1'000'000LL / witnesses_.count();
      if (gone < witnesses_.count() && steady_ns() >= start + gone * every) witnesses_.reconnect(gone++);
      witnesses_.chat();
    });
    if (!after) return std::unexpected(after.error());
    if (after->known_s == 0)
      return fail(ErrorCode::kTimeout,
                  "the members didn't all come to know each other again within a minute: too little processor for them");
    const double seconds = static_cast<double>(steady_ns() - start) * 1e-9;
    const int herd = options_.members - witnesses_.count();
    const double chat_bytes = bytes_a_delivery * static_cast<double>(after->delivered - before->delivered) / herd;
    storms.presence_bytes.push_back(after->bytes_a_member - chat_bytes);
    storms.storm_p99_ms.push_back(p99_ms(witnesses_.latency()));
    storms.herd_p99_ms.push_back(static_cast<double>(after->late_p99_ns) * 1e-6);
    storms.own_back_p99_ms.push_back(p99_ms(witnesses_.back()));
    storms.back_s.push_back(after->back_s);
    storms.known_s.push_back(after->known_s);
    storms.unsaid.push_back(witnesses_.unsaid());
    storms.server_core.push_back((cpu_time(server_.pid()).total_s() - cpu) / seconds);
    storms.herd_core.push_back((cpu_time(herd_.pid()).total_s() - herd_cpu) / seconds);
    for (const auto& [name, s] : thread_times_s(server_.pid()))
      storms.threads_s[name] += s - (threads.contains(name) ? threads.at(name) : 0);
    return {};
  }

  static double p99_ms(const Histogram& latency) { return static_cast<double>(latency.percentile(99)) * 1e-6; }

  const StormOptions& options_;
  const ServerProcess& server_;
  Herd& herd_;
  Witnesses witnesses_;
};

Result<void> measure_once(const StormOptions& options, Storms& storms) {
  ServerOptions server_options;
  server_options.cpu = options.anywhere ? -1 : 1;
  server_options.flags = split_words(options.server_flags);
  auto server = ServerProcess::start(server_options);
  if (!server) return std::unexpected(server.error());
  const HerdOptions herd_options{options.members - witnesses_of(options), options.members, options.within_ms, (*server)->address(),
                                 [&](int i) { return (*server)->ticket("member-" + std::to_string(i)); }};
  auto herd = Herd::start(herd_options);
  if (!herd) return std::unexpected(herd.error());
  return Storm(options, **server, **herd).measure(storms);
}

void fill_report(const StormOptions& options, const Storms& storms, Report& report) {
  const double snapshots = median(storms.presence_bytes) / median(storms.snapshot_bytes);
  const double later = median(storms.storm_p99_ms) / median(storms.calm_p99_ms);
  report.table(
      std::to_string(options.members) + " members of one room reconnect within " + figure(options.within_ms * 1e-3) + " s; " +
          median_of(options.runs),
      {{"one list, bytes", "presence, bytes a client", "× the list", "all back after s", "and know of all", "server core %", "herd core %"},
       {figure(median(storms.snapshot_bytes)), figure(median(storms.presence_bytes)), figure(snapshots), figure(median(storms.back_s)),
        figure(median(storms.known_s)), figure(median(storms.server_core) * 100), figure(median(storms.herd_core) * 100)}});
  report.table("Chat of those who are in the room, p99",
               {{"calm, ms", "in the storm", "× calm", "in the herd's process", "a witness is back, p99 ms", "unsaid"},
                {figure(median(storms.calm_p99_ms)), figure(median(storms.storm_p99_ms)), figure(later), figure(median(storms.herd_p99_ms)),
                 figure(median(storms.own_back_p99_ms)), figure(median(storms.unsaid))}});
  std::vector<std::vector<std::string>> rows{{}, {}};
  for (const auto& [name, seconds] : storms.threads_s) {
    if (seconds / options.runs < 0.001) continue;
    rows[0].push_back(name);
    rows[1].push_back(figure(seconds / options.runs));
  }
  report.table("CPU of the server's threads in a storm, s", std::move(rows));
  report.note(
      "Bytes are those of UDP that reached a client, its handshake included, without those of the chat, until everybody knew of everybody "
      "again.");
  report.results() = {
      {"snapshot_bytes", median(storms.snapshot_bytes)},
      {"presence_bytes_per_client", median(storms.presence_bytes)},
      {"back_s", median(storms.back_s)},
      {"known_s", median(storms.known_s)},
      {"server_core", median(storms.server_core)},
      {"herd_core", median(storms.herd_core)},
      {"calm_p99_ms", median(storms.calm_p99_ms)},
      {"storm_p99_ms", median(storms.storm_p99_ms)},
      {"herd_p99_ms", median(storms.herd_p99_ms)},
      {"witness_back_p99_ms", median(storms.own_back_p99_ms)},
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
