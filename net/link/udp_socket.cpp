// SPDX-License-Identifier: Apache-2.0
#include "net/link/udp_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/limits.h"
#include "net/link/steering.h"
#include "net/link/udp_address.h"
#include "net/link/udp_receiver.h"
#include "net/link/udp_sender.h"

namespace parley::link {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

bool is_unspecified_v6(const Endpoint& endpoint) {
  return std::all_of(endpoint.ip.begin(), endpoint.ip.end(), [](uint8_t byte) { return byte == 0; });
}

class UdpSocket final : public DatagramSocket {
 public:
  UdpSocket(const UdpOptions& options, Descriptor descriptor, int family, const Endpoint& local)
      : options_(options), descriptor_(std::move(descriptor)), family_(family), local_(local), sender_(family) {}

  size_t receive(std::span<InDatagram> out, Now) override { return receiver_.receive(descriptor_.get(), out, counters_); }
  void send(std::span<const OutDatagram> datagrams, Now) override { sender_.send(descriptor_.get(), datagrams, counters_); }

  Endpoint local() const override { return local_; }
  int fd() const override { return descriptor_.get(); }
  MonoTime next_deadline() const override { return receiver_.holds_more() ? MonoTime{} : kNever; }
  SocketCounters counters() const override { return counters_; }
  Result<void> reopen() override;

 private:
  const UdpOptions options_;
  Descriptor descriptor_;
  int family_;
  Endpoint local_;
  SocketCounters counters_;
  UdpSender sender_;
  UdpReceiver receiver_;
};

std::unexpected<Error> open_error(const Endpoint& bind, int error) {
  const std::string where = to_string(bind);
  const std::string why = std::strerror(error);
  switch (error) {
    case EADDRINUSE:
      return fail(ErrorCode::kAddressInUse,
                  "UDP port " + std::to_string(bind.port) +
                      " is in use by another program: stop it, or choose another port (ss -ulnp shows who has it)");
    case EACCES:
    case EPERM:
      return fail(ErrorCode::kPermission,
                  "not allowed to open UDP " + where + " (" + why + "): choose a port above 1023, or grant CAP_NET_BIND_SERVICE");
    case EADDRNOTAVAIL:
      return fail(ErrorCode::kInvalidArgument,
                  where + " isn't an address of this machine: bind to one of its own, or to [::]:" + std::to_string(bind.port));
    default:
      return fail(ErrorCode::kInternal, "can't open UDP " + where + ": " + why);
  }
}

void set_option(int fd, int level, int name, int value) { setsockopt(fd, level, name, &value, sizeof value); }

// The FORCE variant passes rmem_max and needs CAP_NET_ADMIN; the plain one takes what it gets.
void set_buffer(int fd, int forced, int plain, int bytes) {
  if (setsockopt(fd, SOL_SOCKET, forced, &bytes, sizeof bytes) != 0) set_option(fd, SOL_SOCKET, plain, bytes);
}

struct Bound {
  Descriptor descriptor;
  int error = 0;
};

Bound bind_family(const UdpOptions& options, int family) {
  Descriptor descriptor(socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (descriptor.get() < 0) return {Descriptor(-1), errno};
  if (family == AF_INET6) set_option(descriptor.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (options.steer_count > 1) {
    set_option(descriptor.get(), SOL_SOCKET, SO_REUSEPORT, 1);
  } else {
    UdpReceiver::ask_for_runs(descriptor.get());  // a group's filter sees only the first datagram of a run, and others may be another's
  }
  set_buffer(descriptor.get(), SO_RCVBUFFORCE, SO_RCVBUF, options.receive_buffer_bytes);
  set_buffer(descriptor.get(), SO_SNDBUFFORCE, SO_SNDBUF, options.send_buffer_bytes);
  SocketAddress address;
  const socklen_t length = to_address(options.bind, family, address);
  if (bind(descriptor.get(), &address.any, length) != 0) return {Descriptor(-1), errno};
  if (options.steer_count > 1 && !attach_steering(descriptor.get(), options.steer_count)) return {Descriptor(-1), errno};
  return {std::move(descriptor), 0};
}

Result<Endpoint> local_of(const Descriptor& descriptor, const UdpOptions& options) {
  SocketAddress address;
  socklen_t length = sizeof address;
  if (getsockname(descriptor.get(), &address.any, &length) != 0) return open_error(options.bind, errno);
  return from_address(address);
}

Result<void> UdpSocket::reopen() {
  if (options_.bind.port != 0) descriptor_ = Descriptor(-1);  // it would stand in its own way
  Bound bound = bind_family(options_, family_);
  if (bound.error != 0) return open_error(options_.bind, bound.error);
  const auto local = local_of(bound.descriptor, options_);
  if (!local) return std::unexpected(local.error());
  descriptor_ = std::move(bound.descriptor);
  local_ = *local;
  return {};
}

// A machine may have no IPv6 at all; then "any address" and IPv4 addresses are served by an IPv4 socket.
bool may_fall_back(const UdpOptions& options, int error) {
  const bool no_v6 = error == EAFNOSUPPORT || error == EADDRNOTAVAIL || error == EPROTONOSUPPORT;
  return no_v6 && (is_unspecified_v6(options.bind) || options.bind.is_v4());
}

}  // namespace

Result<std::unique_ptr<DatagramSocket>> open_udp(const UdpOptions& options) {
  int family = options.ipv4_only ? AF_INET : AF_INET6;
  Bound bound = bind_family(options, family);
  if (family == AF_INET6 && may_fall_back(options, bound.error)) bound = bind_family(options, family = AF_INET);
  if (bound.error != 0) return open_error(options.bind, bound.error);
  const auto local = local_of(bound.descriptor, options);
  if (!local) return std::unexpected(local.error());
  return std::make_unique<UdpSocket>(options, std::move(bound.descriptor), family, *local);
}

Result<std::vector<std::unique_ptr<DatagramSocket>>> open_udp_group(const UdpOptions& options) {
  UdpOptions each = options;
  if (options.steer_count > 1) {
    // A socket without SO_REUSEPORT gets the port only if nobody has it, sharers included. It goes before the group opens.
    UdpOptions probe = options;
    probe.steer_count = 1;
    auto alone = open_udp(probe);
    if (!alone) return std::unexpected(std::move(alone.error()));
    each.bind.port = (*alone)->local().port;
  }
  std::vector<std::unique_ptr<DatagramSocket>> group;
  for (size_t i = 0; i < options.steer_count; ++i) {
    auto socket = open_udp(each);
    if (!socket) return std::unexpected(std::move(socket.error()));
    group.push_back(std::move(*socket));
  }
  return group;
}

}  // namespace parley::link
