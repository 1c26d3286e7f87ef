// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/mentions.h"

#include <algorithm>

#include "core/base/limits.h"

namespace parley::terminal {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Would go on with the word before it. Bytes above ASCII don't end a name either: "@jo" isn't in "@josé".
bool is_word(char c) {
  const char l = lower(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

bool names(std::string_view text, std::string_view name) {
  return !name.empty() && begins_with(text, name) && (text.size() == name.size() || !is_word(text[name.size()]) || !is_word(name.back()));
}

}  // namespace

bool begins_with(std::string_view text, std::string_view start) {
  return text.size() >= start.size() &&
         std::equal(start.begin(), start.end(), text.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

std::vector<std::string> mentioned_in(std::string_view text, const Members& members) {
  std::vector<std::string> out;
  for (size_t at = text.find('@'); at != std::string_view::npos && out.size() < kMaxMentions; at = text.find('@', at + 1)) {
    if (at > 0 && is_word(text[at - 1])) continue;  // an address
    const std::string_view after = text.substr(at + 1);
    const std::string* best = nullptr;
    size_t longest = 0;
    for (const auto& [user, name] : members) {
      for (const std::string& each : {user, name}) {
        if (each.size() <= longest || !names(after, each)) continue;
        best = &user;
        longest = each.size();
      }
    }
    if (best != nullptr && std::find(out.begin(), out.end(), *best) == out.end()) out.push_back(*best);
  }
  return out;
}

}  // namespace parley::terminal
