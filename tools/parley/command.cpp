// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "core/base/text.h"

namespace parley::terminal {
namespace {

using Kind = Command::Kind;

enum Takes : uint8_t {
  kNothingMore = 0,
  kTarget = 1,  // the first word after the name; needed unless
  kTargetOptional = 2,
  kText = 4,  // the rest; needed unless
  kTextOptional = 8,
  kNumber = 16,  // the first word after the name, "12" or "#12"; needed unless
  kNumberOptional = 32
};

struct Known {
  std::string_view name;
  Kind kind;
  std::string_view usage;
  int takes;
};

constexpr std::array<Known, 27> kCommands{{
    {"join", Kind::kJoin, "/join ROOM", kTarget},
    {"leave", Kind::kLeave, "/leave [ROOM]", kTargetOptional},
    {"part", Kind::kLeave, "/leave [ROOM]", kTargetOptional},
    {"who", Kind::kWho, "/who", kNothingMore},
    {"names", Kind::kWho, "/who", kNothingMore},
    {"me", Kind::kEmote, "/me WAVES", kText},
    {"msg", Kind::kDirect, "/msg USER TEXT", kTarget | kTextOptional},
    {"query", Kind::kDirect, "/msg USER TEXT", kTarget | kTextOptional},
    {"reply", Kind::kReply, "/reply N TEXT", kNumber | kText},
    {"edit", Kind::kEdit, "/edit [N] TEXT", kNumberOptional | kText},
    {"delete", Kind::kDelete, "/delete [N] [REASON]", kNumberOptional | kTextOptional},
    {"del", Kind::kDelete, "/delete [N] [REASON]", kNumberOptional | kTextOptional},
    {"react", Kind::kReact, "/react [N] EMOJI", kNumberOptional | kText},
    {"unreact", Kind::kUnreact, "/unreact [N] EMOJI", kNumberOptional | kText},
    {"pin", Kind::kPin, "/pin [N]", kNumberOptional},
    {"unpin", Kind::kUnpin, "/unpin [N]", kNumberOptional},
    {"pins", Kind::kPins, "/pins", kNothingMore},
    {"topic", Kind::kTopic, "/topic [TEXT]", kTextOptional},
    {"read", Kind::kRead, "/read", kNothingMore},
    {"goto", Kind::kGoto, "/goto N", kNumber},
    {"jump", Kind::kGoto, "/goto N", kNumber},
    {"date", Kind::kDate, "/date YYYY-MM-DD [HH:MM]", kText},
    {"numbers", Kind::kNumbers, "/numbers", kNothingMore},
    {"search", Kind::kSearch, "/search WORDS", kTextOptional},
    {"help", Kind::kHelp, "/help", kNothingMore},
    {"quit", Kind::kQuit, "/quit", kNothingMore},
    {"exit", Kind::kQuit, "/quit", kNothingMore},
}};

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

// "12" or "#12"; 0 and `rest` as it was if there is no number.
uint64_t take_number(std::string_view& rest) {
  std::string_view after = rest;
  std::string_view word = take_word(after);
  if (word.starts_with('#')) word.remove_prefix(1);
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size()) return 0;
  rest = after;
  return number;
}

std::unexpected<Error> unknown(std::string_view name) {
  return fail(ErrorCode::kInvalidArgument,
              "there is no command /" + printable(name) + ": /help lists them, and //" + printable(name) + " would say it as text");
}

std::unexpected<Error> incomplete(const Known& known) {
  return fail(ErrorCode::kInvalidArgument, "it is written " + std::string(known.usage));
}

Result<Command> read_arguments(const Known& known, std::string_view rest) {
  Command out{known.kind, "", "", 0};
  if (known.takes & (kTarget | kTargetOptional)) out.target = take_word(rest);
  if ((known.takes & kTarget) && out.target.empty()) return incomplete(known);
  if (known.takes & (kNumber | kNumberOptional)) out.number = take_number(rest);
  if ((known.takes & kNumber) && out.number == 0) return incomplete(known);
  if ((known.takes & kText) && rest.empty()) return incomplete(known);
  const bool too_much = !rest.empty() && (known.takes & (kText | kTextOptional)) == 0;
  if (too_much && (known.takes & kNumberOptional)) return incomplete(known);
  out.text = rest;
  return out;
}

// s/old/new/ as on IRC: the last slash may be left out. Anything else that begins with "s/" is text.
std::optional<Command> substitution(std::string_view text) {
  if (!text.starts_with("s/")) return std::nullopt;
  const size_t middle = text.find('/', 2);
  if (middle == std::string_view::npos || middle == 2) return std::nullopt;
  std::string_view to = text.substr(middle + 1);
  if (to.ends_with('/')) to.remove_suffix(1);
  if (to.find('/') != std::string_view::npos) return std::nullopt;
  return Command{Kind::kSubstitute, std::string(text.substr(2, middle - 2)), std::string(to), 0};
}

}  // namespace

Result<Command> parse_command(std::string_view input) {
  std::string_view rest = trimmed(input);
  if (rest.empty()) return Command{};
  if (rest.starts_with("//")) return Command{Kind::kSay, "", std::string(rest.substr(1)), 0};
  if (auto command = substitution(rest)) return std::move(*command);
  if (!rest.starts_with('/')) return Command{Kind::kSay, "", std::string(rest), 0};
  rest.remove_prefix(1);
  const std::string_view name = take_word(rest);
  const auto known = std::find_if(kCommands.begin(), kCommands.end(), [name](const Known& k) { return k.name == name; });
  return known == kCommands.end() ? unknown(name) : read_arguments(*known, rest);
}

std::vector<std::string> command_names() {
  std::vector<std::string> out;
  out.reserve(kCommands.size());
  for (const Known& known : kCommands) out.push_back("/" + std::string(known.name));
  return out;
}

std::string_view command_help() {
  return "/join ROOM  /leave [ROOM]   go to a room, leave it\n"
         "/who                        who is here\n"
         "/me WAVES                   say what you do\n"
         "/msg USER TEXT              talk to one user in a room of two\n"
         "Up (on an empty line)       choose a message, then one key:\n"
         "    r reply  e edit  d delete  + react  p pin  Esc back\n"
         "/reply N TEXT               the same by its number (N):\n"
         "/edit [N] TEXT              without N your last message\n"
         "s/OLD/NEW/                  mend a word of your last message\n"
         "/delete [N] [REASON]        without N your last message\n"
         "/react [N] EMOJI  /unreact  :thumbsup: and such; again takes it back\n"
         "/pin [N]  /unpin [N]  /pins what is pinned\n"
         "/topic [TEXT]               show or set the topic; /topic - clears it\n"
         "/goto N                     go to a message\n"
         "/date YYYY-MM-DD [HH:MM]    go to what was said then\n"
         "/search WORDS               in this room: all words; \"in a row\" begin* -without from:USER\n"
         "/search                     older results of the same\n"
         "/numbers                    show the messages' numbers, or hide them\n"
         "/read                       all of this room is read\n"
         "/quit                       leave (Ctrl-C too)\n"
         "//TEXT                      say text that begins with a slash\n"
         "Tab                         complete a name, @name or command\n"
         "Ctrl-N Ctrl-P               next and previous room\n"
         "PageUp PageDown             scroll, End goes to the newest\n"
         "Ctrl-Up Ctrl-Down           choose a message, whatever you typed\n"
         "Alt-Up Alt-Down, Up Down    what you typed before\n"
         "Alt-Enter Ctrl-J            a new line within the message\n"
         "Ctrl-W Ctrl-U               delete a word, or all before the cursor\n"
         "your lines: \u00b7 on its way, \u2713 has its place, \u2713\u2713 stored, seen, ! failed";
}

}  // namespace parley::terminal
