// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/drivers/stream_driver.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

namespace parley::bench {

namespace {

constexpr size_t kReadBytes = 256 * 1024;
constexpr size_t kMostUnsent = 1024 * 1024;  // of one client; then publish() says no
constexpr uint64_t kFaultsShown = 5;         // on stderr; the rest is counted

// "127.0.0.1:4222"; numeric, IPv4.
Result<sockaddr_in> parse_address(const std::string& text) {
  const size_t colon = text.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  uint16_t port = 0;
  const bool whole = colon != std::string::npos && inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) == 1 &&
                     std::from_chars(text.data() + colon + 1, text.data() + text.size(), port).ptr == text.data() + text.size();
  if (!whole || port == 0) return fail(ErrorCode::kInvalidArgument, "'" + text + "' isn't an address such as 127.0.0.1:4222");
  address.sin_port = htons(port);
  return address;
}

}  // namespace

StreamDriver::~StreamDriver() {
  for (const Connection& connection : connections_) {
    if (connection.fd >= 0) close(connection.fd);
  }
  if (epoll_ >= 0) close(epoll_);
}

Result<void> StreamDriver::start(const DriverOptions& options, int clients, int rooms, Deliver deliver) {
  rooms_ = rooms;
  deliver_ = std::move(deliver);
  connections_.resize(static_cast<size_t>(clients));
  buffer_.resize(kReadBytes);
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  pid_ = options.pid;
  std::string at = options.address;
  if (at.empty()) {
    const auto command = [this](int port, const std::string& config) { return protocol_->server(port, config); };
    auto server = ForeignServer::start(command, options.server_cpu);
    if (!server) return std::unexpected(server.error());
    server_ = std::move(*server);
    pid_ = server_->pid();
    at = "127.0.0.1:" + std::to_string(server_->port());
  }
  auto address = parse_address(at);
  if (!address) return std::unexpected(address.error());
  address_ = *address;
  return {};
}

Result<void> StreamDriver::join(int client) {
  Connection& connection = connections_[static_cast<size_t>(client)];
  connection.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (connection.fd < 0) return fail(ErrorCode::kInternal, "no more sockets; raise the limit of open files (ulimit -n)");
  const int on = 1;
  setsockopt(connection.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const int done = connect(connection.fd, reinterpret_cast<const sockaddr*>(&address_), sizeof address_);
  if (done < 0 && errno != EINPROGRESS) return fail(ErrorCode::kInternal, std::string("connect: ") + std::strerror(errno));
  epoll_event wanted{};
  wanted.events = EPOLLIN | EPOLLOUT | EPOLLET;
  wanted.data.u32 = static_cast<uint32_t>(client);
  epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &wanted);
  protocol_->hello(client, room_of(client), connection.out);
  return {};
}

bool StreamDriver::publish(int client, std::string_view text) {
  Connection& connection = connections_[static_cast<size_t>(client)];
  if (connection.fd < 0 || connection.out.size() > kMostUnsent) return false;
  protocol_->publish(client, room_of(client), text, connection.out);
  want_flush(client);
  return true;
}

void StreamDriver::want_flush(int client) {
  Connection& connection = connections_[static_cast<size_t>(client)];
  if (!connection.to_flush) flush_.push_back(client);
  connection.to_flush = true;
}

// What a socket doesn't take now goes out when epoll says that it does again.
void StreamDriver::flush() {
  for (const int client : flush_) {
    Connection& connection = connections_[static_cast<size_t>(client)];
    connection.to_flush = false;
    if (connection.fd < 0 || connection.out.empty()) continue;
    const ssize_t sent = send(connection.fd, connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
    if (sent > 0) connection.out.erase(0, static_cast<size_t>(sent));
  }
  flush_.clear();
}

void StreamDriver::poll(int wait_ms) {
  flush();
  std::array<epoll_event, 256> events;
  int n = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms);
  for (; n > 0; n = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0)) {
    for (int i = 0; i < n; ++i) {
      const int client = static_cast<int>(events[static_cast<size_t>(i)].data.u32);
      const uint32_t what = events[static_cast<size_t>(i)].events;
      if ((what & EPOLLOUT) != 0) want_flush(client);
      if ((what & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read(client);
    }
    flush();
    if (n < static_cast<int>(events.size())) break;
  }
}

void StreamDriver::read(int client) {
  Connection& connection = connections_[static_cast<size_t>(client)];
  for (;;) {
    const ssize_t got = connection.fd < 0 ? 0 : recv(connection.fd, buffer_.data(), buffer_.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      if (connection.fd >= 0) lose(client, got < 0 ? std::strerror(errno) : "the server closed the connection");
      return;
    }
    connection.in.append(buffer_.data(), static_cast<size_t>(got));
    read_frames(client);
    if (got < static_cast<ssize_t>(buffer_.size())) return;  // edge-triggered: what comes from now on is told again
  }
}

void StreamDriver::read_frames(int client) {
  Connection& connection = connections_[static_cast<size_t>(client)];
  const std::string room = room_of(client);
  size_t taken = 0;
  for (;;) {
    Incoming in;
    const size_t frame = protocol_->read(std::string_view(connection.in).substr(taken), room, in);
    if (frame == 0) break;
    handle(client, in);
    taken += frame;
  }
  connection.in.erase(0, taken);
}

void StreamDriver::handle(int client, const Incoming& in) {
  Connection& connection = connections_[static_cast<size_t>(client)];
  if (in.kind == Incoming::Kind::kMessage) deliver_(client, in.text);
  if (in.kind == Incoming::Kind::kJoined && !connection.joined) {
    connection.joined = true;
    ++joined_;
  }
  if (in.kind == Incoming::Kind::kRefused && ++faults_ <= kFaultsShown) {
    std::fprintf(stderr, "parley-bench: %s: %.*s\n", name(), static_cast<int>(in.text.size()), in.text.data());
  }
  if (in.answer.empty()) return;
  connection.out += in.answer;
  want_flush(client);
}

void StreamDriver::lose(int client, std::string_view why) {
  Connection& connection = connections_[static_cast<size_t>(client)];
  close(connection.fd);  // epoll forgets it, too
  connection.fd = -1;
  if (++faults_ <= kFaultsShown) {
    std::fprintf(stderr, "parley-bench: %s: client %d: %.*s\n", name(), client, static_cast<int>(why.size()), why.data());
  }
}

}  // namespace parley::bench
