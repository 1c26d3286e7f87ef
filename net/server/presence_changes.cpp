// SPDX-License-Identifier: Apache-2.0
#include "net/server/presence_changes.h"

namespace parley::server {

void PresenceChanges::note(RoomId room, bool came, std::string_view user, std::string_view name) {
  changes_.push_back({.room = room,
                      .index = static_cast<uint32_t>(changes_.size()),
                      .lists = lists_,
                      .came = came,
                      .text = static_cast<uint32_t>(text_.size()),
                      .user_bytes = static_cast<uint8_t>(user.size()),
                      .name_bytes = static_cast<uint8_t>(name.size())});
  text_.append(user).append(name);
}

void PresenceChanges::clear() {
  changes_.clear();
  text_.clear();
}

}  // namespace parley::server
