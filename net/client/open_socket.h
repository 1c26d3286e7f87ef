// SPDX-License-Identifier: Apache-2.0
// The operating system's socket under a parley_client, as its options want it: where it is bound, and whether it behaves as if the network
// were bad. Called by the C API only, on the program's thread, when a client is made; blocks for nothing.
#pragma once

#include <memory>

#include "core/base/error.h"
#include "core/base/random.h"
#include "net/client/parley.h"
#include "net/link/datagram_socket.h"

namespace parley::client {

struct OpenedSocket {
  std::unique_ptr<link::DatagramSocket> socket;
  bool ipv4_only = false;
};

// Errors: kInvalidArgument (options.bind, a field of options.network), and those of link::open_udp.
Result<OpenedSocket> open_socket(const parley_client_options& options, Random& random);

}  // namespace parley::client
