// SPDX-License-Identifier: Apache-2.0
#include "net/client/roster.h"

#include "core/base/limits.h"

namespace parley::client {

void Roster::begin_snapshot() {
  ++snapshot_;
  in_snapshot_ = true;
}

bool Roster::join(std::string_view user) {
  if (const auto found = members_.find(user); found != members_.end()) {
    found->second = snapshot_;
    return false;
  }
  if (members_.size() < kMaxTrackedMembers) members_.emplace(user, snapshot_);
  return true;
}

bool Roster::leave(std::string_view user) {
  const auto found = members_.find(user);
  if (found == members_.end()) return members_.size() >= kMaxTrackedMembers;
  members_.erase(found);
  return true;
}

void Roster::end_snapshot(const std::function<void(std::string_view user)>& left) {
  if (!in_snapshot_) return;
  in_snapshot_ = false;
  for (auto member = members_.begin(); member != members_.end();) {
    if (member->second == snapshot_) {
      ++member;
      continue;
    }
    left(member->first);
    member = members_.erase(member);
  }
}

}  // namespace parley::client
