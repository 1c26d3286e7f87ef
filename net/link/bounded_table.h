// SPDX-License-Identifier: Apache-2.0
// What a server remembers of strangers, in memory that never grows: sets of kWays places, found by a keyed hash (SipHash), as an attacker
// chooses the keys. A full set forgets the value that the caller finds least worth keeping. Two keys with the same 64-bit hash share a
// place; whoever uses the table says why that does no harm. All memory is taken at construction. Owned by one thread.
#pragma once

#include <sodium.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/check.h"
#include "core/base/random.h"

namespace parley::link {

class KeyedHash {
 public:
  explicit KeyedHash(Random& random) { random.fill(seed_); }
  uint64_t operator()(ByteView key) const {
    static_assert(crypto_shorthash_BYTES == 8 && crypto_shorthash_KEYBYTES == 16);
    uint8_t hash[8];
    crypto_shorthash(hash, key.data(), key.size(), seed_.data());
    return load_le<uint64_t>(hash);
  }

 private:
  std::array<uint8_t, 16> seed_{};
};

template <class Value>
class BoundedTable {
 public:
  static constexpr size_t kWays = 8;

  // places: kWays times a power of two.
  BoundedTable(size_t places, Random& random) : hash_(random), places_(places) {
    CHECK(places >= kWays && (places & (places - 1)) == 0, "a table's size is a power of two");
  }

  Value* find(ByteView key) {
    const uint64_t tag = tag_of(key);
    Place* const set = set_of(tag);
    const auto found = std::find_if(set, set + kWays, [tag](const Place& place) { return place.tag == tag; });
    return found != set + kWays ? &found->value : nullptr;
  }

  // The key's value, a fresh one if it has none. In a full set the one for which worth() is lowest gives way.
  template <class Worth>
  Value& at(ByteView key, Worth worth) {
    if (Value* const known = find(key)) return *known;
    const uint64_t tag = tag_of(key);
    Place* const set = set_of(tag);
    Place* const place = std::min_element(set, set + kWays, [&](const Place& a, const Place& b) {
      if (a.tag == 0 || b.tag == 0) return a.tag == 0 && b.tag != 0;
      return worth(a.value) < worth(b.value);
    });
    *place = {tag, {}};
    return place->value;
  }

 private:
  struct Place {
    uint64_t tag = 0;  // 0: empty
    Value value{};
  };
  uint64_t tag_of(ByteView key) const { return std::max<uint64_t>(hash_(key), 1); }
  Place* set_of(uint64_t tag) { return &places_[tag % (places_.size() / kWays) * kWays]; }

  KeyedHash hash_;
  std::vector<Place> places_;
};

}  // namespace parley::link
