// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/command.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace parley::terminal {
namespace {

using Kind = Command::Kind;

struct Known {
  std::string_view name;
  Kind kind;
  std::string_view usage;
  bool takes_target;  // the first word after the name
  bool needs_target;
  bool needs_text;
};

constexpr std::array<Known, 10> kCommands{{{"join", Kind::kJoin, "/join ROOM", true, true, false},
                                           {"leave", Kind::kLeave, "/leave [ROOM]", true, false, false},
                                           {"part", Kind::kLeave, "/leave [ROOM]", true, false, false},
                                           {"who", Kind::kWho, "/who", false, false, false},
                                           {"me", Kind::kEmote, "/me WAVES", false, false, true},
                                           {"msg", Kind::kDirect, "/msg USER TEXT", true, true, false},
                                           {"search", Kind::kSearch, "/search WORDS", false, false, false},
                                           {"help", Kind::kHelp, "/help", false, false, false},
                                           {"quit", Kind::kQuit, "/quit", false, false, false},
                                           {"exit", Kind::kQuit, "/quit", false, false, false}}};

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \n") + 1 - begin);
}

std::string_view take_word(std::string_view& rest) {
  const size_t end = std::min(rest.find_first_of(" \n"), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest = trimmed(rest.substr(end));
  return word;
}

std::unexpected<Error> unknown(std::string_view name) {
  return fail(ErrorCode::kInvalidArgument,
              "there is no command /" + printable(name) + ": /help lists them, and //" + printable(name) + " would say it as text");
}

}  // namespace

Result<Command> parse_command(std::string_view input) {
  std::string_view rest = trimmed(input);
  if (rest.empty()) return Command{};
  if (rest.starts_with("//")) return Command{Kind::kSay, "", std::string(rest.substr(1))};
  if (!rest.starts_with('/')) return Command{Kind::kSay, "", std::string(rest)};
  rest.remove_prefix(1);
  const std::string_view name = take_word(rest);
  const auto known = std::find_if(kCommands.begin(), kCommands.end(), [name](const Known& k) { return k.name == name; });
  if (known == kCommands.end()) return unknown(name);
  Command out{known->kind, "", ""};
  if (known->takes_target) out.target = take_word(rest);
  out.text = rest;
  if ((known->needs_target && out.target.empty()) || (known->needs_text && out.text.empty()))
    return fail(ErrorCode::kInvalidArgument, "it is written " + std::string(known->usage));
  return out;
}

std::string_view command_help() {
  return "/join ROOM        go to a room (and join it)\n"
         "/leave [ROOM]     leave it\n"
         "/who              who is here\n"
         "/me WAVES         say what you do\n"
         "/msg USER TEXT    talk to one user in a room of two\n"
         "/search WORDS     in this room: all words; \"in a row\" begin* -without from:USER\n"
         "/search           older results of the same\n"
         "/quit             leave (Ctrl-C too)\n"
         "//TEXT            say text that begins with a slash\n"
         "Ctrl-N Ctrl-P     next and previous room\n"
         "PageUp PageDown   scroll, End goes to the newest\n"
         "Up Down           what you typed before\n"
         "Alt-Enter Ctrl-J  a new line within the message\n"
         "Ctrl-W Ctrl-U     delete a word, or all before the cursor\n"
         "your lines: \u00b7 on its way, \u2713 has its place, \u2713\u2713 stored, ! failed";
}

}  // namespace parley::terminal
