// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/join.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "tools/bench/contest.h"
#include "tools/bench/drivers/crowd.h"
#include "tools/bench/measure/process.h"
#include "tools/bench/measure/server_process.h"
#include "tools/bench/measure/udp_relay.h"

namespace parley::bench {

namespace {

constexpr int kRoomMembers = 20;
constexpr std::chrono::seconds kLimit{120};
constexpr int64_t kPatienceNs = 20'000'000'000;  // for one session to join
constexpr double kLeastJoins = 2'000, kMostRtts = 1.2;

// Each vector has one entry for each run.
struct Joins {
  std::vector<double> per_s, server_cpu_us, server_core, generator_core, online_rtts, joined_rtts, message_rtts;
  Histogram to_online, to_joined, to_message;  // of all runs, in ns
};

Result<std::unique_ptr<ServerProcess>> start_server(const JoinOptions& options) {
  ServerOptions server;
  server.cpu = options.anywhere ? -1 : 1;
  server.flags = split_words(options.server_flags);
  return ServerProcess::start(server);
}

Result<void> join_many(const JoinOptions& options, const ServerProcess& server, Joins& joins) {
  Crowd crowd({.sessions = options.sessions,
               .rooms = std::max(1, options.sessions / kRoomMembers),
               .address = server.address(),
               .ticket = [&](int i) { return server.ticket("user-" + std::to_string(i)); }});
  const double cpu = cpu_time(server.pid()).total_s(), own = cpu_time(getpid()).total_s();
  const int64_t start = steady_ns();
  if (!crowd.gather(options.in_flight, kLimit)) {
    return fail(ErrorCode::kTimeout, "only " + std::to_string(crowd.counts().joined) + " sessions joined within 120 s");
  }
  const double seconds = static_cast<double>(steady_ns() - start) * 1e-9;
  const double spent = cpu_time(server.pid()).total_s() - cpu;
  joins.per_s.push_back(options.sessions / seconds);
  joins.server_cpu_us.push_back(spent * 1e6 / options.sessions);
  joins.server_core.push_back(spent / seconds);
  joins.generator_core.push_back((cpu_time(getpid()).total_s() - own) / seconds);
  return {};
}

// A newcomer in the room where one message was said: from parley_connect to ONLINE, to JOINED, and to that message.
struct Newcomer {
  int64_t online_ns = 0, joined_ns = 0, message_ns = 0;
};

Result<Newcomer> time_one(parley_client* client, const ServerProcess& server, const std::string& user, int history) {
  const std::string ticket = server.ticket(user);
  parley_connect_options options{};
  options.size = sizeof options;
  options.address = server.address().c_str();
  options.ticket = ticket.c_str();
  options.room = "timed";
  options.history = static_cast<uint32_t>(history);
  parley_session* session = nullptr;
  const int64_t start = steady_ns();
  if (parley_connect(client, &options, &session) != PARLEY_OK) return fail(ErrorCode::kInternal, parley_error_text(client));
  Newcomer times;
  bool said = false;
  while (times.message_ns == 0 && steady_ns() < start + kPatienceNs) {
    parley_event events[32];
    const int n = parley_poll(client, events, 32);
    for (int i = 0; i < n; ++i) {
      if (events[i].type == PARLEY_EVENT_ONLINE) times.online_ns = steady_ns() - start;
      if (events[i].type == PARLEY_EVENT_JOINED) times.joined_ns = steady_ns() - start;
      if (events[i].type == PARLEY_EVENT_MESSAGE) times.message_ns = steady_ns() - start;
    }
    // The very first finds an empty room, and says what the others will find.
    if (history == 0 && times.joined_ns > 0 && !said) said = parley_send(session, "timed", "welcome", 7, nullptr) == PARLEY_OK;
    if (n == 0) parley_wait(client, 1);
  }
  parley_close(session);
  if (times.message_ns == 0) return fail(ErrorCode::kTimeout, "a session didn't get its first message within 20 s");
  return times;
}

// A client of its own for each, as a program that starts has; the path's delay is the same each way.
Result<Newcomer> time_newcomer(const JoinOptions& options, const ServerProcess& server, int number) {
  parley_network network{};
  network.size = sizeof network;
  network.delay_us = static_cast<uint32_t>(options.path_rtt_ms) * 500;
  parley_client_options client_options{};
  client_options.size = sizeof client_options;
  client_options.agent = "parley-bench";
  client_options.bind = "127.0.0.1:0";
  client_options.network = number == 0 ? nullptr : &network;
  parley_client* client = nullptr;
  if (parley_client_create(&client_options, &client) != PARLEY_OK) return fail(ErrorCode::kInternal, parley_error_text(nullptr));
  auto times = time_one(client, server, "newcomer-" + std::to_string(number), number == 0 ? 0 : 1);
  parley_client_destroy(client);
  return times;
}

Result<void> join_over_path(const JoinOptions& options, const ServerProcess& server, Joins& joins) {
  Histogram online, joined, message;
  if (auto first = time_newcomer(options, server, 0); !first) return std::unexpected(first.error());
  for (int i = 1; i <= options.over_path; ++i) {
    auto times = time_newcomer(options, server, i);
    if (!times) return std::unexpected(times.error());
    online.record(times->online_ns);
    joined.record(times->joined_ns);
    message.record(times->message_ns);
  }
  const double rtt_ns = options.path_rtt_ms * 1e6;
  joins.online_rtts.push_back(static_cast<double>(online.percentile(50)) / rtt_ns);
  joins.joined_rtts.push_back(static_cast<double>(joined.percentile(50)) / rtt_ns);
  joins.message_rtts.push_back(static_cast<double>(message.percentile(50)) / rtt_ns);
  joins.to_online.merge(online);
  joins.to_joined.merge(joined);
  joins.to_message.merge(message);
  return {};
}

Result<void> measure(const JoinOptions& options, Joins& joins) {
  Live live;
  for (int run = 0; run < options.runs; ++run) {
    auto server = start_server(options);
    if (!server) return std::unexpected(server.error());
    // First: thousands from one address make the server ask for a proof of it (a cookie), which costs the next ones a round trip.
    live.show("join: run " + std::to_string(run + 1) + ", one by one over the path", 2 * run, 2 * options.runs, 0);
    if (auto done = join_over_path(options, **server, joins); !done) return done;
    live.show("join: run " + std::to_string(run + 1) + ", many at a time", 2 * run + 1, 2 * options.runs, 0);
    if (auto done = join_many(options, **server, joins); !done) return done;
  }
  return {};
}

void fill_report(const JoinOptions& options, const Joins& joins, Report& report) {
  const double a_core = 1e6 / median(joins.server_cpu_us);
  const auto ms = [](const Histogram& times, double percent) { return figure(static_cast<double>(times.percentile(percent)) * 1e-6); };
  report.table(std::to_string(options.sessions) + " sessions, " + std::to_string(options.in_flight) + " handshakes at a time; " +
                   median_of(options.runs),
               {{"joins/s", "server CPU µs/join", "joins/s a core", "server core %", "generator core %"},
                {figure(median(joins.per_s)), figure(median(joins.server_cpu_us)), figure(a_core), figure(median(joins.server_core) * 100),
                 figure(median(joins.generator_core) * 100)}});
  report.table("From parley_connect, over a path of " + std::to_string(options.path_rtt_ms) + " ms a round trip",
               {{"", "RTT, median", "p50 ms", "p90", "max"},
                {"online", figure(median(joins.online_rtts)), ms(joins.to_online, 50), ms(joins.to_online, 90), ms(joins.to_online, 100)},
                {"joined", figure(median(joins.joined_rtts)), ms(joins.to_joined, 50), ms(joins.to_joined, 90), ms(joins.to_joined, 100)},
                {"first message", figure(median(joins.message_rtts)), ms(joins.to_message, 50), ms(joins.to_message, 90),
                 ms(joins.to_message, 100)}});
  report.results() = {
      {"joins_per_s", median(joins.per_s)},
      {"joins_per_s_a_core", a_core},
      {"cpu_us_per_join", median(joins.server_cpu_us)},
      {"server_core", median(joins.server_core)},
      {"generator_core", median(joins.generator_core)},
      {"online_rtts", median(joins.online_rtts)},
      {"joined_rtts", median(joins.joined_rtts)},
      {"first_message_rtts", median(joins.message_rtts)},
      {"runs", {{"joins_per_s", joins.per_s}, {"cpu_us_per_join", joins.server_cpu_us}, {"first_message_rtts", joins.message_rtts}}}};
  report.goal({"joins/s a core", a_core, Bound::kAtLeast, kLeastJoins, ""});
  report.goal({"from start to the first message, round trips", median(joins.message_rtts), Bound::kAtMost, kMostRtts, ""});
}

}  // namespace

bool run_join(const JoinOptions& options, Report& report) {
  allow_many_sockets();
  if (!options.anywhere) pin_to_cpu(0);
  Joins joins;
  if (auto done = measure(options, joins); !done) {
    std::fprintf(stderr, "parley-bench: %s\n", done.error().text.c_str());
    return false;
  }
  fill_report(options, joins, report);
  return true;
}

}  // namespace parley::bench
