// SPDX-License-Identifier: Apache-2.0
// Which socket of an SO_REUSEPORT group gets a datagram, decided in the kernel by a classic BPF program on its first bytes (WIRE.md): a
// session's datagrams always reach the I/O thread that owns the session, whatever address they come from. Called once at start.
//
// What the program can't place (unknown kind, too short) is spread by the kernel's hash of addresses, so that garbage burdens no single
// thread.
#pragma once

#include <cstddef>

#include "core/base/bytes.h"

namespace parley::link {

// False if the kernel refuses (errno tells why).
bool attach_steering(int fd, size_t socket_count);

// Whether the program gives both to the same socket of any group: they are of one session. On its way through a machine the program sees of
// several datagrams that travel as one message (udp_sender.h) only the first.
bool steered_alike(ByteView one, ByteView other);

}  // namespace parley::link
