// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/sessions.h"

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "tools/bench/drivers/crowd.h"
#include "tools/bench/measure/bare_udp.h"
#include "tools/bench/measure/process.h"
#include "tools/bench/measure/server_process.h"

namespace parley::bench {

namespace {

struct Measured {
  uint64_t memory_before = 0, memory_idle = 0;
  double join_s = 0, join_cpu_s = 0;
  double chat_cpu_s = 0, idle_cpu_per_s = 0;
  double bare_us = 0;
  Crowd::Traffic chat_traffic;
};

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

void poll_for(Crowd& crowd, double seconds) {
  const int64_t end = Crowd::now_ns() + static_cast<int64_t>(seconds * 1e9);
  while (Crowd::now_ns() < end) crowd.poll(1);
}

// Open loop: message i is due at start + i / rate whatever happened to the ones before. Speakers go round so that nobody nears a rate
// limit.
void chat(Crowd& crowd, const SessionsOptions& options) {
  const int64_t start = Crowd::now_ns();
  const int64_t total = int64_t{options.rate} * options.seconds;
  for (int64_t next = 0; next < total;) {
    const int64_t due = start + next * 1'000'000'000 / options.rate;
    if (Crowd::now_ns() >= due) {
      crowd.say(static_cast<int>(next * 7919 % options.sessions), due);
      ++next;
      if (next % 16 != 0) continue;
    }
    crowd.poll(1);
  }
}

uint64_t expected_deliveries(const SessionsOptions& options) {
  uint64_t expected = 0;
  std::vector<uint64_t> members(static_cast<size_t>(options.rooms));
  for (int i = 0; i < options.sessions; ++i) ++members[static_cast<size_t>(i % options.rooms)];
  for (int64_t i = 0; i < int64_t{options.rate} * options.seconds; ++i) {
    expected += members[static_cast<size_t>(i * 7919 % options.sessions % options.rooms)];
  }
  return expected;
}

void wait_for_rest(Crowd& crowd, uint64_t expected) {
  const int64_t give_up = Crowd::now_ns() + 15'000'000'000;
  while ((crowd.counts().delivered < expected || crowd.counts().durable < crowd.counts().sent) && Crowd::now_ns() < give_up) crowd.poll(5);
}

Crowd::Traffic since(const Crowd::Traffic& before, const Crowd::Traffic& after) {
  return {after.datagrams_up - before.datagrams_up, after.datagrams_down - before.datagrams_down, after.bytes_up - before.bytes_up,
          after.bytes_down - before.bytes_down};
}

void fill_report(const SessionsOptions& options, const Measured& m, const Crowd& crowd, Report& report) {
  const CrowdCounts& counts = crowd.counts();
  const uint64_t expected = expected_deliveries(options);
  const double per_session = static_cast<double>(m.memory_idle - m.memory_before) / options.sessions;
  const double per_delivery = counts.delivered == 0 ? 0 : m.chat_cpu_s * 1e6 / static_cast<double>(counts.delivered);
  const auto ms = [&](double percent) { return static_cast<double>(crowd.latency().percentile(percent)) * 1e-6; };
  const double missing = static_cast<double>(expected) - static_cast<double>(counts.delivered);
  report.table("Sessions and memory",
               {{"sessions", "rooms", "KiB/session", "joins/s", "join CPU µs", "idle CPU %"},
                {std::to_string(counts.joined), std::to_string(options.rooms), figure(per_session / 1024), figure(counts.joined / m.join_s),
                 figure(m.join_cpu_s * 1e6 / counts.joined), figure(m.idle_cpu_per_s * 100)}});
  report.table("Chat",
               {{"sent", "delivered", "missing", "out of order", "durable", "CPU µs/delivery", "bare µs", "ratio"},
                {std::to_string(counts.sent), std::to_string(counts.delivered), figure(missing), std::to_string(counts.out_of_order),
                 std::to_string(counts.durable), figure(per_delivery), figure(m.bare_us), figure(per_delivery / m.bare_us)}});
  report.table(
      "Latency from scheduled send to callback, ms",
      {{"p50", "p90", "p99", "p99.9", "max"}, {figure(ms(50)), figure(ms(90)), figure(ms(99)), figure(ms(99.9)), figure(ms(100))}});
  const auto each = [&](uint64_t total) {
    return static_cast<double>(total) / static_cast<double>(std::max<uint64_t>(counts.delivered, 1));
  };
  const Crowd::Traffic& traffic = m.chat_traffic;
  report.table("On the wire, per delivery", {{"datagrams down", "datagrams up", "bytes down", "bytes up"},
                                             {figure(each(traffic.datagrams_down)), figure(each(traffic.datagrams_up)),
                                              figure(each(traffic.bytes_down)), figure(each(traffic.bytes_up))}});
  report.results() = {{"sessions", counts.joined},
                      {"bytes_per_session", per_session},
                      {"join_cpu_us", m.join_cpu_s * 1e6 / counts.joined},
                      {"sent", counts.sent},
                      {"delivered", counts.delivered},
                      {"expected", expected},
                      {"out_of_order", counts.out_of_order},
                      {"durable", counts.durable},
                      {"send_errors", counts.send_errors},
                      {"cpu_us_per_delivery", per_delivery},
                      {"bare_us", m.bare_us},
                      {"datagrams_down_per_delivery", each(traffic.datagrams_down)},
                      {"datagrams_up_per_delivery", each(traffic.datagrams_up)},
                      {"idle_cpu_share", m.idle_cpu_per_s},
                      {"latency_ms", {{"p50", ms(50)}, {"p90", ms(90)}, {"p99", ms(99)}, {"p99.9", ms(99.9)}, {"max", ms(100)}}}};
  report.histogram("scheduled send to callback", crowd.latency());
  report.goal({"deliveries missing", missing, Bound::kAtMost, 0, ""});
  report.goal({"deliveries out of order or doubled", static_cast<double>(counts.out_of_order), Bound::kAtMost, 0, ""});
  report.goal(
      {"sends without a durable receipt", static_cast<double>(counts.sent + counts.send_errors - counts.durable), Bound::kAtMost, 0, ""});
  report.goal({"server memory per idle session", per_session / 1024, Bound::kAtMost, 6, "KiB"});
  report.goal({"server CPU per delivery, × bare sendto + recv", per_delivery / m.bare_us, Bound::kAtMost, 2.5, ""});
}

}  // namespace

bool run_sessions(const SessionsOptions& options, Report& report) {
  ServerOptions server_options;
  server_options.flags = words(options.server_flags + " --idle " + options.idle);
  auto server = ServerProcess::start(server_options);
  if (!server) {
    std::fprintf(stderr, "parley-bench: %s\n", server.error().text.c_str());
    return false;
  }
  const pid_t pid = (*server)->pid();
  Measured m;
  Crowd crowd({options.sessions, options.rooms, 500, options.message_bytes, (*server)->address(),
               [&](int i) { return (*server)->ticket("user-" + std::to_string(i)); }});
  m.memory_before = anonymous_bytes(pid);
  const double cpu_before = cpu_time(pid).total_s();
  const int64_t start = Crowd::now_ns();
  if (!crowd.gather(100, std::chrono::seconds(120))) {
    std::fprintf(stderr, "parley-bench: only %d of %d sessions joined within 120 s\n", crowd.counts().joined, options.sessions);
    return false;
  }
  m.join_s = static_cast<double>(Crowd::now_ns() - start) * 1e-9;
  m.join_cpu_s = cpu_time(pid).total_s() - cpu_before;
  poll_for(crowd, 3);
  m.memory_idle = anonymous_bytes(pid);
  const double idle_before = cpu_time(pid).total_s();
  poll_for(crowd, 3);
  m.idle_cpu_per_s = (cpu_time(pid).total_s() - idle_before) / 3;

  const auto bytes = static_cast<size_t>(options.message_bytes) + 120;  // what a delivery of such a message weighs, about
  const double bare_before = bare_send_receive_us(bytes, 5);
  const double chat_before = cpu_time(pid).total_s();
  const Crowd::Traffic before = crowd.traffic();
  chat(crowd, options);
  wait_for_rest(crowd, expected_deliveries(options));
  m.chat_cpu_s = cpu_time(pid).total_s() - chat_before;
  m.chat_traffic = since(before, crowd.traffic());
  m.bare_us = (bare_before + bare_send_receive_us(bytes, 5)) / 2;
  fill_report(options, m, crowd, report);
  return true;
}

}  // namespace parley::bench
