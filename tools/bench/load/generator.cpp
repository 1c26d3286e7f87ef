// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/load/generator.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "tools/bench/measure/process.h"

namespace parley::bench {

namespace {

constexpr int64_t kTickNs = 200'000'000;
constexpr int64_t kDrainNs = 10'000'000'000;
constexpr int kSayAtOnce = 16;  // messages between two polls

// Clients take turns in an order that goes through all rooms, so that nobody speaks twice in a row.
int speaker(uint64_t turn, int clients) { return static_cast<int>(turn * 7919 % static_cast<uint64_t>(clients)); }

int64_t to_ns(double seconds) { return static_cast<int64_t>(seconds * 1e9); }

std::map<std::string, double> threads_since(const std::map<std::string, double>& before, pid_t pid) {
  std::map<std::string, double> spent;
  if (pid <= 0) return spent;
  for (const auto& [name, seconds] : thread_times_s(pid)) {
    const auto earlier = before.find(name);
    spent[name] = seconds - (earlier == before.end() ? 0 : earlier->second);
  }
  return spent;
}

double cpu_of(pid_t pid) { return pid > 0 ? cpu_time(pid).total_s() : 0; }

}  // namespace

int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void allow_many_sockets() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Generator::Generator(std::unique_ptr<Driver> driver, const LoadPlan& plan, Watch watch)
    : driver_(std::move(driver)), plan_(plan), watch_(std::move(watch)), check_(plan.clients, plan.rooms, driver_->promises().echoes) {}

Result<void> Generator::start(const DriverOptions& options) {
  const auto deliver = [this](int client, std::string_view text) { receive(client, text); };
  return driver_->start(options, plan_.clients, plan_.rooms, deliver);
}

Result<Joining> Generator::join_all(std::chrono::seconds limit) {
  const int64_t start = steady_ns(), give_up = start + to_ns(static_cast<double>(limit.count()));
  const double cpu = cpu_of(driver_->server_pid());
  for (int begun = 0; driver_->joined() < plan_.clients;) {
    for (; begun < plan_.clients && begun - driver_->joined() < plan_.joins_in_flight; ++begun) {
      if (auto joined = driver_->join(begun); !joined) return std::unexpected(joined.error());
    }
    driver_->poll(1);
    tick("joining", static_cast<double>(driver_->joined()) / plan_.clients);
    if (steady_ns() < give_up) continue;
    return fail(ErrorCode::kTimeout, std::string(driver_->name()) + ": only " + std::to_string(driver_->joined()) + " of " +
                                         std::to_string(plan_.clients) + " clients joined within " + std::to_string(limit.count()) + " s");
  }
  return Joining{static_cast<double>(steady_ns() - start) * 1e-9, cpu_of(driver_->server_pid()) - cpu};
}

void Generator::settle(double seconds) {
  const int64_t start = steady_ns(), end = start + to_ns(seconds);
  for (int64_t now = start; now < end; now = steady_ns()) {
    driver_->poll(1);
    tick("quiet", static_cast<double>(now - start) / static_cast<double>(end - start));
  }
}

Phase Generator::chat(double seconds) {
  phase_ = {};
  const pid_t server = driver_->server_pid();
  const double cpu = cpu_of(server), own = cpu_time(getpid()).total_s();
  const auto threads = server > 0 ? thread_times_s(server) : std::map<std::string, double>();
  const int64_t start = steady_ns(), library = driver_->library_ns();
  plan_.rate > 0 ? chat_by_schedule(start, seconds) : chat_by_window(start, seconds);
  wait_for_rest();
  phase_.seconds = static_cast<double>(steady_ns() - start) * 1e-9;
  phase_.server_cpu_s = cpu_of(server) - cpu;
  phase_.library_s = static_cast<double>(driver_->library_ns() - library) * 1e-9;
  phase_.server_threads_s = threads_since(threads, server);
  phase_.server_core = phase_.server_cpu_s / phase_.seconds;
  phase_.generator_core = (cpu_time(getpid()).total_s() - own) / phase_.seconds;
  return std::move(phase_);
}

void Generator::chat_by_schedule(int64_t start_ns, double seconds) {
  const auto total = static_cast<int64_t>(plan_.rate * seconds);
  for (int64_t next = 0; next < total;) {
    const int64_t due = start_ns + next * 1'000'000'000 / plan_.rate;
    bool said = true;
    for (int i = 0; said && i < kSayAtOnce && next < total; ++i) {
      const int64_t due_now = start_ns + next * 1'000'000'000 / plan_.rate;
      if (steady_ns() < due_now) break;
      said = say(due_now);
      if (said) ++next;
    }
    if (!said) ++phase_.delayed_sends;
    driver_->poll(0);
    tick("chatting", static_cast<double>(due - start_ns) * 1e-9 / seconds);
  }
}

void Generator::chat_by_window(int64_t start_ns, double seconds) {
  const int members = std::max(1, plan_.clients / plan_.rooms);
  const int64_t end = start_ns + to_ns(seconds);
  for (int64_t now = start_ns; now < end; now = steady_ns()) {
    const auto on_the_way = static_cast<int64_t>(check_.missing()) / members;
    for (int64_t room = plan_.window - on_the_way; room > 0; --room) {
      if (say(steady_ns())) continue;
      ++phase_.delayed_sends;
      break;
    }
    driver_->poll(0);
    tick("chatting", static_cast<double>(now - start_ns) * 1e-9 / seconds);
  }
}

void Generator::wait_for_rest() {
  const int64_t give_up = steady_ns() + kDrainNs;
  while (check_.missing() > 0 && steady_ns() < give_up) driver_->poll(1);
}

bool Generator::say(int64_t due_ns) {
  char text[kMostTextBytes];
  const int client = speaker(turn_, plan_.clients);
  const Stamp stamp{due_ns, static_cast<uint32_t>(client), check_.next_number(client)};
  if (!driver_->publish(client, write_stamp(stamp, plan_.message_bytes, text))) return false;
  check_.sent(client);
  ++phase_.sent;
  ++turn_;
  return true;
}

void Generator::receive(int client, std::string_view text) {
  const auto stamp = read_stamp(text);
  if (!stamp || !check_.received(client, *stamp)) return;
  ++phase_.delivered;
  phase_.latency.record(steady_ns() - stamp->due_ns);
}

uint64_t Generator::server_memory() const { return driver_->server_pid() > 0 ? anonymous_bytes(driver_->server_pid()) : 0; }

void Generator::tick(const char* what, double share) {
  if (!watch_) return;
  const int64_t now = steady_ns();
  if (now < next_tick_ns_) return;
  next_tick_ns_ = now + kTickNs;
  watch_(what, share, phase_);
}

}  // namespace parley::bench
