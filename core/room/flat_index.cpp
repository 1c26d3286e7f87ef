// SPDX-License-Identifier: Apache-2.0
#include "core/room/flat_index.h"

#include <algorithm>
#include <bit>

#include "core/base/check.h"

namespace parley::room {

namespace {

inline constexpr size_t kMinPlaces = 16;
inline constexpr size_t kMaxPlaces = size_t{1} << 31;  // homes are the top bits of a 32-bit hash, and a shift by 0 is left out

// The fewest places that `count` fill to 3/4 at most.
size_t places_for(size_t count) { return std::max(kMinPlaces, std::bit_ceil(count + count / 3 + 1)); }

}  // namespace

void FlatIndex::insert(uint32_t hash, uint32_t position) {
  DCHECK(position != kNone, "kNone marks an empty place");
  reserve(size_ + 1);
  put({hash, position});
  ++size_;
}

void FlatIndex::erase(uint32_t hash, uint32_t position) {
  CHECK(size_ > 0, "only what was inserted is erased");
  size_t hole = home(hash);
  while (places_[hole].position != position) {
    CHECK(places_[hole].position != kNone, "only what was inserted is erased");
    hole = after(hole);
  }
  // What follows without a gap moves into the hole unless that would put it before its home.
  for (size_t at = after(hole); places_[at].position != kNone; at = after(at)) {
    if (distance(home(places_[at].hash), at) < distance(hole, at)) continue;
    places_[hole] = places_[at];
    hole = at;
  }
  places_[hole] = {};
  --size_;
}

void FlatIndex::clear() {
  std::ranges::fill(places_, Place{});
  size_ = 0;
}

void FlatIndex::reserve(size_t count) {
  const size_t wanted = places_for(count);
  if (wanted > places_.size()) rebuild(wanted);
}

void FlatIndex::rebuild(size_t places) {
  CHECK(places <= kMaxPlaces, "an index holds at most 1.6 billion positions");
  std::vector<Place> old(places);
  old.swap(places_);
  shift_ = 32 - static_cast<unsigned>(std::countr_zero(places));
  for (const Place& place : old) {
    if (place.position != kNone) put(place);
  }
}

void FlatIndex::put(Place place) {
  size_t at = home(place.hash);
  while (places_[at].position != kNone) at = after(at);
  places_[at] = place;
}

}  // namespace parley::room
