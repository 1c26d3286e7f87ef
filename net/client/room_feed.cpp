// SPDX-License-Identifier: Apache-2.0
#include "net/client/room_feed.h"

#include <algorithm>

#include "core/base/limits.h"

namespace parley::client {

void RoomFeed::start_after(Sequence since) {
  known_ = true;
  delivered_ = since;
}

void RoomFeed::restart() {
  on_offline();
  known_ = false;
  delivered_ = target_ = head_ = start_ = Sequence{};
}

void RoomFeed::on_joined(const JoinPlace& place) {
  on_offline();
  head_ = place.head;
  target_ = place.head;
  if (known_) {
    const Sequence valid = std::min(place.valid_through, place.head);
    if (valid < delivered_) {
      delivered_ = valid;
      sink_.rollback(valid);
    }
  } else {
    start_ = Sequence{head_.value > place.last_wanted ? head_.value - place.last_wanted : 0};
    if (start_ == head_) start_after(head_);
  }
  catch_ups_ = catching_up() ? 1 : 0;
}

void RoomFeed::on_offline() {
  held_.clear();
  held_bytes_ = 0;
  live_high_ = Sequence{};
  asked_ = false;
  catch_ups_ = 0;
}

void RoomFeed::on_page(const FeedPage& page) {
  const bool end = catch_ups_ > 0 && page.complete;
  if (!known_ && catch_ups_ == 0) return;
  const Sequence before = delivered_;
  skip_gap(page.gap_from, page.gap_to, page.gap_reason);
  take_entries(page.entries);
  if (page.answer) asked_ = false;
  if (end) {
    end_of_pages();
    // The server says that this was all, yet it isn't: it won't give the rest, so what is missing has a name.
    if (catching_up() && delivered_ == before && page.entries.empty()) skip_gap(delivered_.next(), target_.next(), GapReason::kUnknown);
  }
  settle();
}

void RoomFeed::end_of_pages() {
  --catch_ups_;
  if (!known_) start_after(target_);  // a join that brought nothing: all that comes is live
}

void RoomFeed::take_entries(std::span<const FeedEntry> entries) {
  for (const FeedEntry& entry : entries) {
    if (!known_) start_after(Sequence{entry.sequence.value == 0 ? 0 : entry.sequence.value - 1});
    if (entry.sequence > delivered_.next()) return;  // a hole: asked for afterwards
    take(entry);
  }
}

void RoomFeed::take(const FeedEntry& entry) {
  if (entry.sequence <= delivered_) {
    ++counters_.repeated;
    return;
  }
  delivered_ = entry.sequence;
  sink_.deliver(entry.sequence, entry.bytes, entry.sequence <= head_);
}

void RoomFeed::skip_gap(Sequence from, Sequence to, GapReason why) {
  if (to.value == 0 || from >= to || to <= delivered_.next()) return;
  from = std::max(from, delivered_.next());
  if (known_ && from > delivered_.next()) return;  // entries before the gap are still to come
  start_after(Sequence{to.value - 1});
  sink_.gap(from, to, why);
}

void RoomFeed::on_live(const FeedEntry& entry) {
  if (known_ && entry.sequence <= delivered_) {
    ++counters_.repeated;
    return;
  }
  live_high_ = std::max(live_high_, entry.sequence);
  if (!catching_up() && entry.sequence == delivered_.next()) {
    take(entry);
    return;
  }
  if (!catching_up()) {
    ++counters_.holes;
    target_ = Sequence{entry.sequence.value - 1};
  }
  hold(entry);
}

void RoomFeed::hold(const FeedEntry& entry) {
  const bool in_order = held_.empty() || held_.back().sequence < entry.sequence;
  if (!in_order || held_.size() >= kMaxHeldEntries || held_bytes_ + entry.bytes.size() > kMaxHeldBytes) {
    ++counters_.dropped;
    return;
  }
  held_.push_back({entry.sequence, {entry.bytes.begin(), entry.bytes.end()}});
  held_bytes_ += entry.bytes.size();
}

// After a catch-up reached its target: hand out what was held, then aim for what didn't fit.
void RoomFeed::settle() {
  while (!catching_up()) {
    if (held_.empty()) {
      if (live_high_ <= delivered_) return;
      target_ = live_high_;
      return;
    }
    Held& front = held_.front();
    if (front.sequence > delivered_.next()) {
      target_ = Sequence{front.sequence.value - 1};
      return;
    }
    take({front.sequence, front.bytes});
    held_bytes_ -= front.bytes.size();
    held_.pop_front();
  }
}

void RoomFeed::on_refused(bool for_good) {
  asked_ = false;
  catch_ups_ = 0;
  if (!catching_up()) return;
  if (!for_good) {
    if (!known_) start_after(start_);
    return;
  }
  if (!known_) {
    start_after(target_);
  } else {
    skip_gap(delivered_.next(), target_.next(), GapReason::kUnknown);
  }
  settle();
}

std::optional<Sequence> RoomFeed::wanted() const {
  if (!known_ || !catching_up() || catch_ups_ > 0 || asked_) return std::nullopt;
  return delivered_.next();
}

}  // namespace parley::client
