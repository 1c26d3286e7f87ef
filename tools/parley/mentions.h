// SPDX-License-Identifier: Apache-2.0
// "@name" in typed text: which members of the room it means. Names and user ids both count, in any case (of ASCII); the longest that fits
// wins, so that "@Ann Lee" isn't Ann. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace parley::terminal {

using Members = std::map<std::string, std::string>;  // user → name

// User ids, each once, in the order of the text, at most kMaxMentions.
std::vector<std::string> mentioned_in(std::string_view text, const Members& members);

// Whether `text` begins with `start`, in any case of ASCII letters.
bool begins_with(std::string_view text, std::string_view start);

}  // namespace parley::terminal
