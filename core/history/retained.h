// SPDX-License-Identifier: Apache-2.0
// What retention took from a room, as a record in the table `retained`; a room that nothing was taken from has none. It changes in the
// transaction that takes the entries, so whoever reads it together with the log sees one moment. The table `ends` beside it says, for rooms
// that lost entries of several epochs, where each of these epochs ended. Stateless; any thread.
#pragma once

#include <optional>

#include "core/history/lmdb_env.h"
#include "core/history/records.h"

namespace parley::history {

struct Retained {
  Sequence first{1};      // all before it are gone
  uint64_t messages = 0;  // how many of those were messages
  Epoch epoch;            // of the last of them
};
inline constexpr size_t kRetainedBytes = 24;
void encode_retained(RoomId room, const Retained& retained, std::span<uint8_t, kRetainedBytes> out);
std::optional<Retained> decode_retained(RoomId room, ByteView record);

// Of a transaction's moment. A damaged record reads as if nothing was taken: then what is gone is named as damaged.
Retained read_retained(MDB_txn* txn, const Tables& tables, RoomId room);
// How many of the room's entries were stored in epochs up to that one, if the last of these is gone; else nothing.
std::optional<Sequence> end_of_epoch(MDB_txn* txn, const Tables& tables, std::pair<RoomId, Epoch> of);
Key16 epoch_end_key(RoomId room, Epoch epoch);

}  // namespace parley::history
