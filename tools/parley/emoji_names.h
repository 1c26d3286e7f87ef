// SPDX-License-Identifier: Apache-2.0
// Emoji by the names that chat programs have in common: ":thumbsup:", "thumbsup", "+1". Pure; any thread.
// For reactions and completion in the chat: a short list of what people know by name, no table of Unicode.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::terminal {

// What isn't a name stays as it is.
std::string emoji_of(std::string_view word);
// ":+1:", ":thumbsup:", …
std::vector<std::string> emoji_names();

}  // namespace parley::terminal
