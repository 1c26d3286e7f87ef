// SPDX-License-Identifier: Apache-2.0
// How many handshakes a network (IPv4 /24, IPv6 /56) gets: a token bucket each, apart for requests that proved their address and for those
// that didn't. Whoever sends under a forged address so empties only the bucket of the unproven ones; the true owner of the address then
// pays a cookie's round trip, not his way in. A bounded table: when a set is full, the fullest bucket gives way, which is nearest to one
// that was never used. Two networks with the same hash would share a bucket: one in 2^64. Owned by the link's thread.
#pragma once

#include "core/base/limits.h"
#include "core/base/time.h"
#include "net/link/bounded_table.h"
#include "net/link/datagram_socket.h"

namespace parley::link {

struct HandshakeLimits {
  double unproven_per_second = kUnprovenHandshakesPerSecond, unproven_burst = kUnprovenHandshakeBurst;
  double proven_per_second = kProvenHandshakesPerSecond, proven_burst = kProvenHandshakeBurst;
  bool loopback = false;  // limits 127.0.0.0/8 and ::1 as well; nobody forges those from outside
};

class HandshakeRate {
 public:
  HandshakeRate(const HandshakeLimits& limits, Random& random);
  // Takes one handshake of the address's network. False: it had its share.
  bool take(const Endpoint& from, bool proven, MonoTime now);

 private:
  struct Bucket {
    double tokens = 0;
    MonoTime filled{};
    bool used = false;
  };
  HandshakeLimits limits_;
  BoundedTable<Bucket> buckets_;
};

}  // namespace parley::link
