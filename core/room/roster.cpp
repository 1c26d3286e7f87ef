// SPDX-License-Identifier: Apache-2.0
#include "core/room/roster.h"

namespace parley::room {

Roster::Roster(uint64_t hash_key) : hash_(hash_key), users_(hash_) {}

bool Roster::join(RoomId room_id, std::string_view user, std::string_view name) {
  uint32_t room = find_room(room_id);
  if (room == kNone) room = open_room(room_id);
  const uint32_t known_user = users_.find(user);
  const uint32_t known = known_user == kNone ? kNone : find_membership(room, known_user);
  if (known != kNone) {
    ++memberships_[known].sessions;
    return false;
  }
  append({.room = room, .user = users_.acquire(user), .name = users_.acquire(name), .sessions = 1});
  return true;
}

bool Roster::leave(RoomId room_id, std::string_view user) {
  const uint32_t room = find_room(room_id);
  const uint32_t known_user = users_.find(user);
  if (room == kNone || known_user == kNone) return false;
  const uint32_t at = find_membership(room, known_user);
  if (at == kNone || --memberships_[at].sessions > 0) return false;
  remove(at);
  return true;
}

size_t Roster::member_count(RoomId room) const {
  const uint32_t at = find_room(room);
  return at == kNone ? 0 : rooms_[at].count;
}

uint32_t Roster::find_room(RoomId id) const {
  return rooms_by_id_.find(hash_(id.value), [&](uint32_t at) { return rooms_[at].id == id; });
}

uint32_t Roster::find_membership(uint32_t room, uint32_t user) const {
  return memberships_by_room_and_user_.find(hash_of(room, user),
                                            [&](uint32_t at) { return memberships_[at].room == room && memberships_[at].user == user; });
}

uint32_t Roster::open_room(RoomId id) {
  uint32_t at = free_room_;
  if (at == kNone) {
    at = static_cast<uint32_t>(rooms_.size());
    rooms_.emplace_back();
  } else {
    free_room_ = rooms_[at].first;
  }
  rooms_[at] = {.id = id};
  rooms_by_id_.insert(hash_(id.value), at);
  return at;
}

void Roster::close_room(uint32_t at) {
  rooms_by_id_.erase(hash_(rooms_[at].id.value), at);
  rooms_[at] = {.id = {}, .first = free_room_};
  free_room_ = at;
}

void Roster::append(const Membership& membership) {
  uint32_t at = free_membership_;
  if (at == kNone) {
    at = static_cast<uint32_t>(memberships_.size());
    memberships_.emplace_back();
  } else {
    free_membership_ = memberships_[at].next;
  }
  Room& room = rooms_[membership.room];
  memberships_[at] = membership;
  memberships_[at].previous = room.last;
  (room.last == kNone ? room.first : memberships_[room.last].next) = at;
  room.last = at;
  ++room.count;
  memberships_by_room_and_user_.insert(hash_of(membership.room, membership.user), at);
}

void Roster::remove(uint32_t at) {
  const Membership gone = memberships_[at];
  Room& room = rooms_[gone.room];
  (gone.previous == kNone ? room.first : memberships_[gone.previous].next) = gone.next;
  (gone.next == kNone ? room.last : memberships_[gone.next].previous) = gone.previous;
  memberships_by_room_and_user_.erase(hash_of(gone.room, gone.user), at);
  memberships_[at] = {.next = free_membership_};
  free_membership_ = at;
  users_.release(gone.user);
  users_.release(gone.name);
  if (--room.count == 0) close_room(gone.room);
}

}  // namespace parley::room
