// SPDX-License-Identifier: Apache-2.0
// Takes datagrams from a UDP socket with few system calls and few walks through the kernel: up to kMessages messages a recvmmsg(2), and,
// where the kernel keeps neighbours of one length from one peer together (UDP_GRO, Linux 5.0, udp(7)), several datagrams a message: the
// other side of what UdpSender does. Owned by the socket's thread.
//
// What a message holds beyond what was asked for is handed out by the next receive(); until then no descriptor is readable for it, so
// whoever waits asks holds_more() first. Buffers are 64 KiB of address space each, of which only what datagrams filled becomes memory.
#pragma once

#include <sys/uio.h>

#include <array>
#include <memory>
#include <span>

#include "net/link/datagram_socket.h"
#include "net/link/udp_address.h"

namespace parley::link {

class UdpReceiver {
 public:
  UdpReceiver();
  UdpReceiver(const UdpReceiver&) = delete;
  UdpReceiver& operator=(const UdpReceiver&) = delete;

  // Once for each descriptor. An old kernel refuses it: then a message is one datagram.
  static void ask_for_runs(int fd);
  // In order. Those longer than kMaxDatagramBytes are dropped and counted. Fewer than out.size(): nothing more has arrived, or the buffers
  // are full of what the calls before brought; 0 is always the former.
  size_t receive(int fd, std::span<InDatagram> out, SocketCounters& counters);
  bool holds_more() const { return next_ < end_; }

 private:
  static constexpr size_t kMessages = 64;
  static constexpr size_t kMessageBytes = 65'536;             // no IP packet is longer
  static constexpr size_t kStride = kMessageBytes + 21 * 64;  // an odd number of cache lines apart, else all would want the same few
  struct Control {
    alignas(cmsghdr) std::array<uint8_t, CMSG_SPACE(sizeof(int))> bytes{};
  };

  void fill(int fd, size_t first, size_t most, SocketCounters& counters);
  size_t hand_out(std::span<InDatagram> out, SocketCounters& counters);
  size_t segment_bytes(size_t message) const;

  std::unique_ptr<uint8_t[]> storage_;
  std::array<mmsghdr, kMessages> headers_{};
  std::array<iovec, kMessages> parts_{};
  std::array<SocketAddress, kMessages> addresses_{};
  std::array<Control, kMessages> controls_{};
  // Messages [next_, end_) are to be handed out; of the first of them, what begins at offset_, in datagrams of segment_ bytes.
  size_t next_ = 0, end_ = 0;
  size_t offset_ = 0, segment_ = 0;
};

}  // namespace parley::link
