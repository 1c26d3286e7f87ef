// SPDX-License-Identifier: Apache-2.0
// The real datagram socket: non-blocking UDP, IPv6 dual stack or IPv4, recvmmsg/sendmmsg in batches. See datagram_socket.h for threads.
#pragma once

#include <memory>

#include "core/base/error.h"
#include "net/link/datagram_socket.h"

namespace parley::link {

struct UdpOptions {
  Endpoint bind;            // all zero with port 0: any address, any port
  bool ipv4_only = false;   // bind is an IPv4 address
  size_t steer_count = 1;   // > 1: SO_REUSEPORT, and a filter that steers by receiver index (WIRE.md) among the group's sockets, in order of opening
  int receive_buffer_bytes = 4 << 20;
  int send_buffer_bytes = 4 << 20;
};

// Errors: kAddressInUse (names the port and what to do), kPermission, kInvalidArgument.
Result<std::unique_ptr<DatagramSocket>> open_udp(const UdpOptions& options);

}  // namespace parley::link
