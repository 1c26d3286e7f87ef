// SPDX-License-Identifier: Apache-2.0
// Which sessions of this I/O thread are in which room: the lists that fan-out walks. A flat vector a room, because a delivery reads all of
// it in order; leaving moves the last one into the hole. Rooms without a local member aren't here. Owned by one I/O thread.
#pragma once

#include <unordered_map>
#include <vector>

#include "core/base/ids.h"
#include "core/base/time.h"

namespace parley::server {

struct LocalMember {
  SessionId session;
  bool fresh = false;            // joined in this duty cycle: gets the presence snapshot, not the changes that lead to it
  bool lagging = false;          // gets no live entries for now, see Seat::lagging_from
  bool told_behind = false;      // lagging, and one was left out
  bool missed_presence = false;  // gets no changes until it got the whole list, see slow_members.h
};

struct LocalRoom {
  std::vector<LocalMember> members;
  size_t fresh = 0;                                             // how many of them are
  MonoTime presence_told = MonoTime{} - std::chrono::hours(1);  // when they last heard of changes

  LocalMember* find(SessionId session) {
    for (LocalMember& each : members) {
      if (each.session == session) return &each;
    }
    return nullptr;
  }
};

class LocalRooms {
 public:
  LocalRoom* find(RoomId room) {
    const auto found = rooms_.find(room);
    return found == rooms_.end() ? nullptr : &found->second;
  }
  LocalRoom& add_member(RoomId room, SessionId session) {
    LocalRoom& local = rooms_[room];
    local.members.push_back({.session = session, .fresh = true});
    ++local.fresh;
    return local;
  }
  // O(members of the room on this thread); a room of ten thousand costs about 10 µs, and only at leaving.
  void remove_member(RoomId room, SessionId session) {
    LocalRoom* local = find(room);
    LocalMember* member = local == nullptr ? nullptr : local->find(session);
    if (member == nullptr) return;
    if (member->fresh) --local->fresh;
    *member = local->members.back();
    local->members.pop_back();
    if (local->members.empty()) rooms_.erase(room);
  }
  size_t members(RoomId room) {
    const LocalRoom* local = find(room);
    return local == nullptr ? 0 : local->members.size();
  }

 private:
  std::unordered_map<RoomId, LocalRoom> rooms_;
};

}  // namespace parley::server
