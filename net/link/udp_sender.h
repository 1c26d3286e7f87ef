// SPDX-License-Identifier: Apache-2.0
// Hands datagrams to a UDP socket with few system calls and few walks through the kernel: up to kBatch of them a sendmmsg(2), and
// neighbours of one length and session as one message that the kernel takes apart behind its routing and filtering (UDP_SEGMENT,
// Linux 4.18, udp(7)): what a page of history or a flooded room becomes. A message that isn't taken so goes out piece by piece. Owned by
// the socket's thread.
#pragma once

#include <sys/uio.h>

#include <array>
#include <span>

#include "net/link/datagram_socket.h"
#include "net/link/udp_address.h"

namespace parley::link {

class UdpSender {
 public:
  explicit UdpSender(int family);
  UdpSender(const UdpSender&) = delete;
  UdpSender& operator=(const UdpSender&) = delete;

  // In order. What the network doesn't take is lost, and counted.
  void send(int fd, std::span<const OutDatagram> datagrams, SocketCounters& counters);

 private:
  static constexpr size_t kBatch = 64;
  struct Segments {
    alignas(cmsghdr) std::array<uint8_t, CMSG_SPACE(sizeof(uint16_t))> bytes{};
  };

  void prepare(std::span<const OutDatagram> batch, SocketCounters& counters);
  bool joins(const OutDatagram& datagram) const;
  void finish_message();
  void hand_over(int fd, SocketCounters& counters);
  void send_apart(int fd, const msghdr& message, SocketCounters& counters);

  const int family_;
  int refused_in_a_row_ = 0;  // messages of several datagrams
  size_t messages_ = 0, parts_ = 0;
  Endpoint last_to_;
  size_t last_bytes_ = 0;  // of the message that is being put together
  std::array<mmsghdr, kBatch> headers_{};
  std::array<SocketAddress, kBatch> addresses_{};
  std::array<Segments, kBatch> segments_{};
  std::array<iovec, kBatch> vectors_{};
};

}  // namespace parley::link
