// SPDX-License-Identifier: Apache-2.0
// The bus: one bounded ring of fixed slots, many producers, several readers with a cursor each, all of whom see all records in one order.
//
// A producer checks that the slowest reader left room, claims its slots with one atomic add, fills them, and publishes with a release
// store; a reader acquires that store. No reader is ever overwritten: a full ring refuses the publish. No allocation after construction,
// no locks, no waiting. A record that needs more than one slot spans consecutive ones; its payload is contiguous also at the ring's end.
//
// Threads: publish() from at most `producers` threads at once; each Reader from one thread. Readers are added before the first publish.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "core/bus/record.h"

namespace parley::bus {

struct RingOptions {
  size_t slots = 0;       // a power of two
  size_t slot_bytes = 0;  // payload of a slot, a multiple of 64
  size_t max_producers = 1;
  size_t max_record_bytes = 0;
};

class BroadcastRing {
 public:
  class Reader {
   public:
    // The next record in order, or nothing if it isn't published yet. Stays valid, and is returned again, until advance().
    std::optional<Record> peek();
    // Done with the record that peek() returned. Frees its slots for producers at once.
    void advance();
    // All records before this one were consumed.
    BusPosition position() const;
  };

  explicit BroadcastRing(const RingOptions& options);
  ~BroadcastRing();
  BroadcastRing(const BroadcastRing&) = delete;
  BroadcastRing& operator=(const BroadcastRing&) = delete;

  // Adds a reader that starts at the first record. Owned by the ring, lives as long.
  Reader& add_reader();

  // Copies the record in and makes it visible. The position just after it, or nothing when the slowest reader is a whole ring behind ("busy").
  // payload.size() ≤ max_record_bytes.
  std::optional<BusPosition> publish(const RecordHeader& header, ByteView payload);

  // Position just after the last claimed record; a lower bound for what publish() returns next. Any thread.
  BusPosition claimed() const;
};

}  // namespace parley::bus
