// SPDX-License-Identifier: Apache-2.0
// A network in virtual time: sockets that send to each other through paths with delay, jitter, loss (independent or in bursts), duplicates,
// reorder, corruption and partitions, all decided by one seed. Product code: the simulation tests, parley-bench loss, and a client under a
// bad network by choice all use it. One thread; time is what the caller says.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/random.h"
#include "net/link/datagram_socket.h"

namespace parley::link {

struct PathConditions {
  Micros delay{0};          // one way
  Micros jitter{0};         // uniform in [0, jitter) on top
  double loss = 0;          // independent probability
  double burst_loss = 0;    // long-run share of time in outage (two-state, exponential times); everything sent meanwhile is lost
  Micros burst_mean{50'000};// mean length of an outage
  double duplicate = 0;     // probability of a second copy, with its own jitter
  double corrupt = 0;       // probability that one bit flips
  double reorder = 0;       // probability of reorder_delay on top
  Micros reorder_delay{0};
};

class SimNetwork {
 public:
  explicit SimNetwork(uint64_t seed);
  ~SimNetwork();

  // A socket at that address. Lives until the network goes; `close` of a dead host = partition it.
  DatagramSocket& open(const Endpoint& local);
  // Conditions of everything without its own; and of one direction.
  void set_conditions(const PathConditions& conditions);
  void set_conditions(const Endpoint& from, const Endpoint& to, const PathConditions& conditions);
  // Nothing passes between this address and anyone (both ways) until healed.
  void set_partitioned(const Endpoint& address, bool partitioned);
  // Arrival of the next datagram under way, kNever if none: where virtual time may jump to.
  MonoTime next_arrival() const;

  struct Counters { uint64_t sent = 0, delivered = 0, lost = 0, duplicated = 0, corrupted = 0, bytes_sent = 0; };
  Counters counters() const;
};

}  // namespace parley::link
