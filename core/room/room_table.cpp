// SPDX-License-Identifier: Apache-2.0
#include "core/room/room_table.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/room/names.h"

namespace parley::room {

RoomTable::RoomTable(const Snapshot& snapshot, uint64_t hash_key) : hash_(hash_key) {
  rooms_by_id_.reserve(snapshot.rooms.size());
  rooms_by_name_.reserve(snapshot.rooms.size());
  producers_by_id_.reserve(snapshot.producers.size());
  for (const RoomState& room : snapshot.rooms) add_room(room);
  for (const ProducerState& producer : snapshot.producers) add_producer(producer);
}

Applied RoomTable::apply(const bus::Record& record) {
  switch (record.header.kind) {
    case bus::RecordKind::kEntry:
      return apply_entry(record.header);
    case bus::RecordKind::kJoin:
    case bus::RecordKind::kRoom:
      return apply_join(decode_names(record.payload).room);
    case bus::RecordKind::kLeave:
    case bus::RecordKind::kMark:
    case bus::RecordKind::kSignal:
      return {.outcome = find(record.header.room) ? Outcome::kApplied : Outcome::kUnknownRoom, .room = record.header.room};
  }
  CHECK(false, "every kind of record is applied");
}

Applied RoomTable::apply_entry(const bus::RecordHeader& header) {
  const uint32_t known = position_of(header.producer);
  const ProducerState before = known == FlatIndex::kNone ? ProducerState{} : producers_[known];
  if (header.number == before.last) return {.outcome = Outcome::kRepeated, .room = before.room, .sequence = before.sequence};
  if (header.number < before.last) return {.outcome = Outcome::kRepeated};
  RoomState* room = room_of(header.room);
  if (room == nullptr) return {.outcome = Outcome::kUnknownRoom, .room = header.room};
  room->head = room->head.next();
  if (is_message(header.content)) ++room->messages;
  const ProducerState state{.id = header.producer, .last = header.number, .room = room->id, .sequence = room->head};
  if (known == FlatIndex::kNone) {
    add_producer(state);
  } else {
    producers_[known] = state;
  }
  return {.room = room->id, .sequence = room->head};
}

Applied RoomTable::apply_join(std::string_view room_name) {
  if (const RoomState* known = find(room_name)) return {.room = known->id};
  if (rooms_.size() >= kMaxRooms) return {.outcome = Outcome::kRoomsFull};
  add_room({.id = last_room_.next(), .name = std::string(room_name), .head = {}, .messages = 0});
  return {.room = last_room_, .new_room = true};
}

const RoomState* RoomTable::find(RoomId id) const {
  const uint32_t position = position_of(id);
  return position == FlatIndex::kNone ? nullptr : &rooms_[position];
}

const RoomState* RoomTable::find(std::string_view name) const {
  const uint32_t position = position_of(name);
  return position == FlatIndex::kNone ? nullptr : &rooms_[position];
}

ProducerState RoomTable::producer(ProducerId id) const {
  const uint32_t position = position_of(id);
  return position == FlatIndex::kNone ? ProducerState{} : producers_[position];
}

RoomState* RoomTable::room_of(RoomId id) {
  const uint32_t position = position_of(id);
  return position == FlatIndex::kNone ? nullptr : &rooms_[position];
}

uint32_t RoomTable::position_of(RoomId id) const {
  return rooms_by_id_.find(hash_(id.value), [&](uint32_t at) { return rooms_[at].id == id; });
}

uint32_t RoomTable::position_of(std::string_view room_name) const {
  return rooms_by_name_.find(hash_(room_name), [&](uint32_t at) { return rooms_[at].name == room_name; });
}

uint32_t RoomTable::position_of(ProducerId id) const {
  return producers_by_id_.find(hash_(id.value), [&](uint32_t at) { return producers_[at].id == id; });
}

void RoomTable::add_room(RoomState room) {
  const auto position = static_cast<uint32_t>(rooms_.size());
  last_room_ = std::max(last_room_, room.id);
  rooms_by_id_.insert(hash_(room.id.value), position);
  rooms_by_name_.insert(hash_(room.name), position);
  rooms_.push_back(std::move(room));
}

void RoomTable::add_producer(const ProducerState& producer) {
  producers_by_id_.insert(hash_(producer.id.value), static_cast<uint32_t>(producers_.size()));
  producers_.push_back(producer);
}

}  // namespace parley::room
