// SPDX-License-Identifier: Apache-2.0
// The bus: one bounded ring of fixed slots, many producers, several readers with a cursor each, all of whom see all records in one order.
//
// A producer checks that the slowest reader left room, claims its slots with one atomic add, fills them, and publishes with a release
// store; a reader acquires that store. No reader is ever overwritten: a full ring refuses the publish. No allocation after construction,
// no locks, no waiting. A record that needs more than one slot spans consecutive ones; its payload is contiguous also at the ring's end.
//
// Threads: publish() from at most `max_producers` threads at once; each Reader from one thread. Readers are added before the first publish.
// Why a claim that was checked too early still can't overtake a reader: has_room() in the .cpp, and core/bus/README.md.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "core/bus/cache_line.h"
#include "core/bus/record.h"

namespace parley::bus {

struct RingOptions {
  size_t slots = 0;       // a power of two; max_producers records of the largest size must fit
  size_t slot_bytes = 0;  // payload of a slot, a multiple of 64
  size_t max_producers = 1;
  size_t max_record_bytes = 0;
};

class BroadcastRing {
 public:
  class alignas(kCacheLine) Reader {
   public:
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    // The next record in order, or nothing if it isn't published yet. Stays valid, and is returned again, until advance().
    std::optional<Record> peek();
    // Done with the record that peek() returned. Frees its slots for producers at once.
    void advance();
    // All records before this one were consumed. Any thread.
    BusPosition position() const;

   private:
    friend class BroadcastRing;
    explicit Reader(BroadcastRing& ring) : ring_(ring) {}

    BroadcastRing& ring_;
    BusPosition next_ = 0;                                     // this thread's copy of cursor_
    alignas(kCacheLine) std::atomic<BusPosition> cursor_ = 0;  // written here, read by producers when their cached minimum runs out
  };

  explicit BroadcastRing(const RingOptions& options);
  ~BroadcastRing();
  BroadcastRing(const BroadcastRing&) = delete;
  BroadcastRing& operator=(const BroadcastRing&) = delete;

  // Adds a reader that starts at the first record. Owned by the ring, lives as long.
  Reader& add_reader();

  // Copies the record in and makes it visible. The position just after it, or nothing when the slowest reader is a whole ring (less the
  // margin of max_producers of the largest records) behind: "busy". A dispensable record (record.h) needs half of the ring free besides.
  // payload.size() ≤ max_record_bytes.
  std::optional<BusPosition> publish(const RecordHeader& header, ByteView payload);

  // Position just after the last claimed record; a lower bound for what publish() returns next. Any thread.
  BusPosition claimed() const;

 private:
  // Headers stand apart from the payloads so that a payload that spans slots is one piece of memory.
  struct alignas(kCacheLine) Slot {
    std::atomic<BusPosition> published =
        0;  // first position of its record + 1, once that may be read. Never taken back: positions don't repeat
    uint32_t payload_bytes = 0;
    uint32_t span = 0;
    RecordHeader header;
  };
  struct alignas(kCacheLine) Block {
    uint8_t bytes[kCacheLine];
  };

  bool has_room(uint64_t margin);
  BusPosition slowest_reader() const;
  size_t span_of(size_t payload_bytes) const;
  Slot& slot_at(BusPosition position) { return slots_[position & mask_]; }
  uint8_t* payload_at(BusPosition position) { return payload_.front().bytes + (position & mask_) * slot_bytes_; }

  const size_t slot_bytes_;
  const size_t max_record_bytes_;
  const uint64_t mask_;
  const uint64_t margin_;
  std::vector<Slot> slots_;
  std::vector<Block> payload_;  // (slots + largest span − 1) × slot_bytes: a record in the last slot runs on behind it
  std::vector<std::unique_ptr<Reader>> readers_;

  alignas(kCacheLine) std::atomic<BusPosition> claimed_ = 0;         // every publish writes it
  alignas(kCacheLine) std::atomic<BusPosition> slowest_cached_ = 0;  // at or below the slowest reader; written once about every ring
};

}  // namespace parley::bus
