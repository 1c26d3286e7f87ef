// SPDX-License-Identifier: Apache-2.0
// Where sealed datagrams leave and arrive. Implementations: UdpSocket (batched system calls), SimSocket (sim_network.h, virtual time), and
// ImpairedSocket, which puts a bad network before another one. Owned by one thread; nothing here waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/time.h"
#include "net/link/endpoint.h"

namespace parley::link {

struct InDatagram {
  Endpoint from;
  MutableBytes bytes;  // decrypted in place; valid until the next receive()
};

struct OutDatagram {
  Endpoint to;
  ByteView bytes;  // ≤ kMaxDatagramBytes; valid during send()
};

// What the network refused; all of it is loss to the layers above.
struct SocketCounters {
  uint64_t dropped_oversized = 0;  // arrived, longer than kMaxDatagramBytes
  uint64_t send_buffer_full = 0;   // EAGAIN, ENOBUFS
  uint64_t send_unreachable = 0;   // no route, refused, filtered
  uint64_t send_too_long = 0;      // EMSGSIZE: the path's MTU is below ours
  uint64_t receive_errors = 0;     // ICMP errors and the like reported by the socket
};

class DatagramSocket {
 public:
  virtual ~DatagramSocket() = default;
  // Up to out.size() datagrams that have arrived; 0 if none. Larger ones than kMaxDatagramBytes are dropped and counted.
  virtual size_t receive(std::span<InDatagram> out, Now now) = 0;
  // Hands them to the network in order. What the network doesn't take (full buffer, unreachable) is lost and counted, as UDP may.
  virtual void send(std::span<const OutDatagram> datagrams, Now now) = 0;
  virtual Endpoint local() const = 0;
  // For poll(2); -1 if there is none (simulation).
  virtual int fd() const = 0;
  // When receive() has something to do although nothing arrives on fd().
  virtual MonoTime next_deadline() const { return kNever; }
  virtual SocketCounters counters() const { return {}; }
  // Another socket in its place, after the machine's network changed: fd() and local() are new ones. Errors: those of opening; then the old
  // one stays, unless it was bound to a port of its own.
  virtual Result<void> reopen() { return fail(ErrorCode::kInvalidArgument, "this socket can't be opened anew; only a UDP socket can"); }
};

}  // namespace parley::link
