// SPDX-License-Identifier: Apache-2.0
// The lines of one room: those with a number in its order, each once, and after them one's own that have none yet. Pages of history, live
// messages, receipts, changes of messages and roll-backs come in any order and fall into place. Bounded by kMaxLines: the oldest go. Owned
// by the ChatModel.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "tools/parley/changes.h"
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

  // An edit, deletion or reaction; its message may be there or come later.
  void change(Change change);
  // The server counted so many of an emoji on the message, with all reactions up to `through`.
  void count(uint64_t target, Reaction reaction, uint64_t through);
  void set_pinned(uint64_t target, bool on);

  void mark_ordered(uint64_t number, uint64_t sequence);
  // All own lines up to `number`.
  void mark_durable(uint64_t number);
  // False if no line has that number.
  bool mark_failed(uint64_t number, std::string why);
  // Lines above `sequence` were never stored: others' go (they come again), one's own wait again.
  void roll_back(uint64_t sequence);
  // All that the user said up to there is gone from the server, and so from here: his lines stay as erased ones, without his name.
  void erase(std::string_view user, uint64_t through);
  // Entries [from, to) aren't loaded: said at the first line from `to` on; to = 0 takes back all that was said.
  void set_missing(uint64_t from, uint64_t to);

  const std::deque<Line>& lines() const { return lines_; }
  const Line* find(uint64_t sequence) const;
  uint64_t oldest() const;  // lowest number, 0 if there is none
  uint64_t newest() const;

 private:
  using Place = std::deque<Line>::iterator;
  Place place(Line line);
  Place find_own(uint64_t number);
  Place find_place(uint64_t sequence);
  size_t index_of(uint64_t sequence) const;
  void settle(const Place& line);
  void quote(Line& line) const;

  std::deque<Line> lines_;  // by (sequence or, for notices, `after`); pending ones last
  Changes changes_;
  uint64_t next_id_ = 1;
};

}  // namespace parley::terminal
