// SPDX-License-Identifier: Apache-2.0
// Who is in which room, over all I/O threads: users with the number of their sessions there. Kept by each I/O thread from Join and Leave
// records, for presence snapshots and changes. Owned by one thread.
//
// One membership (a user in a room) is 24 bytes and about 14 of index; names stand once. All operations are O(1), also in a room of
// 10,000, and a join of a known user where somebody left before allocates nothing. Users without a session cost nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>

#include "core/base/ids.h"
#include "core/room/flat_index.h"
#include "core/room/keyed_hash.h"
#include "core/room/string_pool.h"

namespace parley::room {

class Roster {
 public:
  // The key is for hashing only, see keyed_hash.h.
  explicit Roster(uint64_t hash_key = kDefaultHashKey);
  Roster(const Roster&) = delete;
  Roster& operator=(const Roster&) = delete;

  // One more session of the user is in the room. True if the user wasn't there before (news for the others). While the user stays, the
  // display name is the one of the session that came first.
  bool join(RoomId room, std::string_view user, std::string_view name);
  // One session less. True if it was the user's last one there. False also for somebody who isn't there.
  bool leave(RoomId room, std::string_view user);
  size_t member_count(RoomId room) const;

  // visit(user, name) in the order of joining, as string views that live until the user leaves. `visit` doesn't change the roster.
  template <class Visit>
  void for_each(RoomId room, Visit&& visit) const {
    const uint32_t at = find_room(room);
    if (at == kNone) return;
    for (uint32_t next = rooms_[at].first; next != kNone; next = memberships_[next].next) {
      visit(users_.text(memberships_[next].user), users_.text(memberships_[next].name));
    }
  }

 private:
  static constexpr uint32_t kNone = FlatIndex::kNone;

  // A room that has members. In a free place `first` chains to the next free one.
  struct Room {
    RoomId id{};
    uint32_t first = kNone;
    uint32_t last = kNone;
    uint32_t count = 0;
  };
  // A user in a room, chained in the order of joining. In a free place `next` chains to the next free one.
  struct Membership {
    uint32_t room = kNone;  // places in rooms_ and users_
    uint32_t user = kNone;
    uint32_t name = kNone;
    uint32_t sessions = 0;
    uint32_t previous = kNone;
    uint32_t next = kNone;
  };

  uint32_t find_room(RoomId id) const;
  uint32_t find_membership(uint32_t room, uint32_t user) const;
  uint32_t hash_of(uint32_t room, uint32_t user) const { return hash_(uint64_t{room} << 32 | user); }
  uint32_t open_room(RoomId id);
  void close_room(uint32_t room);
  void append(const Membership& membership);
  void remove(uint32_t at);

  const KeyedHash hash_;
  StringPool users_;  // display names too
  std::deque<Room> rooms_;
  FlatIndex rooms_by_id_;
  uint32_t free_room_ = kNone;
  std::deque<Membership> memberships_;
  FlatIndex memberships_by_room_and_user_;
  uint32_t free_membership_ = kNone;
};

}  // namespace parley::room
