// SPDX-License-Identifier: Apache-2.0
#include "core/search/query.h"

#include <gtest/gtest.h>

#include "core/base/limits.h"

namespace parley::search {
namespace {

bool finds(std::string_view query, std::string_view text, std::string_view author = "ann", std::string_view name = "Ann Lee") {
  const auto parsed = parse_query(query);
  EXPECT_TRUE(parsed) << query << ": " << (parsed ? "" : parsed.error().text);
  return parsed && matches(*parsed, {author, name, text});
}

TEST(Query, AllWordsMustBeThereInAnyOrder) {
  EXPECT_TRUE(finds("eight raid", "The raid is at eight"));
  EXPECT_FALSE(finds("eight raid", "The raid is at nine"));
}

TEST(Query, AWordIsNotAPartOfAnother) { EXPECT_FALSE(finds("rai", "The raid")); }

TEST(Query, QuotesAskForAPhrase) {
  EXPECT_TRUE(finds("\"see you\"", "I see, you know"));
  EXPECT_FALSE(finds("\"see you\"", "you see"));
  EXPECT_FALSE(finds("\"see you\"", "see if you"));
  EXPECT_TRUE(finds("“see you”", "see you"));
  EXPECT_TRUE(finds("\"see you", "see you")) << "a quote that isn't closed";
}

TEST(Query, AStarAsksForABeginning) {
  EXPECT_TRUE(finds("rai*", "The raid"));
  EXPECT_FALSE(finds("aid*", "The raid"));
  EXPECT_TRUE(finds("don't*", "don'ts"));
}

TEST(Query, AMinusAsksForItsAbsence) {
  EXPECT_TRUE(finds("raid -boss", "raid"));
  EXPECT_FALSE(finds("raid -boss", "raid boss"));
  EXPECT_TRUE(finds("raid -\"final boss\"", "boss of the final raid"));
  EXPECT_FALSE(finds("raid -\"final boss\"", "raid, final boss"));
}

TEST(Query, FromAsksForTheUserOrTheNameShown) {
  EXPECT_TRUE(finds("from:ANN raid", "raid"));
  EXPECT_TRUE(finds("From:\"ann lee\"", "raid"));
  EXPECT_FALSE(finds("from:bob raid", "raid"));
  EXPECT_FALSE(finds("raid -from:ann", "raid"));
}

TEST(Query, ChineseIsFoundInsideOfASentence) {
  EXPECT_TRUE(finds("集合", "今晚集合在八点"));
  EXPECT_TRUE(finds("合", "今晚集合在八点"));
  EXPECT_FALSE(finds("集合", "集、合"));
  EXPECT_FALSE(finds("集合", "合集"));
  EXPECT_TRUE(finds("20時", "集合は20時"));
}

TEST(Query, OtherScriptsAreFoundToo) {
  EXPECT_TRUE(finds("strasse", "Die Straße"));
  EXPECT_TRUE(finds("NAÏVE", "naive"));
  EXPECT_TRUE(finds("สวัสดี", "สวัสดีครับ"));
  EXPECT_TRUE(finds("مرحبا", "قال: مَرْحَبًا!"));
  EXPECT_TRUE(finds("학교", "학교에서"));
  EXPECT_TRUE(finds("👋", "hi 👋"));
}

TEST(Query, PunctuationAloneIsNothing) {
  EXPECT_FALSE(parse_query(""));
  EXPECT_FALSE(parse_query("  ?! \"\" * - from:\"\""));
  EXPECT_EQ(parse_query("-boss").error().code, ErrorCode::kInvalidArgument) << "all that isn't something is too much";
}

TEST(Query, RefusesWhatIsTooLong) {
  EXPECT_TRUE(parse_query(std::string(kMaxQueryBytes, 'a')));
  EXPECT_EQ(parse_query(std::string(kMaxQueryBytes + 1, 'a')).error().code, ErrorCode::kInvalidArgument);
}

TEST(Query, RefusesTooManyWords) {
  std::string words;
  for (size_t i = 0; i < kMaxQueryWords; ++i) words += "a ";
  EXPECT_TRUE(parse_query(words));
  EXPECT_EQ(parse_query(words + "a").error().code, ErrorCode::kInvalidArgument);
}

TEST(Query, RefusesBrokenUtf8) { EXPECT_EQ(parse_query("a\xff").error().code, ErrorCode::kNotUtf8); }

}  // namespace
}  // namespace parley::search
