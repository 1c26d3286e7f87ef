// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/storm_herd.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "tools/bench/drivers/crowd.h"
#include "tools/bench/load/stamp.h"
#include "tools/bench/measure/histogram.h"
#include "tools/bench/measure/server_process.h"
#include "tools/bench/measure/udp_relay.h"

namespace parley::bench {

namespace {

constexpr int kInFlight = 100;                   // handshakes, while the room fills
constexpr int64_t kPatienceNs = 60'000'000'000;  // for everybody to be in, or back
constexpr int kGivesWay = 10;                    // nice(2)

}  // namespace

// What the child does until its parent closes the socket.
class HerdProcess {
 public:
  HerdProcess(const HerdOptions& options, int socket)
      : options_(options),
        socket_(socket),
        crowd_({.sessions = options.members,
                .rooms = 1,
                .address = options.address,
                .ticket = [this](int i) { return tickets_[static_cast<size_t>(i)]; },
                .on_event = [this](int member, const parley_event& event) { take(member, event); }}),
        known_(static_cast<size_t>(options.members), 0) {
    for (int i = 0; i < options.members; ++i) tickets_.push_back(options.ticket(i));  // players have theirs before they come
  }

  void run() {
    for (;;) {
      Herd::Order order{};
      const ssize_t got = recv(socket_, &order, sizeof order, MSG_DONTWAIT);
      if (got == sizeof order) {
        const HerdNews news = obey(order);
        if (send(socket_, &news, sizeof news, MSG_NOSIGNAL) != sizeof news) return;
      } else if (got >= 0 || (errno != EAGAIN && errno != EINTR)) {  // the other end is gone, or sent half an order
        return;
      }
      crowd_.poll(1);
    }
  }

 private:
  HerdNews obey(const Herd::Order& order) {
    HerdNews news;
    if (order.kind == Herd::Order::kGather) gather(order.members);
    if (order.kind == Herd::Order::kStorm) storm(news);
    news.joined = crowd_.counts().joined;
    news.bytes_down = bytes_down();
    news.delivered = crowd_.counts().delivered;
    return news;
  }

  void gather(int members) {
    const int64_t give_up = Crowd::now_ns() + kPatienceNs;
    while (crowd_.counts().joined < members && Crowd::now_ns() < give_up) {
      while (started_ < members && started_ - crowd_.counts().joined < kInFlight) crowd_.connect(started_++);
      crowd_.poll(1);
    }
  }

  // Sends everybody away and back, evenly over the time; counts what the closed connections had got since it began.
  void storm(HerdNews& news) {
    const int64_t start = Crowd::now_ns();
    const uint64_t before = bytes_down();
    uint64_t closed = 0;
    int64_t back_at = 0, known_at = 0;
    latency_ = {};
    for (int gone = 0; known_at == 0;) {
      const int64_t now = Crowd::now_ns();
      if (now > start + kPatienceNs) break;
      for (; gone < options_.members && now >= start + gone * (options_.within_ms * 1'000'000LL) / options_.members; ++gone) {
        closed += crowd_.bytes_down(gone);
        known_[static_cast<size_t>(gone)] = 0;
        crowd_.reconnect(gone);
      }
      if (back_at == 0 && gone == options_.members && crowd_.counts().joined == options_.members) back_at = now;
      if (back_at != 0 && std::ranges::all_of(known_, [&](int known) { return known >= options_.room_members; })) known_at = now;
      crowd_.poll(1);
    }
    news.back_s = static_cast<double>(back_at == 0 ? kPatienceNs : back_at - start) * 1e-9;
    news.known_s = known_at == 0 ? 0 : static_cast<double>(known_at - start) * 1e-9;
    news.bytes_a_member = static_cast<double>(closed + bytes_down() - before) / options_.members;
    news.late_p99_ns = latency_.percentile(99);
  }

  uint64_t bytes_down() const {
    uint64_t sum = 0;
    for (int i = 0; i < started_; ++i) sum += crowd_.bytes_down(i);
    return sum;
  }
  void take(int member, const parley_event& event) {
    if (event.type == PARLEY_EVENT_MEMBER_JOINED) ++known_[static_cast<size_t>(member)];
    if (event.type == PARLEY_EVENT_MEMBER_LEFT) --known_[static_cast<size_t>(member)];
    if (event.type != PARLEY_EVENT_MESSAGE) return;
    if (const auto stamp = read_stamp({event.text, event.text_length})) latency_.record(Crowd::now_ns() - stamp->due_ns);
  }

  const HerdOptions& options_;
  const int socket_;
  std::vector<std::string> tickets_;
  Histogram latency_;
  Crowd crowd_;
  std::vector<int> known_;  // of how many in the room a member's present session knows
  int started_ = 0;
};

Result<std::unique_ptr<Herd>> Herd::start(const HerdOptions& options) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return fail(ErrorCode::kInternal, "no socket pair could be had");
  const pid_t pid = fork();
  if (pid < 0) {
    close(pair[0]);
    close(pair[1]);
    return fail(ErrorCode::kInternal, "fork failed");
  }
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(pair[0]);
    (void)!nice(kGivesWay);
    HerdProcess(options, pair[1]).run();
    _exit(0);  // what the parent owns, its server above all, is the parent's to end
  }
  close(pair[1]);
  return std::unique_ptr<Herd>(new Herd(pid, pair[0]));
}

Herd::~Herd() {
  close(socket_);
  if (reap_within(pid_, 5'000)) return;
  kill(pid_, SIGKILL);
  reap_within(pid_, 5'000);
}

void Herd::order(const Order& order) const { (void)!send(socket_, &order, sizeof order, MSG_NOSIGNAL); }

Result<std::optional<HerdNews>> Herd::take() {
  HerdNews news;
  const ssize_t got = recv(socket_, &news, sizeof news, MSG_DONTWAIT);
  if (got == sizeof news) return std::optional(news);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return std::optional<HerdNews>();
  return fail(ErrorCode::kInternal, "the herd's process ended");
}

}  // namespace parley::bench
