// SPDX-License-Identifier: Apache-2.0
// Which live session came of which request (by its ephemeral key), so that a repeated msg1 makes no second one. Bounded by the sessions;
// nothing is added for a stranger. Keyed hashing (SipHash), as an attacker chooses the keys. Owned by the link's thread. What is remembered
// of requests whose sessions are gone: request_history.h.
#pragma once

#include <unordered_map>

#include "net/link/bounded_table.h"
#include "net/link/link.h"
#include "net/link/noise.h"

namespace parley::link {

class RequestLog {
 public:
  explicit RequestLog(Random& random) : requests_(0, Hash{KeyedHash(random)}) {}

  // None: LinkId{}.
  LinkId session_of(const PublicKey& ephemeral) const {
    const auto found = requests_.find(ephemeral);
    return found == requests_.end() ? LinkId{} : found->second;
  }
  void add(const PublicKey& ephemeral, LinkId id) { requests_.emplace(ephemeral, id); }
  void remove(const PublicKey& ephemeral) { requests_.erase(ephemeral); }

 private:
  struct Hash {
    KeyedHash keyed;
    size_t operator()(const PublicKey& key) const noexcept { return keyed(key); }
  };
  std::unordered_map<PublicKey, LinkId, Hash> requests_;
};

}  // namespace parley::link
