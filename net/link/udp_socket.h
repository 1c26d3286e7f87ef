// SPDX-License-Identifier: Apache-2.0
// The real datagram socket: non-blocking UDP, IPv6 dual stack or IPv4, recvmmsg/sendmmsg in batches. See datagram_socket.h for threads.
// All buffers are allocated when it is opened. Errors of single datagrams are counted, never fatal: to the layers above they are loss.
#pragma once

#include <memory>
#include <vector>

#include "core/base/error.h"
#include "net/link/datagram_socket.h"

namespace parley::link {

struct UdpOptions {
  Endpoint bind;           // all zero with port 0: any address, any port
  bool ipv4_only = false;  // bind is an IPv4 address
  size_t steer_count =
      1;  // > 1: SO_REUSEPORT, and a filter that steers by receiver index (WIRE.md) among the group's sockets, in order of opening
  int receive_buffer_bytes = 4 << 20;
  int send_buffer_bytes = 4 << 20;
};

// Errors: kAddressInUse (names the port and what to do), kPermission, kInvalidArgument.
// With steer_count > 1 this is one more socket of the group; the kernel lets any process of the same user join, so prefer open_udp_group.
Result<std::unique_ptr<DatagramSocket>> open_udp(const UdpOptions& options);

// All steer_count sockets on one port, element i getting the sessions whose receiver index ≡ i. Port 0: the kernel chooses one for all.
// Errors as above; kAddressInUse also if another process has the port with SO_REUSEPORT, which the kernel alone wouldn't notice.
Result<std::vector<std::unique_ptr<DatagramSocket>>> open_udp_group(const UdpOptions& options);

}  // namespace parley::link
