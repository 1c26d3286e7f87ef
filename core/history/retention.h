// SPDX-License-Identifier: Apache-2.0
// Decides what of which room's history is to go (core/room/room_rules.h) and has the store take it, a bounded transaction at a time. Part
// of the writer, which tells it what it read off the bus and calls do_work between its commits; all on the writer's thread.
//
// It looks at the rooms with a bound in turn, kMaxRetentionLooks a call, and begins again kRetentionEvery after it has been through; so
// what is due waits for about a second, and many rooms' oldest entries go together. Of a room bounded by age the store is asked less often
// when nothing was too old, so an entry may stay a 256th of its time longer. Transactions are kRetentionPace apart. One that the
// store refuses is tried again with an eighth of the entries, down to one, so that a full disk with next to no room gets some by and by.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/limits.h"
#include "core/base/time.h"
#include "core/history/store.h"
#include "core/room/room_rules.h"

namespace parley::history {

class Retention {
 public:
  // `rules` outlive it.
  Retention(Store& store, const room::RoomRules& rules);

  // Off the bus. Rooms of the store's snapshot are known from the start, nobody is in them then.
  void on_room(RoomId room, std::string_view name);
  void on_join(RoomId room);   // a session more in it
  void on_leave(RoomId room);  // one less
  void on_entry(RoomId room, size_t bytes);

  // One step, at most one transaction. True if it took something, so that a full store may have room again.
  bool do_work(Now now);
  MonoTime next_deadline() const { return rooms_.empty() ? kNever : next_; }
  uint64_t removed() const { return removed_; }  // records since the start
  // Why the last step failed; empty: it didn't.
  const std::string& error() const { return error_; }

 private:
  struct Room {
    RoomId id;
    room::Keep keep;
    size_t sessions = 0;
    MonoTime empty_since = kNever;  // kNever: somebody is there, or nobody was since the start
    MonoTime age_again{};           // when to look for old entries again
    // For keep.bytes, an adding up that may take several looks.
    bool measuring = false;
    Sequence down_to;
    uint64_t bytes = 0;
    uint64_t appended = 0;  // since it began
  };

  Room* find(RoomId room);
  void plan(Now now);
  Sequence keep_from(Room& room, Now now);
  Sequence keep_by_age(Room& room, Sequence first, Now now);
  Sequence keep_by_size(Room& room, const RoomExtent& extent);
  void failed(const Error& error, Now now);

  Store& store_;
  const room::RoomRules& rules_;
  std::vector<Room> rooms_;                     // those with a bound
  std::unordered_map<uint64_t, size_t> by_id_;  // into rooms_
  size_t look_at_ = 0;                          // in rooms_
  std::vector<Cut> cuts_;                       // what is being taken
  size_t most_ = kMaxRemovedEntries;
  MonoTime next_{};
  MonoTime started_ = kNever;
  uint64_t removed_ = 0;
  std::string error_;
};

}  // namespace parley::history
