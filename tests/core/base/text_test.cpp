// SPDX-License-Identifier: Apache-2.0
#include "core/base/text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/limits.h"

namespace parley {
namespace {

ErrorCode code_of(const Result<void>& result) { return result ? ErrorCode::kNone : result.error().code; }

struct Case {
  const char* what;
  std::string text;
  ErrorCode expected;
};

// A string with NUL bytes in it keeps them.
std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int v : values) out += static_cast<char>(v);
  return out;
}

TEST(ValidateMessage, JudgesEachCase) {
  const std::vector<Case> cases{
      {"plain", "hello", ErrorCode::kNone},
      {"newline and tab", "a\n\tb", ErrorCode::kNone},
      {"Chinese", "你好，世界", ErrorCode::kNone},
      {"Arabic", "مرحبا بالعالم", ErrorCode::kNone},
      {"family of joiners", "👩‍👩‍👧‍👦", ErrorCode::kNone},
      {"bidi override stays text", "a\u202Eb", ErrorCode::kNone},
      {"last code point", "\U0010FFFF", ErrorCode::kNone},
      {"first after surrogates", "\uE000", ErrorCode::kNone},
      {"last before surrogates", "\uD7FF", ErrorCode::kNone},
      {"empty", "", ErrorCode::kInvalidArgument},
      {"NUL", bytes({'a', 0, 'b'}), ErrorCode::kForbiddenCharacter},
      {"escape", "\x1b[2J", ErrorCode::kForbiddenCharacter},
      {"carriage return", "a\rb", ErrorCode::kForbiddenCharacter},
      {"unit separator", "\x1f", ErrorCode::kForbiddenCharacter},
      {"DEL", "\x7f", ErrorCode::kForbiddenCharacter},
      {"first C1", bytes({0xC2, 0x80}), ErrorCode::kForbiddenCharacter},
      {"CSI as C1", bytes({0xC2, 0x9B}), ErrorCode::kForbiddenCharacter},
      {"last C1", bytes({0xC2, 0x9F}), ErrorCode::kForbiddenCharacter},
      {"no-break space, first after C1", bytes({0xC2, 0xA0}), ErrorCode::kNone},
      {"lone continuation", bytes({0x80}), ErrorCode::kNotUtf8},
      {"raw C1 byte", bytes({0x9B}), ErrorCode::kNotUtf8},
      {"overlong slash, 2 bytes", bytes({0xC0, 0xAF}), ErrorCode::kNotUtf8},
      {"overlong DEL, 2 bytes", bytes({0xC1, 0xBF}), ErrorCode::kNotUtf8},
      {"overlong, 3 bytes", bytes({0xE0, 0x9F, 0xBF}), ErrorCode::kNotUtf8},
      {"overlong, 4 bytes", bytes({0xF0, 0x8F, 0xBF, 0xBF}), ErrorCode::kNotUtf8},
      {"overlong NUL", bytes({0xC0, 0x80}), ErrorCode::kNotUtf8},
      {"first surrogate", bytes({0xED, 0xA0, 0x80}), ErrorCode::kNotUtf8},
      {"last surrogate", bytes({0xED, 0xBF, 0xBF}), ErrorCode::kNotUtf8},
      {"above Unicode", bytes({0xF4, 0x90, 0x80, 0x80}), ErrorCode::kNotUtf8},
      {"F5", bytes({0xF5, 0x80, 0x80, 0x80}), ErrorCode::kNotUtf8},
      {"FF", bytes({0xFF}), ErrorCode::kNotUtf8},
      {"5-byte form", bytes({0xF8, 0x88, 0x80, 0x80, 0x80}), ErrorCode::kNotUtf8},
      {"truncated 2", bytes({'a', 0xC3}), ErrorCode::kNotUtf8},
      {"truncated 3", bytes({'a', 0xE4, 0xBD}), ErrorCode::kNotUtf8},
      {"truncated 4", bytes({'a', 0xF0, 0x9F, 0x98}), ErrorCode::kNotUtf8},
      {"cut by ASCII", bytes({0xE4, 0xBD, 'a'}), ErrorCode::kNotUtf8},
  };
  for (const Case& c : cases) EXPECT_EQ(code_of(validate_message(c.text)), c.expected) << c.what;
}

// ASCII is passed over in words, so what is broken must be seen at each place of one, and behind several.
TEST(IsUtf8, SeesWhatIsBrokenWhereverItStands) {
  const std::vector<std::string> broken{
      bytes({0x80}), bytes({0xC0, 0xAF}), bytes({0xED, 0xA0, 0x80}), bytes({0xE4, 0xBD}), bytes({0xF4, 0x90, 0x80, 0x80}), bytes({0xFF})};
  for (size_t before = 0; before < 20; ++before) {
    for (size_t after = 0; after < 20; ++after) {
      const std::string front(before, 'a'), back(after, 'z');
      for (const std::string& each : broken) EXPECT_FALSE(is_utf8(front + each + back)) << before << " " << after;
      EXPECT_TRUE(is_utf8(front + "你😀é" + back)) << before << " " << after;
    }
  }
}

TEST(ValidateMessage, AcceptsExactlyTheLimitAndNamesItBeyond) {
  EXPECT_TRUE(validate_message(std::string(4096, 'x')));
  const auto refused = validate_message(std::string(4097, 'x'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kMessageTooLong);
  EXPECT_NE(refused.error().text.find("4097"), std::string::npos) << refused.error().text;
  EXPECT_NE(refused.error().text.find("4096"), std::string::npos) << refused.error().text;
}

TEST(ValidateMessage, NamesTheOffset) {
  EXPECT_NE(validate_message("abc\xff").error().text.find("at byte 3"), std::string::npos);
  EXPECT_NE(validate_message("你\x1b").error().text.find("U+001B at byte 3"), std::string::npos);
}

TEST(ValidateLine, MayBeEmptyAndIsShorterThanAMessage) {
  EXPECT_TRUE(validate_line("", "the reason"));
  EXPECT_TRUE(validate_line(std::string(kMaxReasonBytes, 'x'), "the reason"));
  EXPECT_EQ(code_of(validate_line(std::string(kMaxReasonBytes + 1, 'x'), "the reason")), ErrorCode::kMessageTooLong);
  EXPECT_EQ(code_of(validate_line("\x1b[2J", "the reason")), ErrorCode::kForbiddenCharacter);
}

TEST(ValidateReaction, IsOneVisibleWordOrEmoji) {
  for (const char* emoji : {"👍🏽", "👩‍👩‍👧‍👦", "+1"}) EXPECT_TRUE(validate_reaction(emoji)) << emoji;
  EXPECT_EQ(code_of(validate_reaction("")), ErrorCode::kNameEmpty);
  EXPECT_EQ(code_of(validate_reaction("a b")), ErrorCode::kForbiddenCharacter);
  EXPECT_EQ(code_of(validate_reaction(std::string(kMaxReactionBytes + 1, 'x'))), ErrorCode::kMessageTooLong);
}

TEST(ValidateName, JudgesEachCase) {
  const std::vector<Case> cases{
      {"plain", "anna", ErrorCode::kNone},
      {"Chinese", "大厅", ErrorCode::kNone},
      {"two users", "dm:anna+ben", ErrorCode::kNone},
      {"inner slash", "guild/1", ErrorCode::kNone},
      {"emoji with joiner and selector", "🏳️‍🌈", ErrorCode::kNone},
      {"empty", "", ErrorCode::kNameEmpty},
      {"slash at start", "/join", ErrorCode::kForbiddenCharacter},
      {"quote", "a\"b", ErrorCode::kForbiddenCharacter},
      {"backslash", "a\\b", ErrorCode::kForbiddenCharacter},
      {"comma", "a,b", ErrorCode::kForbiddenCharacter},
      {"star", "a*", ErrorCode::kForbiddenCharacter},
      {"space", "a b", ErrorCode::kForbiddenCharacter},
      {"tab", "a\tb", ErrorCode::kForbiddenCharacter},
      {"newline", "a\nb", ErrorCode::kForbiddenCharacter},
      {"no-break space", "a\u00A0b", ErrorCode::kForbiddenCharacter},
      {"ideographic space", "a\u3000b", ErrorCode::kForbiddenCharacter},
      {"line separator", "a\u2028b", ErrorCode::kForbiddenCharacter},
      {"right-to-left override", "a\u202Eb", ErrorCode::kForbiddenCharacter},
      {"first embedding", "a\u202Ab", ErrorCode::kForbiddenCharacter},
      {"first isolate", "a\u2066b", ErrorCode::kForbiddenCharacter},
      {"last isolate", "a\u2069b", ErrorCode::kForbiddenCharacter},
      {"zero-width space", "a\u200Bb", ErrorCode::kForbiddenCharacter},
      {"zero-width non-joiner", "a\u200Cb", ErrorCode::kForbiddenCharacter},
      {"word joiner", "a\u2060b", ErrorCode::kForbiddenCharacter},
      {"byte order mark", "\uFEFFa", ErrorCode::kForbiddenCharacter},
      {"soft hyphen", "a\u00ADb", ErrorCode::kForbiddenCharacter},
      {"Hangul filler", "\u3164", ErrorCode::kForbiddenCharacter},
      {"tag character", "a\U000E0041", ErrorCode::kForbiddenCharacter},
      {"nothing but joiners", "\u200D\uFE0F", ErrorCode::kForbiddenCharacter},
      {"C1", bytes({'a', 0xC2, 0x85}), ErrorCode::kForbiddenCharacter},
      {"not UTF-8", "a\xff", ErrorCode::kNotUtf8},
  };
  for (const Case& c : cases) EXPECT_EQ(code_of(validate_name(c.text, "room name")), c.expected) << c.what;
}

TEST(ValidateName, AcceptsExactlyTheLimitAndNamesItBeyond) {
  EXPECT_TRUE(validate_name(std::string(64, 'x'), "user name"));
  const auto refused = validate_name(std::string(65, 'x'), "user name");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNameTooLong);
  EXPECT_TRUE(refused.error().text.starts_with("the user name has 65 bytes; the limit is 64")) << refused.error().text;
}

TEST(ValidateName, CountsBytesNotCharacters) {
  std::string name;
  for (int i = 0; i < 21; ++i) name += "你";
  EXPECT_TRUE(validate_name(name + "x", "room name"));
  EXPECT_EQ(code_of(validate_name(name + "xy", "room name")), ErrorCode::kNameTooLong);
}

TEST(Printable, MakesEscapeSequencesVisible) {
  EXPECT_EQ(printable("\x1b[31mred"), "\\x1b[31mred");
  EXPECT_EQ(printable("a\u009b2Jb"), "a\\u009b2Jb");
  EXPECT_EQ(printable("a\u202Eb\u2066"), "a\\u202eb\\u2066");
  EXPECT_EQ(printable("a\u2028b"), "a\\u2028b");
  EXPECT_EQ(printable("\x7f"), "\\x7f");
}

TEST(Printable, LeavesHarmlessTextAlone) {
  for (const char* text : {"hello", "你好", "مرحبا", "👩‍👩‍👧", "e\u0301", ""}) EXPECT_EQ(printable(text), text);
}

TEST(Printable, KeepsNewlinesOnlyOnWish) {
  EXPECT_EQ(printable("a\nb\tc"), "a\\nb\\tc");
  EXPECT_EQ(printable("a\nb\tc", true), "a\nb\\tc");
}

TEST(Printable, ReplacesEachBrokenSequenceOnce) {
  EXPECT_EQ(printable("a\xff"
                      "b"),
            "a\uFFFDb");
  EXPECT_EQ(printable("\xF0\x9F\x98"), "\uFFFD");              // truncated: one
  EXPECT_EQ(printable("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate: no start of anything valid
  EXPECT_EQ(printable("\xE4\xBD\xE4\xBD\xA0"), "\uFFFD你");
}

}  // namespace
}  // namespace parley
