// SPDX-License-Identifier: Apache-2.0
// Which ready sessions of this I/O thread belong to which user: for what concerns a person rather than a room. About 100 bytes a user.
// Owned by one I/O thread.
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/ids.h"

namespace parley::server {

class UserSessions {
 public:
  void add(std::string_view user, SessionId session) { sessions_[std::string(user)].push_back(session); }
  void remove(std::string_view user, SessionId session) {
    const auto found = sessions_.find(std::string(user));
    if (found == sessions_.end()) return;
    std::erase(found->second, session);
    if (found->second.empty()) sessions_.erase(found);
  }
  std::span<const SessionId> of(std::string_view user) const {
    const auto found = sessions_.find(std::string(user));
    return found == sessions_.end() ? std::span<const SessionId>{} : found->second;
  }

 private:
  std::unordered_map<std::string, std::vector<SessionId>> sessions_;
};

}  // namespace parley::server
