// SPDX-License-Identifier: Apache-2.0
// Tells users of messages in their direct rooms (core/base/direct_room.h) while they aren't in them: Invited, at each message for those who
// are online, and when they come online for rooms in which something was said. Joining brings the messages; this only says that they exist.
//
// An index over all direct rooms, by user. Costs about 200 bytes a direct room. Bound of what a coming user is told: kMaxInvitesAtOnce, the
// newest rooms. Owned by one I/O thread.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/direct_room.h"
#include "net/server/io_state.h"

namespace parley::server {

class DirectRooms {
 public:
  explicit DirectRooms(IoState& state);  // the rooms that the store knows

  void on_new_room(const room::RoomState& room);
  // An entry was applied; `room` is where. Told at the next flush(): the encoder may be in the middle of a batch.
  void on_entry(const room::RoomState& room) {
    if (is_direct_room(room.name) && (due_.empty() || due_.back() != room.id)) due_.push_back(room.id);
  }
  void flush();
  void on_ready(const Session& session);

 private:
  void invite_absent(RoomId room);
  void invite(const Session& session, const room::RoomState& room, bool live);

  IoState& state_;
  std::unordered_map<RoomId, DirectPair> pairs_;
  std::unordered_map<std::string, std::vector<RoomId>> rooms_of_;
  std::vector<RoomId> due_;  // at most as many as FanOut reads records in a cycle
};

}  // namespace parley::server
