// SPDX-License-Identifier: Apache-2.0
// The replicated state machine: rooms, their sequence counters, producers' last numbers. Every reader of the bus owns one RoomTable and
// applies every record to it in bus order; because apply() depends on nothing else, all tables agree. Also where exactly-once is decided.
// Owned by one thread (an I/O thread or the history writer). Started from what the store knows (Snapshot), the same for all.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/bus/record.h"

namespace parley::room {

struct RoomState {
  RoomId id;
  std::string name;
  Sequence head;  // last applied; 0 = empty
};

struct ProducerState {
  ProducerId id;
  ProducerNumber last;      // last applied number
  RoomId room;              // where that one went
  Sequence sequence;        // and its number there
};

// What the store holds when the server starts.
struct Snapshot {
  Epoch epoch;
  std::vector<RoomState> rooms;
  std::vector<ProducerState> producers;
};

enum class Outcome : uint8_t {
  kApplied,      // entry: has its sequence. join: member. leave: gone.
  kRepeated,     // entry: its producer's number was applied before; no effect. `sequence` is the first one's if it was the producer's last, else 0
  kUnknownRoom,  // entry or leave for a room that isn't there; no effect
  kRoomsFull,    // join to a new room beyond kMaxRooms; no effect
};

struct Applied {
  Outcome outcome = Outcome::kApplied;
  RoomId room;
  Sequence sequence;   // kEntry applied or repeated
  bool new_room = false;
};

class RoomTable {
 public:
  explicit RoomTable(const Snapshot& snapshot);
  ~RoomTable();

  Applied apply(const bus::Record& record);

  const RoomState* find(RoomId id) const;
  const RoomState* find(std::string_view name) const;
  // The producer's last applied state; a default one (last = 0) for an unknown producer.
  ProducerState producer(ProducerId id) const;
  size_t room_count() const;
  size_t producer_count() const;
};

}  // namespace parley::room
