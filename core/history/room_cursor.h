// SPDX-License-Identifier: Apache-2.0
// Finds a room's entries within one read transaction: sequence → log position (by the index, or the open segment of the view) → record.
// Made for one request and thrown away; any thread. The view is taken before the transaction begins, so all it names is there to be read.
#pragma once

#include <atomic>
#include <optional>

#include "core/history/lmdb_env.h"
#include "core/history/room_heads.h"

namespace parley::history {

class RoomCursor {
 public:
  // `damaged` counts records that failed their check.
  RoomCursor(const RoomView& view, MDB_txn* txn, const Tables& tables, std::atomic<uint64_t>& damaged)
      : view_(view), txn_(txn), tables_(tables), damaged_(damaged) {}

  // The first sequence that is still there: 1 until retention took some, head + 1 when all are gone.
  Sequence first_retained();
  // The first one that was said at that time or later; head + 1 if none was. Where the server's clock went back, one of several.
  Sequence first_since(WallTime time);
  // How many of the room's entries stand before that position of the log.
  uint64_t count_before(LogPosition position);
  // Where the entry stands in the log; 0 where that isn't known or it is no longer there.
  LogPosition position(Sequence sequence);
  // Of the log, header and body; 0 where that isn't known.
  uint64_t stored_bytes(Sequence sequence);
  // Copies the entry out; nothing if it isn't there or fails its check.
  std::optional<StoredEntry> read(Sequence sequence);

 private:
  std::optional<LogHeader> header_of(Sequence sequence);
  // 0: below what is retained. kUnknownPosition: its index record, or itself, is damaged.
  uint64_t position_of(uint64_t sequence);
  void load_segment(uint64_t segment);
  std::optional<ByteView> get(MDB_dbi table, ByteView key) const;

  const RoomView& view_;
  MDB_txn* txn_;
  const Tables& tables_;
  std::atomic<uint64_t>& damaged_;
  std::optional<uint64_t> loaded_;  // the segment in positions_
  Segment positions_{};
};

}  // namespace parley::history
