// SPDX-License-Identifier: Apache-2.0
// The replicated state machine: rooms, their sequence counters, producers' last numbers. Every reader of the bus owns one RoomTable and
// applies every record to it in bus order; because apply() depends on nothing else, all tables agree. Also where exactly-once is decided.
// Owned by one thread (an I/O thread or the history writer). Started from what the store knows (Snapshot), the same for all.
//
// A producer costs 32 bytes and about 14 of index, for ever: that is the exactly-once window. A record of a known room and producer
// allocates nothing. Rooms aren't forgotten either; kMaxRooms bounds them.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/bus/record.h"
#include "core/room/flat_index.h"
#include "core/room/keyed_hash.h"

namespace parley::room {

struct RoomState {
  RoomId id{};
  std::string name;
  Sequence head{};        // last applied; 0 = empty
  uint64_t messages = 0;  // how many of its entries are messages (entry_kind.h): what unread counts are differences of
};

struct ProducerState {
  ProducerId id{};
  ProducerNumber last{};  // last applied number
  RoomId room{};          // where that one went
  Sequence sequence{};    // and its number there
};
static_assert(sizeof(ProducerState) == 32, "kept for every producer there ever was");

// What the store holds when the server starts.
struct Snapshot {
  Epoch epoch{};
  std::vector<RoomState> rooms;
  std::vector<ProducerState> producers;
};

enum class Outcome : uint8_t {
  kApplied,      // entry: has its sequence. join: member. leave: gone. signal: a room that is there.
  kRepeated,     // entry: its producer's number is at or below the last applied one; no effect, in whatever room. Numbers may have holes
                 // (refused sends). If it was the last one, `room` and `sequence` are where it went the first time, else they are 0
  kUnknownRoom,  // entry, leave or signal for a room that isn't there; no effect
  kRoomsFull,    // join to a new room beyond kMaxRooms; no effect
};

struct Applied {
  Outcome outcome = Outcome::kApplied;
  RoomId room{};
  Sequence sequence{};  // kEntry applied or repeated
  bool new_room = false;
};

class RoomTable {
 public:
  // The key is for hashing only (keyed_hash.h): a random one for a table that strangers fill. Tables with different keys agree.
  explicit RoomTable(const Snapshot& snapshot, uint64_t hash_key = kDefaultHashKey);
  RoomTable(const RoomTable&) = delete;
  RoomTable& operator=(const RoomTable&) = delete;

  // Records in bus order. A new room gets the id after the last one's.
  Applied apply(const bus::Record& record);

  // Null if there is none; the pointer stays valid as long as the table, and `head` behind it moves on.
  const RoomState* find(RoomId id) const;
  const RoomState* find(std::string_view name) const;
  // The producer's last applied state; a default one (last = 0) for an unknown producer.
  ProducerState producer(ProducerId id) const;
  size_t room_count() const { return rooms_.size(); }
  size_t producer_count() const { return producers_.size(); }

 private:
  Applied apply_entry(const bus::RecordHeader& header);
  Applied apply_join(std::string_view room_name);
  RoomState* room_of(RoomId id);
  uint32_t position_of(RoomId id) const;
  uint32_t position_of(std::string_view room_name) const;
  uint32_t position_of(ProducerId id) const;
  void add_room(RoomState room);
  void add_producer(const ProducerState& producer);

  const KeyedHash hash_;
  // Deques: growing copies nothing, so no message waits for it, and pointers stay valid.
  std::deque<RoomState> rooms_;
  FlatIndex rooms_by_id_;
  FlatIndex rooms_by_name_;
  RoomId last_room_;
  std::deque<ProducerState> producers_;
  FlatIndex producers_by_id_;
};

}  // namespace parley::room
