// SPDX-License-Identifier: Apache-2.0
// The lines of one room: those with a number in its order, each once, and after them one's own that have none yet. Pages of history, live
// messages, receipts and roll-backs come in any order and fall into place. Bounded by kMaxLines: the oldest go. Owned by the ChatModel.
#pragma once

#include <deque>
#include <string>

#include "tools/parley/line.h"

namespace parley::terminal {

class RoomLog {
 public:
  static constexpr size_t kMaxLines = 20'000;

  // A message with a number. One that is there already is only completed; one's own pending line (by number, 0 = not ours) becomes it.
  // True if it is new to the reader.
  bool add(Line line);
  void add_pending(Line line);
  void add_notice(std::string text, int64_t wall_us);

  void mark_ordered(uint64_t number, uint64_t sequence);
  // All own lines up to `number`.
  void mark_durable(uint64_t number);
  void mark_failed(uint64_t number, std::string why);
  // Lines above `sequence` were never stored: others' go (they come again), one's own wait again.
  void roll_back(uint64_t sequence);

  const std::deque<Line>& lines() const { return lines_; }
  uint64_t oldest() const;  // lowest number, 0 if there is none
  uint64_t newest() const;

 private:
  void place(Line line);
  std::deque<Line>::iterator find_own(uint64_t number);

  std::deque<Line> lines_;  // by (sequence or, for notices, `after`); pending ones last
  uint64_t next_id_ = 1;
};

}  // namespace parley::terminal
