// SPDX-License-Identifier: Apache-2.0
// What a line of input asks for: text to say, or a slash command. "//" says text that begins with a slash.
// Stateless; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace parley::terminal {

struct Command {
  enum class Kind { kNothing, kSay, kJoin, kLeave, kWho, kEmote, kDirect, kSearch, kHelp, kQuit };
  Kind kind = Kind::kNothing;
  std::string target;  // room of join and leave ("" = the active one), user of a direct message
  std::string text;    // of say, emote and direct; what to search for ("" = go on with the last search)
};

// Error kInvalidArgument: unknown command or missing argument; the text says what would be right.
Result<Command> parse_command(std::string_view input);

// One line a command, for /help.
std::string_view command_help();

}  // namespace parley::terminal
