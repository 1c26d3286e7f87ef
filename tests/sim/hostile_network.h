// SPDX-License-Identifier: Apache-2.0
// Somebody on the way of all datagrams: sees each, keeps some, and puts others on the wire: what he kept (to the same, to the other
// direction, to somebody else, under an address of his own), cut off, with a flipped bit, with a counter far ahead, or garbage. What is his
// arrives at once, so before the datagram that he saw. Bounded; decided by a seed of his own. One thread, the world's.
#pragma once

#include <vector>

#include "core/base/random.h"
#include "net/link/sim_network.h"

namespace parley::sim {

class HostileNetwork {
 public:
  // `per_datagram`: how often he attacks.
  HostileNetwork(link::SimNetwork& network, uint64_t seed, double per_datagram);

  // Each datagram as it is sent: to be called from the network's tap.
  void see(const link::Endpoint& from, const link::Endpoint& to, ByteView datagram, MonoTime now);
  uint64_t attacks() const { return attacks_; }

 private:
  struct Kept {
    link::Endpoint from, to;
    std::vector<uint8_t> bytes;
  };
  void attack(Kept victim, MonoTime now);
  void replay(Kept& kept);
  void forge(Kept& kept);
  const Kept& any() { return kept_[random_.below(kept_.size())]; }

  static constexpr size_t kKept = 256;  // with all of them taken, a new one takes another's place
  link::SimNetwork& network_;
  SeededRandom random_;
  double per_datagram_;
  std::vector<Kept> kept_;
  uint64_t attacks_ = 0;
};

}  // namespace parley::sim
