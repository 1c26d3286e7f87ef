// SPDX-License-Identifier: Apache-2.0
// What a server remembers of the requests behind its live sessions, so that a repeated msg1 makes no second one: the ephemeral keys, and
// for each device the newest timestamp. A request that is older than that by more than kReorder is stale: the client that made it gave up
// long ago, so it is a replay. (Within kReorder requests may overtake each other: one device may hold many sessions.) Bounded by the
// sessions; nothing is added for a stranger. Keyed hashing (SipHash), as an attacker chooses the keys. Owned by the link's thread.
#pragma once

#include <array>
#include <unordered_map>

#include "core/base/random.h"
#include "net/link/link.h"
#include "net/link/noise.h"

namespace parley::link {

class RequestLog {
 public:
  static constexpr uint64_t kReorderUs = 10'000'000;

  explicit RequestLog(Random& random);

  // The live session that came of the request with this ephemeral key; none: LinkId{}.
  LinkId session_of(const PublicKey& ephemeral) const;
  bool fresh(const PublicKey& device, uint64_t time_us) const;
  void add(const PublicKey& ephemeral, const PublicKey& device, uint64_t time_us, LinkId id);
  void remove(const PublicKey& ephemeral, const PublicKey& device);

 private:
  struct KeyHash {
    std::array<uint8_t, 16> seed;
    size_t operator()(const PublicKey& key) const noexcept;
  };
  struct Device {
    uint64_t newest_us = 0;
    size_t sessions = 0;
  };
  std::unordered_map<PublicKey, LinkId, KeyHash> requests_;
  std::unordered_map<PublicKey, Device, KeyHash> devices_;
};

}  // namespace parley::link
