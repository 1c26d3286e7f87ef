// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/emoji_names.h"

#include <array>

namespace parley::terminal {
namespace {

struct Named {
  std::string_view name, emoji;
};

constexpr std::array<Named, 44> kEmoji{{
    {"thumbsup", "👍"},     {"+1", "👍"},          {"thumbsdown", "👎"}, {"-1", "👎"},     {"heart", "❤️"}, {"joy", "😂"},
    {"laughing", "😆"},     {"smile", "😄"},       {"grin", "😁"},       {"wink", "😉"},   {"cry", "😢"},        {"sob", "😭"},
    {"angry", "😠"},        {"thinking", "🤔"}, {"open_mouth", "😮"}, {"scream", "😱"}, {"cool", "😎"},       {"sunglasses", "😎"},
    {"sleeping", "😴"},     {"skull", "💀"},       {"fire", "🔥"},       {"100", "💯"},    {"tada", "🎉"},       {"party", "🥳"},
    {"clap", "👏"},         {"wave", "👋"},        {"pray", "🙏"},       {"muscle", "💪"}, {"ok_hand", "👌"},    {"eyes", "👀"},
    {"rocket", "🚀"},       {"star", "⭐"},        {"check", "✅"},      {"x", "❌"},      {"question", "❓"},   {"warning", "⚠️"},
    {"pizza", "🍕"},        {"beer", "🍺"},        {"coffee", "☕"},     {"cake", "🍰"},   {"trophy", "🏆"},     {"crown", "👑"},
    {"shield", "🛡️"}, {"swords", "⚔️"},
}};

}  // namespace

std::string emoji_of(std::string_view word) {
  std::string_view name = word;
  if (name.size() > 2 && name.front() == ':' && name.back() == ':') name = name.substr(1, name.size() - 2);
  for (const Named& each : kEmoji)
    if (each.name == name) return std::string(each.emoji);
  return std::string(word);
}

std::vector<std::string> emoji_names() {
  std::vector<std::string> out;
  out.reserve(kEmoji.size());
  for (const Named& each : kEmoji) out.push_back(":" + std::string(each.name) + ":");
  return out;
}

}  // namespace parley::terminal
