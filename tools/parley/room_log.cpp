// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/room_log.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace parley::terminal {
namespace {

uint64_t order_of(const Line& line) {
  if (line.kind == Line::Kind::kNotice) return line.after;
  return line.sequence != 0 ? line.sequence : std::numeric_limits<uint64_t>::max();
}

}  // namespace

bool RoomLog::add(Line line) {
  const auto own = find_own(line.number);
  if (own != lines_.end()) {
    line.mark = std::max(own->mark, Mark::kOrdered);
    line.id = own->id;
    lines_.erase(own);
    place(std::move(line));
    return false;
  }
  const auto at = std::lower_bound(lines_.begin(), lines_.end(), line.sequence, [](const Line& l, uint64_t s) { return order_of(l) < s; });
  const auto same =
      std::find_if(at, lines_.end(), [&](const Line& l) { return l.sequence == line.sequence || order_of(l) > line.sequence; });
  if (same != lines_.end() && same->sequence == line.sequence) return false;
  place(std::move(line));
  return true;
}

void RoomLog::add_pending(Line line) {
  line.mark = Mark::kSent;
  place(std::move(line));
}

void RoomLog::add_notice(std::string text, int64_t wall_us) {
  Line line;
  line.kind = Line::Kind::kNotice;
  line.after = newest();
  line.wall_us = wall_us;
  line.text = std::move(text);
  place(std::move(line));
}

void RoomLog::mark_ordered(uint64_t number, uint64_t sequence) {
  const auto own = find_own(number);
  if (own == lines_.end()) return;
  Line line = std::move(*own);
  lines_.erase(own);
  line.sequence = sequence;
  line.mark = std::max(line.mark, Mark::kOrdered);
  place(std::move(line));
}

void RoomLog::mark_durable(uint64_t number) {
  for (Line& line : lines_)
    if (line.number != 0 && line.number <= number && line.mark != Mark::kFailed) line.mark = Mark::kDurable;
}

void RoomLog::mark_failed(uint64_t number, std::string why) {
  const auto own = find_own(number);
  if (own == lines_.end()) return;
  own->mark = Mark::kFailed;
  own->why = std::move(why);
}

void RoomLog::roll_back(uint64_t sequence) {
  std::deque<Line> waiting;
  for (Line& line : lines_) {
    if (line.sequence <= sequence || line.number == 0) continue;
    line.sequence = sequence + 1;  // what is left of it goes with the others below
    waiting.push_back(std::move(line));
    waiting.back().sequence = 0;
    waiting.back().mark = Mark::kSent;
  }
  std::erase_if(lines_, [sequence](const Line& line) { return line.sequence > sequence; });
  for (Line& line : lines_) line.after = std::min(line.after, sequence);
  for (Line& line : waiting) place(std::move(line));
}

uint64_t RoomLog::oldest() const {
  const auto first = std::find_if(lines_.begin(), lines_.end(), [](const Line& line) { return line.sequence != 0; });
  return first == lines_.end() ? 0 : first->sequence;
}

uint64_t RoomLog::newest() const {
  const auto last = std::find_if(lines_.rbegin(), lines_.rend(), [](const Line& line) { return line.sequence != 0; });
  return last == lines_.rend() ? 0 : last->sequence;
}

void RoomLog::place(Line line) {
  if (line.id == 0) line.id = next_id_++;
  const auto at =
      std::upper_bound(lines_.begin(), lines_.end(), order_of(line), [](uint64_t order, const Line& l) { return order < order_of(l); });
  lines_.insert(at, std::move(line));
  if (lines_.size() > kMaxLines) lines_.pop_front();
}

// From the newest on: receipts name recent lines.
std::deque<Line>::iterator RoomLog::find_own(uint64_t number) {
  if (number == 0) return lines_.end();
  const auto found = std::find_if(lines_.rbegin(), lines_.rend(), [number](const Line& line) { return line.number == number; });
  return found == lines_.rend() ? lines_.end() : std::prev(found.base());
}

}  // namespace parley::terminal
