// SPDX-License-Identifier: Apache-2.0
// What travels on the bus: a fixed header and a payload, read in place by every reader. Published by I/O threads, read by I/O threads and
// the history writer. All readers apply records in bus order with the same code (core/room), so they all count the same sequences.
// A record must therefore hold everything that applying it needs; nothing in it may depend on who reads it.
#pragma once

#include <cstdint>

#include "core/base/bytes.h"
#include "core/base/entry_kind.h"
#include "core/base/ids.h"
#include "core/base/time.h"

namespace parley::bus {

// Position of a record on this process's bus: dense in slots, not in records. Not the log position.
using BusPosition = uint64_t;

enum class RecordKind : uint8_t {
  kEntry = 1,   // payload: an Entry buffer (schema/entry.fbs). Stored; numbered in its room.
  kJoin = 2,    // payload: names.h, room name + user + display name. Creates the room when it is new. Not stored (the room's name is).
  kLeave = 3,   // payload: names.h, room name empty + user. `room` set.
  kMark = 4,    // payload: as of kLeave. The user has read the room up to `number`. Stored, without a number of its own.
  kSignal = 5,  // payload: core/room/signal.h. `room` set. Not stored, changes no state.
  kRoom = 6,    // payload: as of kJoin, the room's name alone. Creates it when it is new, and nobody joins. Stored as kJoin is.
};

// The ring takes such a record only while half of it is free, so that none of them keeps out a message.
constexpr bool is_dispensable(RecordKind kind) { return kind == RecordKind::kSignal; }

// Which session published it, so that its own I/O thread can answer it.
struct Origin {
  uint8_t io = 0;        // index of the I/O thread
  SessionId session{};   // there
  uint32_t request = 0;  // Join: the mark by which its I/O thread knows it again
};

struct RecordHeader {
  RecordKind kind = RecordKind::kEntry;
  EntryKind content = EntryKind::kText;  // kEntry: what the payload holds
  Origin origin{};
  RoomId room{};            // kEntry, kLeave, kSignal
  ProducerId producer{};    // kEntry; kJoin: the session's
  ProducerNumber number{};  // kEntry; kJoin: 1 in the session's first join (who replaces whom), else 0; kMark: a Sequence
  WallTime wall{};          // when it was accepted
};

struct Record {
  RecordHeader header{};
  ByteView payload{};  // 8-byte aligned; valid until the reader's advance past it
};

}  // namespace parley::bus
