// SPDX-License-Identifier: Apache-2.0
#include "core/history/room_heads.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"

namespace parley::history {

void RoomHeads::load(std::string_view name, const RoomRecord& record) {
  rooms_.push_back({.name = std::string(name), .head = record.head.value, .messages = record.messages, .staged_messages = record.messages});
  rooms_.back().open.assign(record.open.begin(), record.open.begin() + static_cast<ptrdiff_t>(record.open_count));
  committed_rooms_ = rooms_.size();
}

bool RoomHeads::replay(const LogHeader& header, LogPosition position) {
  const auto [id, sequence] = std::pair(header.room, header.sequence);
  if (id.value == 0 || id.value > rooms_.size()) return false;
  Room& room = at(id);
  if (sequence.value <= room.head) return true;
  const uint64_t before = (sequence.value - 1) % kSegmentEntries;
  if ((sequence.value - 1) / kSegmentEntries != room.head / kSegmentEntries) room.open.clear();
  room.open.resize(before, kUnknownPosition);  // what is missing in between had a damaged header
  room.open.push_back(position.value);
  if (room.open.size() == kSegmentEntries) room.open.clear();
  room.head = sequence.value;
  room.messages = room.staged_messages = header.messages;
  mark_dirty(id);
  return true;
}

void RoomHeads::stage_room(RoomId id, std::string_view name) {
  CHECK(id.value == rooms_.size() + 1, "rooms are numbered in the order in which they come to be");
  const std::lock_guard lock(mutex_);
  rooms_.push_back({.name = std::string(name)});
}

void RoomHeads::stage_entries(std::span<const NewEntry> entries, LogPosition first) {
  const std::lock_guard lock(mutex_);
  staged_messages_.clear();
  uint64_t position = first.value;
  for (const NewEntry& entry : entries) {
    CHECK(entry.room.value != 0 && entry.room.value <= rooms_.size(), "an entry's room is handed over before or with it");
    Room& room = at(entry.room);
    const uint64_t committed = room.head % kSegmentEntries;
    CHECK(entry.sequence.value == room.head - committed + room.open.size() + 1, "sequences of a room are dense");
    if (room.open.size() == committed) touched_.push_back(entry.room);
    room.open.push_back(position++);
    room.staged_messages += is_message(entry.kind) ? 1 : 0;
    staged_messages_.push_back(room.staged_messages);
  }
}

std::optional<uint64_t> RoomHeads::open_position(RoomId id, Sequence sequence) const {
  const Room& room = at(id);
  const uint64_t first = room.head - room.head % kSegmentEntries + 1;  // of the open segment as committed; staged ones run on behind it
  if (sequence.value < first || sequence.value - first >= room.open.size()) return std::nullopt;
  return room.open[sequence.value - first];
}

std::vector<FullSegment>& RoomHeads::full_segments() {
  full_.clear();
  for (const RoomId id : touched_) {
    const Room& room = at(id);
    const std::span<const uint64_t> open(room.open);
    for (size_t i = 0; (i + 1) * kSegmentEntries <= open.size(); ++i) {
      full_.push_back({id, room.head / kSegmentEntries + i, open.subspan(i * kSegmentEntries).first<kSegmentEntries>()});
    }
  }
  // In key order, so that neighbours share the pages they touch.
  std::ranges::sort(full_, {}, [](const FullSegment& full) { return std::pair(full.room, full.segment); });
  return full_;
}

void RoomHeads::commit() {
  const std::lock_guard lock(mutex_);
  for (const RoomId id : touched_) {
    Room& room = at(id);
    room.head += room.open.size() - room.head % kSegmentEntries;
    room.messages = room.staged_messages;
    room.open.erase(room.open.begin(), room.open.end() - static_cast<ptrdiff_t>(room.head % kSegmentEntries));
    mark_dirty(id);
  }
  touched_.clear();
  committed_rooms_ = rooms_.size();
}

void RoomHeads::rollback() {
  const std::lock_guard lock(mutex_);
  for (const RoomId id : touched_) {
    at(id).open.resize(at(id).head % kSegmentEntries);
    at(id).staged_messages = at(id).messages;
  }
  touched_.clear();
  rooms_.resize(committed_rooms_);
}

std::optional<RoomView> RoomHeads::view(RoomId id) const {
  const std::lock_guard lock(mutex_);
  if (id.value == 0 || id.value > rooms_.size()) return std::nullopt;
  const Room& room = at(id);
  RoomView view{.id = id, .head = Sequence(room.head), .messages = room.messages};
  std::copy_n(room.open.begin(), room.head % kSegmentEntries, view.open.begin());
  return view;
}

std::string RoomHeads::name(RoomId id) const {
  const std::lock_guard lock(mutex_);
  return has(id) ? at(id).name : std::string();
}

void RoomHeads::take_dirty(std::vector<RoomId>& out) {
  out.clear();
  std::swap(out, dirty_);
  for (const RoomId id : out) at(id).dirty = false;
  std::ranges::sort(out);
}

ByteView RoomHeads::encode(RoomId id, std::span<uint8_t, kMaxRoomBytes> out) const {
  const Room& room = at(id);
  RoomRecord record{.name = room.name, .head = Sequence(room.head), .messages = room.messages, .open_count = room.head % kSegmentEntries};
  std::copy_n(room.open.begin(), record.open_count, record.open.begin());
  return encode_room(id, record, out);
}

room::RoomState RoomHeads::state(RoomId id) const {
  return {.id = id, .name = at(id).name, .head = Sequence(at(id).head), .messages = at(id).messages};
}

void RoomHeads::mark_dirty(RoomId id) {
  if (std::exchange(at(id).dirty, true)) return;
  dirty_.push_back(id);
}

}  // namespace parley::history
