// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/room_log.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "tools/parley/text_width.h"

namespace parley::terminal {
namespace {

constexpr int kQuoteWidth = 120;  // of what a reply shows; the screen cuts it further

uint64_t order_of(const Line& line) {
  if (line.kind == Line::Kind::kNotice) return line.after;
  return line.sequence != 0 ? line.sequence : std::numeric_limits<uint64_t>::max();
}

std::string one_line(std::string_view text) {
  std::string out(fit(text, kQuoteWidth));
  std::replace(out.begin(), out.end(), '\n', ' ');
  return out;
}

}  // namespace

bool RoomLog::add(Line line) {
  const auto own = find_own(line.number);
  if (own != lines_.end()) {
    line.mark = std::max(own->mark, Mark::kOrdered);
    line.id = own->id;
    lines_.erase(own);
    settle(place(std::move(line)));
    return false;
  }
  const auto same = find_place(line.sequence);
  if (same == lines_.end()) {
    settle(place(std::move(line)));
    return true;
  }
  if (line.edited > same->edited || (line.deleted && !same->deleted)) {  // by a page, which shows what is true now
    same->original = Saying{line.text, line.edited, line.deleted};
    settle(same);
  }
  return false;
}

void RoomLog::add_pending(Line line) {
  line.mark = Mark::kSent;
  quote(line);
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

void RoomLog::change(Change change) {
  const uint64_t target = change.target;
  if (!changes_.add(std::move(change))) return;
  if (const auto line = find_place(target); line != lines_.end()) settle(line);
}

void RoomLog::count(uint64_t target, Reaction reaction, uint64_t through) {
  const auto line = find_place(target);
  if (line == lines_.end() || through < line->counted_through) return;
  if (through > line->counted_through) line->counted.clear();
  line->counted_through = through;
  const auto known =
      std::find_if(line->counted.begin(), line->counted.end(), [&](const Reaction& each) { return each.emoji == reaction.emoji; });
  if (known == line->counted.end()) {
    line->counted.push_back(std::move(reaction));
  } else {
    *known = std::move(reaction);
  }
  settle(line);
}

void RoomLog::set_pinned(uint64_t target, bool on) {
  if (const auto line = find_place(target); line != lines_.end()) line->pinned = on;
}

void RoomLog::mark_ordered(uint64_t number, uint64_t sequence) {
  const auto own = find_own(number);
  if (own == lines_.end()) return;
  Line line = std::move(*own);
  lines_.erase(own);
  line.sequence = sequence;
  line.mark = std::max(line.mark, Mark::kOrdered);
  settle(place(std::move(line)));
}

void RoomLog::mark_durable(uint64_t number) {
  for (Line& line : lines_)
    if (line.number != 0 && line.number <= number && line.mark != Mark::kFailed) line.mark = Mark::kDurable;
}

bool RoomLog::mark_failed(uint64_t number, std::string why) {
  const auto own = find_own(number);
  if (own == lines_.end()) return false;
  own->mark = Mark::kFailed;
  own->why = std::move(why);
  return true;
}

void RoomLog::roll_back(uint64_t sequence) {
  changes_.roll_back(sequence);
  std::deque<Line> waiting;
  for (Line& line : lines_) {
    if (line.sequence <= sequence || line.number == 0) continue;
    line.sequence = sequence + 1;  // what is left of it goes with the others below
    waiting.push_back(std::move(line));
    waiting.back().sequence = 0;
    waiting.back().mark = Mark::kSent;
  }
  std::erase_if(lines_, [sequence](const Line& line) { return line.sequence > sequence; });
  for (Line& line : lines_) {
    line.after = std::min(line.after, sequence);
    changes_.settle(line);
  }
  for (Line& line : waiting) place(std::move(line));
}

void RoomLog::erase(std::string_view user, uint64_t through) {
  changes_.erase(user, through);
  for (Line& line : lines_) {
    if (line.sequence == 0 || line.sequence > through || line.user != user) continue;
    Line erased;
    erased.kind = line.kind;
    erased.id = line.id;
    erased.sequence = line.sequence;
    erased.wall_us = line.wall_us;
    erased.missing_from = line.missing_from;
    erased.deleted = is_message(line);
    erased.text = erased.deleted ? "" : "[erased]";
    line = std::move(erased);
  }
  for (Line& line : lines_) {
    changes_.settle(line);
    quote(line);
  }
}

void RoomLog::set_missing(uint64_t from, uint64_t to) {
  if (to == 0) {
    for (Line& line : lines_) line.missing_from = 0;
    return;
  }
  const auto at = std::find_if(lines_.begin(), lines_.end(), [to](const Line& line) { return line.sequence >= to; });
  if (at != lines_.end()) at->missing_from = from;
}

const Line* RoomLog::find(uint64_t sequence) const {
  const size_t index = index_of(sequence);
  return index < lines_.size() ? &lines_[index] : nullptr;
}

uint64_t RoomLog::oldest() const {
  const auto first = std::find_if(lines_.begin(), lines_.end(), [](const Line& line) { return line.sequence != 0; });
  return first == lines_.end() ? 0 : first->sequence;
}

uint64_t RoomLog::newest() const {
  const auto last = std::find_if(lines_.rbegin(), lines_.rend(), [](const Line& line) { return line.sequence != 0; });
  return last == lines_.rend() ? 0 : last->sequence;
}

RoomLog::Place RoomLog::place(Line line) {
  if (line.id == 0) line.id = next_id_++;
  if (lines_.size() >= kMaxLines) lines_.pop_front();
  const auto at =
      std::upper_bound(lines_.begin(), lines_.end(), order_of(line), [](uint64_t order, const Line& l) { return order < order_of(l); });
  return lines_.insert(at, std::move(line));
}

// From the newest on: receipts name recent lines.
RoomLog::Place RoomLog::find_own(uint64_t number) {
  if (number == 0) return lines_.end();
  const auto found = std::find_if(lines_.rbegin(), lines_.rend(), [number](const Line& line) { return line.number == number; });
  return found == lines_.rend() ? lines_.end() : std::prev(found.base());
}

RoomLog::Place RoomLog::find_place(uint64_t sequence) { return lines_.begin() + static_cast<std::ptrdiff_t>(index_of(sequence)); }

// Of the line with that number, not of the notices behind it; how many lines there are if there is none.
size_t RoomLog::index_of(uint64_t sequence) const {
  if (sequence == 0) return lines_.size();
  const auto at = std::lower_bound(lines_.begin(), lines_.end(), sequence, [](const Line& l, uint64_t s) { return order_of(l) < s; });
  const auto same = std::find_if(at, lines_.end(), [&](const Line& l) { return l.sequence == sequence || order_of(l) > sequence; });
  return same != lines_.end() && same->sequence == sequence ? static_cast<size_t>(same - lines_.begin()) : lines_.size();
}

// What it says now, and what its replies quote; these stand below it.
void RoomLog::settle(const Place& line) {
  changes_.settle(*line);
  quote(*line);
  for (auto reply = std::next(line); reply != lines_.end(); ++reply)
    if (reply->reply_to != 0 && reply->reply_to == line->sequence) quote(*reply);
}

void RoomLog::quote(Line& line) const {
  if (line.reply_to == 0) return;
  const Line* target = find(line.reply_to);
  if (target == nullptr) return;
  const bool erased = target->deleted && target->user.empty();
  line.reply = erased ? "[erased]" : target->deleted ? target->name + ": [deleted]" : target->name + ": " + one_line(target->text);
}

}  // namespace parley::terminal
