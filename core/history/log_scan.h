// SPDX-License-Identifier: Apache-2.0
// The log read in its own order, over all rooms: for what follows it from a position of its own, such as the search index, and can be
// built anew from it. Store::read_log copies a bounded piece out in one short read transaction; any thread. Only what is committed is seen,
// so a follower is never ahead of the disk. Records that fail their check are counted by the store and left out.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/ids.h"

namespace parley::history {

// [begin, end): positions that were written and are retained. Equal when the log is empty.
struct LogRange {
  LogPosition begin{1}, end{1};
};

struct LogRequest {
  LogPosition from, to;  // [from, to); `to` is at most the end
  RoomId room;           // entries of this room only; 0: all
  size_t limit = 0;      // positions that are looked at
};

struct LogEntry {
  LogPosition position;
  RoomId room;
  Sequence sequence;
  Epoch epoch;
  ProducerId producer;
  uint64_t number = 0;  // the producer's
  std::vector<uint8_t> bytes;
};

struct LogScan {
  std::vector<LogEntry> entries;  // ascending
  LogPosition next;               // all before it were looked at
};

}  // namespace parley::history
