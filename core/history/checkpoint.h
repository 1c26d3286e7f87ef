// SPDX-License-Identifier: Apache-2.0
// Rooms' heads and producers' numbers on disk without a page touched per message: the log is the truth, the tables `rooms` and `producers`
// are its state as of a checkpoint, and a start replays the log from there. A checkpoint isn't one long transaction: after every `every`
// entries a cycle begins, and every commit of n entries carries 2n + 64 of its records along, sorted by key. When the last is written, the
// position at which the cycle began becomes the checkpoint. Records may be newer than it; replaying an entry twice has no effect.
//
// A cycle has at most one producer and one room for each entry, so it ends before `every` further entries came: a start replays at most
// about 3 × `every` of them. Memory: 80 bytes × `every`. Writer thread.
#pragma once

#include <vector>

#include "core/history/lmdb_env.h"
#include "core/history/room_heads.h"
#include "core/room/flat_index.h"
#include "core/room/keyed_hash.h"

namespace parley::history {

class Checkpoint {
 public:
  Checkpoint(RoomHeads& heads, const Tables& tables);

  // Before the first note().
  void set_interval(size_t entries);

  // An entry after the last checkpoint, committed at `position`.
  void note(const room::ProducerState& state, LogPosition position);

  // Within a commit of n entries: the cycle's next records. Call done() after the transaction succeeded, else they are written again.
  void write_some(WriteTransaction& txn, size_t entries);
  // All that is left, at a clean close.
  void write_all(WriteTransaction& txn);
  void done();

  // Everything up to here is in `rooms` and `producers`: a start doesn't need the log for it.
  LogPosition covered() const { return covered_; }
  void set_covered(LogPosition position) { covered_ = position; }
  // A part of the cycle, begun if none is under way, for who needs more covered and can't wait until one is due.
  void write_early(WriteTransaction& txn, size_t records);

  bool due() const { return cycling_ || noted_ >= every_; }

 private:
  void begin_cycle();
  void write(WriteTransaction& txn, size_t budget);

  RoomHeads& heads_;
  const Tables& tables_;
  const room::KeyedHash hash_{room::kDefaultHashKey};
  size_t every_ = 0;
  // Of the entries since the last cycle began: their number, each producer's newest state, the newest position.
  size_t noted_ = 0;
  std::vector<room::ProducerState> journal_;
  room::FlatIndex journal_by_id_;
  LogPosition last_;
  LogPosition covered_;
  bool cycling_ = false;
  LogPosition cycle_position_;  // all entries up to here are covered once the cycle is written
  std::vector<room::ProducerState> producers_;
  std::vector<RoomId> rooms_;
  size_t producers_written_ = 0, producers_in_transaction_ = 0;
  size_t rooms_written_ = 0, rooms_in_transaction_ = 0;
};

// One state a producer, its newest; by id. For replay at a start.
void keep_newest(std::vector<room::ProducerState>& states);

void put_meta(WriteTransaction& txn, const Tables& tables, std::string_view name, uint64_t value);

}  // namespace parley::history
