// SPDX-License-Identifier: Apache-2.0
// Direct rooms: the rooms of two users, "dm:" and both ids, sorted, with '+' between them ('%' and '+' in an id as %25 and %2B, so that no
// pair can be taken for another). Clients make the name, the server lets only these two in, whatever a ticket's pattern covers besides.
// Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace parley {

struct DirectPair {
  std::string first, second;  // first ≤ second; equal: a user's notes to himself
  bool has(std::string_view user) const { return user == first || user == second; }
  const std::string& other_than(std::string_view user) const { return user == first ? second : first; }
};

bool is_direct_room(std::string_view room);
// Errors: as validate_name; the two ids may be too long together.
Result<std::string> direct_room(std::string_view one, std::string_view other);
// Nothing for a room that direct_room() doesn't make.
std::optional<DirectPair> direct_pair(std::string_view room);

}  // namespace parley
