// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/latency.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>

#include "tools/bench/contest.h"
#include "tools/bench/drivers/crowd.h"
#include "tools/bench/load/live.h"
#include "tools/bench/measure/server_process.h"
#include "tools/bench/measure/udp_relay.h"

namespace parley::bench {

namespace {

constexpr int kServerCpu = 1, kGeneratorCpu = 0;

// Calls send(due) at each due time of an open loop and poll(spare_ms) in between, until `total` were sent and a second went by.
void open_loop(const LatencyOptions& options, const std::function<void(int64_t)>& send, const std::function<void(int)>& poll) {
  const int64_t start = Crowd::now_ns(), period = 1'000'000'000 / options.rate;
  const int64_t total = int64_t{options.rate} * options.seconds;
  for (int64_t next = 0; next < total;) {
    const int64_t due = start + next * period;
    if (Crowd::now_ns() >= due) {
      send(due);
      ++next;
      poll(0);
    } else {
      poll(due - Crowd::now_ns() > 1'500'000 ? 1 : 0);
    }
  }
  const int64_t end = Crowd::now_ns() + 1'000'000'000;
  while (Crowd::now_ns() < end) poll(1);
}

Histogram relay_round(const LatencyOptions& options, Waiting waiting) {
  Histogram latency;
  sockaddr_in receiver_address, sender_address;
  const int receiver = open_loopback_socket(receiver_address), sender = open_loopback_socket(sender_address);
  const UdpRelay relay(receiver_address, waiting, kServerCpu);
  std::vector<char> bytes(static_cast<size_t>(options.message_bytes + 120), 'x');
  const auto send = [&](int64_t due) {
    std::memcpy(bytes.data(), &due, sizeof due);
    const auto* to = reinterpret_cast<const sockaddr*>(&relay.address());
    if (sendto(sender, bytes.data(), bytes.size(), 0, to, sizeof relay.address()) < 0) std::perror("parley-bench: sendto");
  };
  const auto poll = [&](int wait_ms) {
    pollfd waiting_for{receiver, POLLIN, 0};
    if (wait_ms > 0) ::poll(&waiting_for, 1, wait_ms);
    char in[2048];
    while (recv(receiver, in, sizeof in, 0) >= static_cast<ssize_t>(sizeof(int64_t))) {
      int64_t due;
      std::memcpy(&due, in, sizeof due);
      latency.record(Crowd::now_ns() - due);
    }
  };
  open_loop(options, send, poll);
  close(receiver);
  close(sender);
  return latency;
}

// Empty when the server or the sessions didn't come up.
Histogram parley_round(const LatencyOptions& options, const char* idle) {
  ServerOptions server_options;
  server_options.cpu = kServerCpu;
  server_options.flags = {"--idle", idle, "--sends-per-second", "0"};
  auto server = ServerProcess::start(server_options);
  if (!server) {
    std::fprintf(stderr, "parley-bench: %s\n", server.error().text.c_str());
    return {};
  }
  Crowd crowd(
      {2, 1, 1, options.message_bytes, (*server)->address(), [&](int i) { return (*server)->ticket("user-" + std::to_string(i)); }});
  crowd.time_only(1);
  if (!crowd.gather(2, std::chrono::seconds(20))) return {};
  open_loop(
      options, [&](int64_t due) { crowd.say(0, due); }, [&](int wait_ms) { crowd.poll(wait_ms); });
  return crowd.latency();
}

struct LatencyContender {
  const char* name;
  std::function<Histogram()> round;
  std::vector<double> p50, p99, p999;
  Histogram all;
};

std::vector<std::string> row(const LatencyContender& c) {
  const auto us = [&](double percent) { return figure(static_cast<double>(c.all.percentile(percent)) * 1e-3); };
  return {c.name,  figure(median(c.p50)),        us(90), figure(median(c.p99)), figure(median(c.p999)), us(99.99),
          us(100), std::to_string(c.all.count())};
}

// Each contender once a round, so that what the machine does meanwhile meets all of them.
bool run_rounds(const LatencyOptions& options, std::vector<LatencyContender>& contenders) {
  Live live;
  int part = 0;
  for (int i = 0; i < options.rounds; ++i) {
    for (LatencyContender& c : contenders) {
      live.show("latency: " + std::string(c.name), part++, options.rounds * static_cast<int>(contenders.size()), 0);
      const Histogram latency = c.round();
      if (latency.count() == 0) return false;
      c.p50.push_back(static_cast<double>(latency.percentile(50)) * 1e-3);
      c.p99.push_back(static_cast<double>(latency.percentile(99)) * 1e-3);
      c.p999.push_back(static_cast<double>(latency.percentile(99.9)) * 1e-3);
      c.all.merge(latency);
    }
  }
  return true;
}

}  // namespace

bool run_latency(const LatencyOptions& options, Report& report) {
  pin_to_cpu(kGeneratorCpu);
  std::vector<LatencyContender> contenders(5);
  contenders[0] = {"UDP relay, blocking", [&] { return relay_round(options, Waiting::kBlock); }, {}, {}, {}, {}};
  contenders[1] = {"Parley, blocking", [&] { return parley_round(options, "block"); }, {}, {}, {}, {}};
  contenders[2] = {"UDP relay, spinning", [&] { return relay_round(options, Waiting::kSpin); }, {}, {}, {}, {}};
  contenders[3] = {"Parley, spinning", [&] { return parley_round(options, "spin"); }, {}, {}, {}, {}};
  contenders[4] = {"Parley, spinning, then blocking", [&] { return parley_round(options, "spin-then-block"); }, {}, {}, {}, {}};
  if (!run_rounds(options, contenders)) return false;
  std::vector<std::vector<std::string>> rows{{"µs, scheduled send to callback", "p50", "p90", "p99", "p99.9", "p99.99", "max", "messages"}};
  for (const LatencyContender& c : contenders) {
    rows.push_back(row(c));
    report.histogram(c.name, c.all);
    report.results()[c.name] = {
        {"p50_us", median(c.p50)}, {"p99_us", median(c.p99)}, {"p99.9_us", median(c.p999)}, {"curve_ns", c.all.curve()}};
  }
  report.table("Latency, medians of the rounds, in turns: " + std::to_string(options.rounds), std::move(rows));
  report.goal({"p50, × the blocking relay, both block", median(contenders[1].p50) / median(contenders[0].p50), Bound::kAtMost, 1.3, ""});
  report.goal({"p99, × the blocking relay, both block", median(contenders[1].p99) / median(contenders[0].p99), Bound::kAtMost, 1.5, ""});
  report.goal({"p50, × the spinning relay, both spin", median(contenders[3].p50) / median(contenders[2].p50), Bound::kAtMost, 2.5, ""});
  return true;
}

}  // namespace parley::bench
