// SPDX-License-Identifier: Apache-2.0
// Who is in which room, over all I/O threads: users with the number of their sessions there. Kept by each I/O thread from Join and Leave
// records, for presence snapshots and changes. Owned by one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/ids.h"

namespace parley::room {

class Roster {
 public:
  Roster();
  ~Roster();
  // One more session of the user is in the room. True if the user wasn't there before (news for the others).
  bool join(RoomId room, std::string_view user, std::string_view name);
  // One session less. True if it was the user's last one there.
  bool leave(RoomId room, std::string_view user);
  size_t member_count(RoomId room) const;
  // In the order of joining.
  void for_each(RoomId room, const std::function<void(std::string_view user, std::string_view name)>& visit) const;
};

}  // namespace parley::room
