// SPDX-License-Identifier: Apache-2.0
#include "core/base/direct_room.h"

#include <algorithm>

#include "core/base/text.h"

namespace parley {
namespace {

constexpr std::string_view kPrefix = "dm:";

std::string escaped(std::string_view user) {
  std::string out;
  for (const char c : user) {
    if (c == '%') {
      out += "%25";
    } else if (c == '+') {
      out += "%2B";
    } else {
      out += c;
    }
  }
  return out;
}

std::string unescaped(std::string_view part) {
  std::string out;
  for (size_t at = 0; at < part.size(); ++at) {
    const std::string_view three = part.substr(at, 3);
    if (three == "%25" || three == "%2B") {
      out += three == "%25" ? '%' : '+';
      at += 2;
    } else {
      out += part[at];
    }
  }
  return out;
}

}  // namespace

bool is_direct_room(std::string_view room) { return room.starts_with(kPrefix); }

Result<std::string> direct_room(std::string_view one, std::string_view other) {
  for (const std::string_view user : {one, other})
    if (auto valid = validate_name(user, "user name"); !valid) return std::unexpected(valid.error());
  const auto [first, second] = std::minmax(one, other);
  std::string room = std::string(kPrefix) + escaped(first) + "+" + escaped(second);
  if (auto valid = validate_name(room, "room name for the two of you"); !valid) return std::unexpected(valid.error());
  return room;
}

std::optional<DirectPair> direct_pair(std::string_view room) {
  if (!is_direct_room(room)) return std::nullopt;
  const std::string_view users = room.substr(kPrefix.size());
  const size_t plus = users.find('+');
  if (plus == std::string_view::npos) return std::nullopt;
  DirectPair pair{unescaped(users.substr(0, plus)), unescaped(users.substr(plus + 1))};
  const auto name = direct_room(pair.first, pair.second);
  if (!name || *name != room) return std::nullopt;
  return pair;
}

}  // namespace parley
