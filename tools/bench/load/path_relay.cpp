// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/load/path_relay.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <queue>
#include <tuple>
#include <vector>

#include "core/base/limits.h"
#include "core/base/time.h"
#include "tools/bench/measure/udp_relay.h"

namespace parley::bench {

namespace {

using link::PathConditions;
using link::PathModel;

constexpr size_t kMostUnderWay = 65'536;  // datagrams; further ones are lost
constexpr size_t kMostClients = 512;      // sockets; a further one takes the place of the oldest
constexpr int kReadsInARow = 64;

struct Client {
  sockaddr_in address{};
  int fd = -1;  // towards the server
};

struct Flight {
  MonoTime arrival;
  uint64_t serial = 0;
  int fd = -1;
  sockaddr_in to{};
  size_t size = 0;
  std::array<char, kMaxDatagramBytes> bytes;
  bool operator>(const Flight& other) const { return std::tie(arrival, serial) > std::tie(other.arrival, other.serial); }
};

class Path {
 public:
  Path(int fd, int orders, uint16_t server_port, uint64_t seed) : fd_(fd), orders_(orders), up_(seed), down_(seed + 1) {
    server_.sin_family = AF_INET;
    server_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server_.sin_port = htons(server_port);
  }

  // Until nobody gives orders any more.
  void run() {
    while (open_) {
      std::vector<pollfd> waiting{{orders_, POLLIN, 0}, {fd_, POLLIN, 0}};
      for (const Client& client : clients_) waiting.push_back({client.fd, POLLIN, 0});
      ::poll(waiting.data(), waiting.size(), wait_ms());
      if (waiting[0].revents != 0) take_order();
      read_clients();
      for (size_t i = 0; i < clients_.size(); ++i) read_server(clients_[i]);
      deliver();
    }
  }

 private:
  MonoTime now() const { return SystemClock().now().mono; }

  int wait_ms() const {
    if (flights_.empty()) return 1000;
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(flights_.top()->arrival - now()).count();
    return static_cast<int>(std::clamp<int64_t>((left + 999) / 1000, 0, 1000));
  }

  void take_order() {
    PathConditions wanted;
    const ssize_t got = read(orders_, &wanted, sizeof wanted);
    if (got == static_cast<ssize_t>(sizeof wanted)) conditions_ = wanted;
    open_ = got > 0;
  }

  Client& client_at(const sockaddr_in& address) {
    const auto same = [&](const Client& c) { return c.address.sin_port == address.sin_port; };
    const auto found = std::ranges::find_if(clients_, same);
    if (found != clients_.end()) return *found;
    if (clients_.size() >= kMostClients) {
      close(clients_.front().fd);
      clients_.erase(clients_.begin());
    }
    sockaddr_in bound;
    clients_.push_back({address, open_loopback_socket(bound)});
    return clients_.back();
  }

  void read_clients() {
    for (int i = 0; i < kReadsInARow; ++i) {
      sockaddr_in from{};
      socklen_t length = sizeof from;
      const ssize_t got = recvfrom(fd_, buffer_.data(), buffer_.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
      if (got < 0) return;
      enter(up_, client_at(from).fd, server_, static_cast<size_t>(got));
    }
  }

  void read_server(const Client& client) {
    for (int i = 0; i < kReadsInARow; ++i) {
      const ssize_t got = recv(client.fd, buffer_.data(), buffer_.size(), 0);
      if (got < 0) return;
      enter(down_, fd_, client.address, static_cast<size_t>(got));
    }
  }

  void enter(PathModel& way, int fd, const sockaddr_in& to, size_t size) {
    const PathModel::Fate fate = way.decide(conditions_, size, now());
    for (size_t i = 0; i < fate.copies && flights_.size() < kMostUnderWay; ++i) {
      auto flight = std::make_unique<Flight>();
      flight->arrival = fate.arrivals[i];
      flight->serial = ++serial_;
      flight->fd = fd;
      flight->to = to;
      flight->size = size;
      std::copy_n(buffer_.data(), size, flight->bytes.data());
      flights_.push(std::move(flight));
    }
  }

  void deliver() {
    for (const MonoTime until = now(); !flights_.empty() && flights_.top()->arrival <= until; flights_.pop()) {
      const Flight& flight = *flights_.top();
      sendto(flight.fd, flight.bytes.data(), flight.size, 0, reinterpret_cast<const sockaddr*>(&flight.to), sizeof flight.to);
    }
  }

  struct Later {
    bool operator()(const std::unique_ptr<Flight>& a, const std::unique_ptr<Flight>& b) const { return *a > *b; }
  };

  int fd_, orders_;
  bool open_ = true;
  sockaddr_in server_{};
  PathConditions conditions_;
  PathModel up_, down_;
  std::vector<Client> clients_;
  std::priority_queue<std::unique_ptr<Flight>, std::vector<std::unique_ptr<Flight>>, Later> flights_;
  uint64_t serial_ = 0;
  std::array<char, kMaxDatagramBytes> buffer_{};
};

}  // namespace

Result<std::unique_ptr<PathRelay>> PathRelay::start(uint16_t server_port, uint64_t seed, int cpu) {
  std::unique_ptr<PathRelay> relay(new PathRelay);
  sockaddr_in bound;
  const int fd = open_loopback_socket(bound);
  int ends[2];
  if (fd < 0 || pipe2(ends, O_CLOEXEC) != 0) return fail(ErrorCode::kInternal, "no socket or pipe for the path");
  relay->port_ = ntohs(bound.sin_port);
  relay->orders_ = ends[1];
  relay->pid_ = fork();
  if (relay->pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin_to_cpu(cpu);
    close(ends[1]);
    Path(fd, ends[0], server_port, seed).run();
    _exit(0);
  }
  close(fd);
  close(ends[0]);
  if (relay->pid_ < 0) return fail(ErrorCode::kInternal, "fork failed");
  return relay;
}

bool PathRelay::set(const PathConditions& conditions) const {
  return write(orders_, &conditions, sizeof conditions) == static_cast<ssize_t>(sizeof conditions);
}

PathRelay::~PathRelay() {
  if (orders_ >= 0) close(orders_);
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace parley::bench
