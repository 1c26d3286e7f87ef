// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/hostile_network.h"

#include <algorithm>
#include <utility>

#include "net/link/wire_format.h"

namespace parley::sim {
namespace {

constexpr double kKeepShare = 0.05;
constexpr uint64_t kLaterAtMost = 8'000'000;  // µs that a replay is held back

}  // namespace

HostileNetwork::HostileNetwork(link::SimNetwork& network, uint64_t seed, double per_datagram)
    : network_(network), random_(seed), per_datagram_(per_datagram) {
  kept_.reserve(kKept);
}

void HostileNetwork::see(const link::Endpoint& from, const link::Endpoint& to, ByteView datagram, MonoTime now) {
  if (random_.unit() < kKeepShare) {
    Kept kept{from, to, {datagram.begin(), datagram.end()}};
    if (kept_.size() < kKept) {
      kept_.push_back(std::move(kept));
    } else {
      kept_[random_.below(kKept)] = std::move(kept);
    }
  }
  if (kept_.empty() || random_.unit() >= per_datagram_) return;
  attack({from, to, {datagram.begin(), datagram.end()}}, now);
}

void HostileNetwork::attack(Kept victim, MonoTime now) {
  ++attacks_;
  const bool old = random_.below(2) == 0;
  if (old) victim = any();
  if (random_.below(2) == 0) {
    replay(victim);
  } else {
    forge(victim);
  }
  const Micros later{old ? static_cast<int64_t>(random_.below(kLaterAtMost)) : 0};
  network_.inject(victim.from, victim.to, victim.bytes, now + later);
}

// The very bytes: to whom they were meant, back to their sender, to somebody else, or from an address of his.
void HostileNetwork::replay(Kept& kept) {
  switch (random_.below(4)) {
    case 1:
      return std::swap(kept.from, kept.to);
    case 2:
      kept.to = any().to;
      return;
    case 3:
      kept.from.ip[12] = 66;
      kept.from.port = static_cast<uint16_t>(1 + random_.below(60'000));
      return;
    default:
      return;
  }
}

void HostileNetwork::forge(Kept& kept) {
  if (kept.bytes.empty()) return;
  switch (random_.below(4)) {
    case 0:
      return kept.bytes.resize(random_.below(kept.bytes.size()));
    case 1:
      kept.bytes[random_.below(kept.bytes.size())] ^= static_cast<uint8_t>(1u << random_.below(8));
      return;
    case 2:  // as far ahead as a counter can be
      if (kept.bytes.size() < link::wire::kTransportHeaderBytes) return;
      std::fill_n(kept.bytes.begin() + link::wire::kTransportCounterAt, 7, uint8_t{0xff});
      return;
    default:
      return random_.fill(MutableBytes(kept.bytes).subspan(1));
  }
}

}  // namespace parley::sim
