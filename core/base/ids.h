// SPDX-License-Identifier: Apache-2.0
// The identifiers of Parley as distinct types, so that a room can't be passed where a session is meant.
// Plain values: copied freely, on any thread. Zero is "none" for each of them; the first real one is 1.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace parley {

template <class Tag, class Rep>
struct Id {
  using rep = Rep;
  Rep value = 0;
  constexpr Id() = default;
  constexpr explicit Id(Rep v) : value(v) {}
  constexpr explicit operator bool() const { return value != 0; }
  constexpr auto operator<=>(const Id&) const = default;
  constexpr Id next() const { return Id(static_cast<Rep>(value + 1)); }
};

// A room, counted by the server in the order in which rooms came to be. Valid within one store epoch; across epochs rooms go by name.
using RoomId = Id<struct RoomTag, uint64_t>;
// A session within its I/O thread: index and generation of its slot, see net/server/session_table.h.
using SessionId = Id<struct SessionTag, uint32_t>;
// A client installation, chosen at random by the client: who numbers its sends.
using ProducerId = Id<struct ProducerTag, uint64_t>;
// The number a producer gives to a send; counts up from 1.
using ProducerNumber = Id<struct ProducerNumberTag, uint64_t>;
// The number of an entry in its room: dense, from 1, the same for everybody.
using Sequence = Id<struct SequenceTag, uint64_t>;
// Place of an entry in the whole server's log; dense, from 1, over all rooms and restarts.
using LogPosition = Id<struct LogPositionTag, uint64_t>;
// Counts the starts of the store. Entries of different epochs may carry the same (room, sequence) only if the older one was never stored.
using Epoch = Id<struct EpochTag, uint32_t>;

}  // namespace parley

template <class Tag, class Rep>
struct std::hash<parley::Id<Tag, Rep>> {
  // Fibonacci hashing (Knuth, TAOCP 6.4): ids are counters or random, the multiply spreads counters over the high bits.
  size_t operator()(parley::Id<Tag, Rep> id) const noexcept { return static_cast<size_t>(id.value * 0x9E3779B97F4A7C15ULL); }
};
