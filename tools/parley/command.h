// SPDX-License-Identifier: Apache-2.0
// What a line of input asks for: text to say, a slash command, or s/old/new/. "//" says text that begins with a slash.
// Stateless; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace parley::terminal {

struct Command {
  enum class Kind {
    kNothing,
    kSay,
    kJoin,
    kLeave,
    kWho,
    kEmote,
    kDirect,
    kHelp,
    kQuit,
    kReply,
    kEdit,
    kDelete,
    kReact,
    kUnreact,
    kPin,
    kUnpin,
    kPins,
    kTopic,
    kRead,
    kGoto,
    kDate,
    kNumbers,
    kSubstitute,
    kSearch
  };
  Kind kind = Kind::kNothing;
  std::string target;  // room of join and leave ("" = the active one), user of a direct message, old text of a substitution
  std::string
      text;  // of say, emote, direct, reply, edit, topic; reason, emoji, date; what to search for ("" = go on); new text of a substitution
  uint64_t number = 0;  // of the message it is about; 0 = not said
};

// Error kInvalidArgument: unknown command or missing argument; the text says what would be right.
Result<Command> parse_command(std::string_view input);

// One line a command, for /help.
std::string_view command_help();

// "/join", "/leave", …: all of them, for completion.
std::vector<std::string> command_names();

}  // namespace parley::terminal
