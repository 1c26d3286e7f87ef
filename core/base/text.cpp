// SPDX-License-Identifier: Apache-2.0
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"

namespace parley {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

template <size_t N>
constexpr bool in_any(const std::array<Range, N>& ranges, char32_t point) {
  return std::any_of(ranges.begin(), ranges.end(), [point](Range r) { return point >= r.first && point <= r.last; });
}

// C0, DEL and C1: what terminals obey.
constexpr bool is_control(char32_t point) { return point < 0x20 || (point >= 0x7F && point <= 0x9F); }

// Embeddings, overrides and isolates: they turn the text that follows around, past the end of a name or a line.
constexpr bool is_bidi_override(char32_t point) { return (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069); }

// Unicode 15, PropList White_Space, without what is_control has.
constexpr std::array<Range, 8> kWhiteSpace{{{0x20, 0x20},
                                            {0xA0, 0xA0},
                                            {0x1680, 0x1680},
                                            {0x2000, 0x200A},
                                            {0x2028, 0x2029},
                                            {0x202F, 0x202F},
                                            {0x205F, 0x205F},
                                            {0x3000, 0x3000}}};

// What shows as nothing, so that two names that differ would look alike: Default_Ignorable_Code_Point without the joiner U+200D and the
// variation selectors, which emoji need.
constexpr std::array<Range, 13> kInvisible{{{0xAD, 0xAD},
                                            {0x034F, 0x034F},
                                            {0x061C, 0x061C},
                                            {0x115F, 0x1160},
                                            {0x17B4, 0x17B5},
                                            {0x180B, 0x180F},
                                            {0x200B, 0x200C},
                                            {0x200E, 0x200F},
                                            {0x2060, 0x206F},
                                            {0x3164, 0x3164},
                                            {0xFEFF, 0xFEFF},
                                            {0xFFA0, 0xFFA0},
                                            {0xE0000, 0xE0FFF}}};

// How many bytes at the start are ASCII, counted by eights: most text is little else, and a client looks at three strings of each message
// that it receives. (Each character by itself, they were the most costly part of parley_poll.)
size_t ascii_run(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  size_t at = 0;
  for (; at + sizeof kHighBits <= text.size(); at += sizeof kHighBits) {
    const uint64_t high = load_le<uint64_t>(as_bytes(text).data() + at) & kHighBits;
    if (high != 0) return at + static_cast<size_t>(std::countr_zero(high)) / 8;
  }
  while (at < text.size() && static_cast<uint8_t>(text[at]) < 0x80) ++at;
  return at;
}

constexpr bool shows_something(char32_t point) { return point != 0x200D && !(point >= 0xFE00 && point <= 0xFE0F); }

constexpr bool allowed_in_name(char32_t point, size_t at) {
  if (is_control(point) || is_bidi_override(point) || in_any(kWhiteSpace, point) || in_any(kInvisible, point)) return false;
  if (point == '"' || point == '\\' || point == ',' || point == '*') return false;
  return point != '/' || at > 0;
}

std::string point_name(char32_t point) {
  char name[16];
  std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(point));
  return name;
}

std::unexpected<Error> not_utf8(std::string_view what, size_t at) {
  return fail(ErrorCode::kNotUtf8, std::string(what) + " isn't valid UTF-8 at byte " + std::to_string(at) + ": send it as UTF-8");
}

std::unexpected<Error> too_long(ErrorCode code, std::string_view what, size_t bytes, size_t limit) {
  return fail(code, std::string(what) + " has " + std::to_string(bytes) + " bytes; the limit is " + std::to_string(limit) + ": shorten it");
}

std::unexpected<Error> forbidden(std::string_view what, char32_t point, size_t at, std::string_view rule) {
  return fail(ErrorCode::kForbiddenCharacter,
              std::string(what) + " has the character " + point_name(point) + " at byte " + std::to_string(at) + ": " + std::string(rule));
}

void append_escape(std::string& out, char32_t point) {
  char escape[16];
  if (point == '\n') {
    out += "\\n";
  } else if (point == '\t') {
    out += "\\t";
  } else {
    std::snprintf(escape, sizeof escape, point < 0x80 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(point));
    out += escape;
  }
}

}  // namespace

Result<void> validate_message(std::string_view text) {
  if (text.empty())
    return fail(ErrorCode::kInvalidArgument, "the message is empty: it needs 1 to " + std::to_string(kMaxMessageBytes) + " bytes");
  if (text.size() > kMaxMessageBytes) return too_long(ErrorCode::kMessageTooLong, "the message", text.size(), kMaxMessageBytes);
  for (size_t at = 0; at < text.size();) {
    const Utf8Step step = decode_utf8(text, at);
    if (!step.valid) return not_utf8("the message", at);
    if (is_control(step.point) && step.point != '\n' && step.point != '\t')
      return forbidden("the message", step.point, at, "control characters other than newline and tab aren't allowed");
    at += step.length;
  }
  return {};
}

Result<void> validate_line(std::string_view text, std::string_view what) {
  if (text.empty()) return {};
  if (text.size() > kMaxReasonBytes) return too_long(ErrorCode::kMessageTooLong, what, text.size(), kMaxReasonBytes);
  return validate_message(text);
}

Result<void> validate_reaction(std::string_view emoji) {
  if (emoji.size() > kMaxReactionBytes) return too_long(ErrorCode::kMessageTooLong, "the reaction", emoji.size(), kMaxReactionBytes);
  return validate_name(emoji, "reaction");
}

Result<void> validate_name(std::string_view name, std::string_view what) {
  const std::string subject = "the " + std::string(what);
  if (name.empty()) return fail(ErrorCode::kNameEmpty, subject + " is empty: it needs 1 to " + std::to_string(kMaxNameBytes) + " bytes");
  if (name.size() > kMaxNameBytes) return too_long(ErrorCode::kNameTooLong, subject, name.size(), kMaxNameBytes);
  bool visible = false;
  for (size_t at = 0; at < name.size();) {
    const Utf8Step step = decode_utf8(name, at);
    if (!step.valid) return not_utf8(subject, at);
    if (!allowed_in_name(step.point, at))
      return forbidden(subject, step.point, at, "no spaces, invisible or control characters, none of \" \\ , * and no / at the start");
    visible = visible || shows_something(step.point);
    at += step.length;
  }
  if (!visible) return fail(ErrorCode::kForbiddenCharacter, subject + " shows nothing: it needs at least one visible character");
  return {};
}

bool is_utf8(std::string_view text) {
  for (size_t at = 0;;) {
    at += ascii_run(text.substr(at));
    if (at >= text.size()) return true;
    const Utf8Step step = decode_utf8(text, at);
    if (!step.valid) return false;
    at += step.length;
  }
}

std::string printable(std::string_view text, bool keep_newlines) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const Utf8Step step = decode_utf8(text, at);
    const bool separates_lines = step.point == 0x2028 || step.point == 0x2029;
    const bool kept = keep_newlines && step.point == '\n';
    if (!kept && (is_control(step.point) || is_bidi_override(step.point) || separates_lines)) {
      append_escape(out, step.point);
    } else {
      append_utf8(out, step.point);
    }
    at += step.length;
  }
  return out;
}

}  // namespace parley
