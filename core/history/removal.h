// SPDX-License-Identifier: Apache-2.0
// One transaction's share of what retention takes: the oldest entries of some rooms with all that stands about them (bodies, notes, pins,
// reactions, a topic, index segments that are wholly gone), and the record of what is left (retained.h). Whoever reads sees all of it or
// nothing.
//
// Only entries that the checkpoint covers are taken, because a start replays what comes after it; add() says when something has to wait
// for that. Bounded: so many entries, and kMaxRemovedReactions records of reactions; of a room with more of these the reactions go first.
// Writer thread, while nothing is staged.
#pragma once

#include <atomic>
#include <vector>

#include "core/history/lmdb_env.h"
#include "core/history/retained.h"
#include "core/history/room_heads.h"
#include "core/history/store.h"

namespace parley::history {

class Removal {
 public:
  // [from, to) of a room, and what is written of it.
  struct Part {
    RoomId room;
    Sequence from, to;
    Retained retained;
  };

  Removal(const RoomHeads& heads, const Tables& tables, WriteTransaction& txn, std::atomic<uint64_t>& damaged)
      : heads_(heads), tables_(tables), txn_(txn), damaged_(damaged) {}

  // Takes the cut's entries up to the position `covered` into the plan, `most` in all. False: something of the cut isn't in it.
  bool add(const Cut& cut, LogPosition covered, size_t most);
  // False: something of the plan is left for another time.
  bool run();

  // After run(): what was taken, for RoomHeads once it is committed.
  const std::vector<Part>& parts() const { return parts_; }
  const std::vector<LogPosition>& positions() const { return positions_; }
  size_t records() const { return positions_.size() + reactions_; }

 private:
  struct Planned {
    LogPosition position;
    size_t part = 0;
    Sequence sequence;
  };

  bool remove_reactions(Part& part);
  void remove_entry(const Planned& planned);
  void remove_about(const Part& part);
  void put_end_of_epoch(const Part& part, Sequence end);

  const RoomHeads& heads_;
  const Tables& tables_;
  WriteTransaction& txn_;
  std::atomic<uint64_t>& damaged_;
  std::vector<Part> parts_;
  std::vector<Planned> planned_;
  std::vector<LogPosition> positions_;
  size_t reactions_ = 0;
};

}  // namespace parley::history
