// SPDX-License-Identifier: Apache-2.0
// A hash index of positions: open addressing, linear probing, 8 bytes a place, at most 3/4 full. The items stand elsewhere (a vector or a
// deque of the owner); the index keeps each one's position and 32 bits of its hash, so growing never touches the items. Removal shifts back
// what follows, so there are no tombstones and a table that lives for years stays as fast as a new one.
// Owned by one thread. Allocates only when it grows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace parley::room {

class FlatIndex {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // The position with this hash for which `is_it(position)` holds, or kNone.
  template <class Predicate>
  uint32_t find(uint32_t hash, Predicate is_it) const {
    if (places_.empty()) return kNone;
    for (size_t at = home(hash);; at = after(at)) {
      const Place& place = places_[at];
      if (place.position == kNone) return kNone;
      if (place.hash == hash && is_it(place.position)) return place.position;
    }
  }

  // The position isn't in the index yet, and is below kNone.
  void insert(uint32_t hash, uint32_t position);
  // The pair is in the index.
  void erase(uint32_t hash, uint32_t position);
  // Forgets all and keeps its memory.
  void clear();
  // Makes room for that many without growing in between.
  void reserve(size_t count);
  size_t size() const { return size_; }

 private:
  struct Place {
    uint32_t hash = 0;
    uint32_t position = kNone;
  };

  size_t home(uint32_t hash) const { return hash >> shift_; }
  size_t after(size_t at) const { return (at + 1) & (places_.size() - 1); }
  size_t distance(size_t from, size_t to) const { return (to - from) & (places_.size() - 1); }
  void rebuild(size_t places);
  void put(Place place);

  std::vector<Place> places_;  // a power of two, or empty
  size_t size_ = 0;
  unsigned shift_ = 0;  // 32 − log2(places): a home is the top bits of the hash
};

}  // namespace parley::room
