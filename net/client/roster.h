// SPDX-License-Identifier: Apache-2.0
// Who is in a room, as far as the server told: so that a snapshot after a reconnect becomes the changes that the program missed, not a
// second arrival of everybody. At most kMaxTrackedMembers; of further members arrivals are told, but not what a reconnect missed.
// Owned by its room.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace parley::client {

class Roster {
 public:
  // A new snapshot begins; members that it doesn't name left meanwhile.
  void begin_snapshot();
  // True if it is news.
  bool join(std::string_view user);
  bool leave(std::string_view user);
  // The snapshot is complete: forgets those whom it didn't name, and tells each.
  void end_snapshot(const std::function<void(std::string_view user)>& left);
  size_t size() const { return members_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  uint32_t snapshot_ = 0;
  bool in_snapshot_ = false;
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> members_;  // → last snapshot that named it
};

}  // namespace parley::client
