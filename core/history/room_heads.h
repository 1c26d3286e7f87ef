// SPDX-License-Identifier: Apache-2.0
// What the store knows of every room without asking the disk: name, head, and the log positions of its open segment (the entries after the
// last full 256, at most 255). The writer stages a batch, then commits or rolls back; readers see committed entries only, never a staged
// one.
//
// Writer thread: all but view(). Any thread: view(). The lock is held for a copy of at most 2 KiB, or for one batch's bookkeeping; the
// writer reads without it what only it writes. Costs about 2 KiB a room at most.
#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/history/records.h"
#include "core/history/store.h"

namespace parley::history {

// A room as committed at one moment.
struct RoomView {
  RoomId id;
  Sequence head;
  uint64_t messages = 0;
  Segment open{};  // positions of the last head mod 256 entries
  uint64_t full_segments() const { return head.value / kSegmentEntries; }
};

// A segment that a staged batch fills: to be written in the same transaction.
struct FullSegment {
  RoomId room;
  uint64_t segment = 0;
  std::span<const uint64_t, kSegmentEntries> positions;
};

class RoomHeads {
 public:
  // Loading, before anybody else looks. Rooms come in the order of their ids, which are dense.
  void load(std::string_view name, const RoomRecord& record);
  // An entry that the log holds beyond what the room's record knew; one it knew already has no effect. False if it needs a room that isn't
  // there.
  bool replay(const LogHeader& header, LogPosition position);

  // One batch: stage, look at full_segments(), then commit() or rollback().
  void stage_room(RoomId id, std::string_view name);
  void stage_entries(std::span<const NewEntry> entries, LogPosition first);
  // Of each staged entry: how many of its room's entries up to it are messages.
  std::span<const uint64_t> staged_messages() const { return staged_messages_; }
  // Of a room in the batch, staged entries included; 0 or kUnknownPosition as in RoomCursor. Nothing for what only the index knows.
  std::optional<uint64_t> open_position(RoomId room, Sequence sequence) const;
  std::vector<FullSegment>& full_segments();
  void commit();
  void rollback();

  std::optional<RoomView> view(RoomId room) const;
  std::string name(RoomId room) const;  // any thread, too; empty: there is none

  // What retention left, see retained.h: 1 until it took something. Set at a start, and when its transaction is committed.
  Sequence first(RoomId room) const { return has(room) ? Sequence(at(room).first) : Sequence(1); }
  void set_first(RoomId room, Sequence first) { at(room).first = first.value; }

  // For checkpoints: rooms that changed since the last take, each once.
  void take_dirty(std::vector<RoomId>& out);
  ByteView encode(RoomId room, std::span<uint8_t, kMaxRoomBytes> out) const;  // as committed
  size_t size() const { return rooms_.size(); }
  bool has(RoomId id) const { return id.value != 0 && id.value <= rooms_.size(); }
  room::RoomState state(RoomId room) const;

 private:
  struct Room {
    std::string name;
    uint64_t head = 0;      // committed
    uint64_t messages = 0;  // committed
    uint64_t staged_messages = 0;
    uint64_t first = 1;            // writer thread only
    std::vector<uint64_t> open{};  // committed: head mod 256; behind them the staged ones
    bool dirty = false;
  };
  Room& at(RoomId id) { return rooms_[id.value - 1]; }
  const Room& at(RoomId id) const { return rooms_[id.value - 1]; }
  void mark_dirty(RoomId id);

  mutable std::mutex mutex_;  // writers of rooms_ hold it always, the writer thread reads without
  std::vector<Room> rooms_;   // by id - 1

  // Writer thread only.
  size_t committed_rooms_ = 0;
  std::vector<RoomId> touched_;  // rooms with staged entries
  std::vector<FullSegment> full_;
  std::vector<uint64_t> staged_messages_;
  std::vector<RoomId> dirty_;
};

}  // namespace parley::history
