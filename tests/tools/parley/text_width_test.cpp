// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/text_width.h"

#include "core/base/random.h"
#include "core/base/text.h"
#include "tests/tools/parley/utf8_locale.h"

namespace parley::terminal {
namespace {

using TextWidth = Utf8Locale;
using Lines = std::vector<std::string_view>;

TEST_F(TextWidth, CountsCellsAsTerminalsDo) {
  EXPECT_EQ(display_width("hello"), 5);
  EXPECT_EQ(display_width("你好"), 4);
  EXPECT_EQ(display_width("مرحبا"), 5);
  EXPECT_EQ(display_width("e\u0301"), 1);
  EXPECT_EQ(display_width("한국"), 4);
  EXPECT_EQ(display_width("👋"), 2);
  EXPECT_EQ(display_width("👋🏽"), 2);
  EXPECT_EQ(display_width("❤️"), 1);
  EXPECT_EQ(display_width("🇨🇦"), 2);
  EXPECT_EQ(display_width("👨‍👩‍👧"), 6);
  EXPECT_EQ(display_width(""), 0);
  EXPECT_EQ(display_width("\xff"), 1);
}

TEST_F(TextWidth, TakesWhatReadersTakeForOneCharacterAsOne) {
  for (const std::string one : {"a", "你", "e\u0301\u0302", "👋🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇨🇦", "❤️",
                                "1️⃣", "🏴\U000E0067\U000E0062\U000E007F"}) {
    EXPECT_EQ(grapheme_at(one + "x", 0).length, one.size()) << one;
    EXPECT_EQ(grapheme_before(one + one, 2 * one.size()), one.size()) << one;
  }
}

TEST_F(TextWidth, SeparatesWhatIsTwo) {
  EXPECT_EQ(grapheme_at("🇨🇦🇩🇪", 0).length, 8u);
  EXPECT_EQ(grapheme_at("👋👋", 0).length, 4u);
  EXPECT_EQ(grapheme_at("a\u200D👋", 0).length, 4u);
  EXPECT_EQ(grapheme_at("a\nb", 0).length, 1u);
  EXPECT_EQ(grapheme_before("a\nb", 2), 1u);
  EXPECT_EQ(grapheme_before("\n\n", 2), 1u);
  EXPECT_EQ(grapheme_before("a", 0), 0u);
}

TEST_F(TextWidth, DrawsInAFormThatAllTerminalsCountAlike) {
  EXPECT_EQ(drawable("👨‍👩‍👧"), "👨👩👧");
  EXPECT_EQ(drawable("👋🏽"), "👋");
  EXPECT_EQ(drawable("❤️"), "\u2764");
  EXPECT_EQ(drawable("🇨🇦 你 e\u0301"), "🇨🇦 你 e\u0301");
  EXPECT_EQ(drawable("a\U0001FFFE"), "a\uFFFD");
}

TEST_F(TextWidth, FitsWholeGraphemes) {
  EXPECT_EQ(fit("你好", 3), "你");
  EXPECT_EQ(fit("你好", 4), "你好");
  EXPECT_EQ(fit("你好", 1), "");
  EXPECT_EQ(fit("ae\u0301b", 2), "ae\u0301");
}

TEST_F(TextWidth, WrapsAtWords) {
  EXPECT_EQ(wrap("the quick brown fox", 10), (Lines{"the quick", "brown fox"}));
  EXPECT_EQ(wrap("the quick  brown", 9), (Lines{"the quick", "brown"}));
  EXPECT_EQ(wrap("exactly ten", 11), (Lines{"exactly ten"}));
  EXPECT_EQ(wrap("exactly ten", 10), (Lines{"exactly", "ten"}));
}

TEST_F(TextWidth, WrapsWordsThatAreTooLongAndWideTextAnywhere) {
  EXPECT_EQ(wrap("abcdefghij", 4), (Lines{"abcd", "efgh", "ij"}));
  EXPECT_EQ(wrap("a abcdefgh", 4), (Lines{"a", "abcd", "efgh"}));
  EXPECT_EQ(wrap("大家好今天", 5), (Lines{"大家", "好今", "天"}));
  EXPECT_EQ(wrap("hi大家", 4), (Lines{"hi大", "家"}));
  EXPECT_EQ(wrap("👨‍👩‍👧👨‍👩‍👧", 7), (Lines{"👨‍👩‍👧", "👨‍👩‍👧"}));
}

TEST_F(TextWidth, WrapsAtNewlines) {
  EXPECT_EQ(wrap("a\nb", 10), (Lines{"a", "b"}));
  EXPECT_EQ(wrap("a\n\nb\n", 10), (Lines{"a", "", "b", ""}));
  EXPECT_EQ(wrap("", 10), (Lines{""}));
  EXPECT_EQ(wrap("\n", 10), (Lines{"", ""}));
}

// Over random text of all kinds of pieces: no line is too wide, and nothing but spaces and newlines at breaks gets lost.
TEST_F(TextWidth, WrapKeepsItsWidthAndAllText) {
  static constexpr std::string_view kPieces[] = {"a",        "word", " ",       "  ", "\n",   "你",     "大家",
                                                 "👋🏽", "🇨🇦",   "e\u0301", "مر", "\xff", "\u200D", "-"};
  SeededRandom random(3);
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (size_t n = random.below(25); n > 0; --n) text += kPieces[random.below(std::size(kPieces))];
    const int width = 2 + static_cast<int>(random.below(12));
    std::string kept, wanted;
    for (const std::string_view line : wrap(text, width)) {
      const bool uncuttable = !line.empty() && grapheme_at(line, 0).length == line.size();
      ASSERT_TRUE(display_width(line) <= width || uncuttable) << text;
      kept += line;
    }
    wanted = text;
    std::erase_if(kept, [](char c) { return c == ' ' || c == '\n'; });
    std::erase_if(wanted, [](char c) { return c == ' ' || c == '\n'; });
    ASSERT_EQ(kept, wanted) << text;
  }
}

TEST_F(TextWidth, DrawableTextHasTheWidthThatWasCounted) {
  SeededRandom random(4);
  for (int round = 0; round < 5000; ++round) {
    std::string raw(1 + random.below(40), '\0');
    random.fill({reinterpret_cast<uint8_t*>(raw.data()), raw.size()});
    const std::string text = printable(raw + "👨‍👩‍👧❤️🇨🇦");
    int cells = 0;
    const std::string drawn = drawable(text);
    for (size_t at = 0; at < drawn.size(); at += grapheme_at(drawn, at).length) cells += grapheme_at(drawn, at).width;
    ASSERT_EQ(cells, display_width(text)) << testing::PrintToString(raw);
  }
}

}  // namespace
}  // namespace parley::terminal
