// SPDX-License-Identifier: Apache-2.0
#include "core/history/retention.h"

#include <algorithm>

namespace parley::history {
namespace {

constexpr size_t kSizesAtOnce = 4096;  // entries whose sizes are added up in one look at a room
constexpr int64_t kAgeShare = 256;     // how much longer an entry may stay
constexpr uint64_t kSlackShare = 8;    // a room bounded by bytes is measured again after an eighth of them, and cut to the rest

}  // namespace

Retention::Retention(Store& store, const room::RoomRules& rules) : store_(store), rules_(rules) {
  for (const room::RoomState& room : store.snapshot().rooms) on_room(room.id, room.name);
}

void Retention::on_room(RoomId room, std::string_view name) {
  const room::Keep keep = rules_.of(name).keep;
  if (keep.forever()) return;
  by_id_[room.value] = rooms_.size();
  rooms_.push_back({.id = room, .keep = keep, .down_to = {}});
  rooms_.back().appended = keep.bytes;  // not measured yet
}

Retention::Room* Retention::find(RoomId room) {
  const auto found = by_id_.find(room.value);
  return found == by_id_.end() ? nullptr : &rooms_[found->second];
}

void Retention::on_join(RoomId id) {
  Room* room = find(id);
  if (room == nullptr) return;
  ++room->sessions;
  room->empty_since = kNever;
}

void Retention::on_leave(RoomId id) {
  Room* room = find(id);
  if (room != nullptr && room->sessions > 0) --room->sessions;
}

void Retention::on_entry(RoomId id, size_t bytes) {
  if (Room* room = find(id)) room->appended += bytes;
}

bool Retention::do_work(Now now) {
  if (rooms_.empty() || now.mono < next_) return false;
  if (cuts_.empty()) plan(now);
  if (cuts_.empty()) return false;
  next_ = now.mono + kRetentionPace;
  const auto removed = store_.remove({cuts_, most_});
  if (!removed) {
    failed(removed.error(), now);
    return false;
  }
  error_.clear();
  removed_ += removed->records;
  most_ = std::min(most_ * 2, kMaxRemovedEntries);
  if (removed->done) cuts_.clear();
  return removed->records > 0;
}

// Nothing was taken. With one entry it is the disk's turn; the plan holds, and counts what came since when it is through.
void Retention::failed(const Error& error, Now now) {
  error_ = error.text;
  if (most_ == 1) next_ = now.mono + kRetentionEvery;
  most_ = std::max<size_t>(1, most_ / 8);
}

void Retention::plan(Now now) {
  uint64_t planned = 0;
  for (size_t looks = 0; looks < kMaxRetentionLooks && planned < kMaxRemovedEntries && look_at_ < rooms_.size(); ++looks, ++look_at_) {
    Room& room = rooms_[look_at_];
    const Sequence first = store_.extent(room.id).first;
    const Sequence from = keep_from(room, now);
    if (from <= first) continue;
    cuts_.push_back({room.id, from});
    planned += from.value - first.value;
  }
  next_ = now.mono;
  if (look_at_ < rooms_.size()) return;
  look_at_ = 0;
  next_ += kRetentionEvery;
}

Sequence Retention::keep_from(Room& room, Now now) {
  const RoomExtent extent = store_.extent(room.id);
  if (room.sessions == 0 && room.empty_since == kNever) room.empty_since = now.mono;
  if (extent.first > extent.head) return extent.first;
  const room::Keep& keep = room.keep;
  Sequence from = extent.first;
  if (keep.empty > Micros(0) && room.sessions == 0 && now.mono - room.empty_since >= keep.empty) return extent.head.next();
  if (keep.entries > 0 && extent.head.value > keep.entries) from = std::max(from, Sequence(extent.head.value - keep.entries + 1));
  if (keep.age > Micros(0)) from = std::max(from, keep_by_age(room, extent.first, now));
  if (keep.bytes > 0) from = std::max(from, keep_by_size(room, extent));
  return from;
}

// A question costs a binary search on the disk, so with ten thousand rooms not every second.
Sequence Retention::keep_by_age(Room& room, Sequence first, Now now) {
  if (now.mono < room.age_again) return first;
  const auto since = store_.first_since(room.id, now.wall - room.keep.age);
  if (!since) return first;
  if (*since <= first) room.age_again = now.mono + room.keep.age / kAgeShare;
  return *since;
}

// From the newest down until the bound is met; what is below that goes.
Sequence Retention::keep_by_size(Room& room, const RoomExtent& extent) {
  if (!room.measuring) {
    if (room.appended < room.keep.bytes / kSlackShare) return extent.first;
    room.measuring = true;
    room.down_to = extent.head.next();
    room.bytes = room.appended = 0;
  }
  const uint64_t most = room.keep.bytes - room.keep.bytes / kSlackShare;
  const auto sum = store_.sizes({room.id, room.down_to, most - std::min(most, room.bytes), kSizesAtOnce});
  if (!sum) return extent.first;
  room.down_to = sum->down_to;
  room.bytes += sum->bytes;
  if (room.bytes > most) {
    room.measuring = false;
    return std::min(room.down_to.next(), extent.head);  // the newest stays, however large
  }
  room.measuring = room.down_to > extent.first;
  return extent.first;
}

}  // namespace parley::history
