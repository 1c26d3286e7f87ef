// SPDX-License-Identifier: Apache-2.0
#include "core/search/words.h"

#include <gtest/gtest.h>

namespace parley::search {
namespace {

std::vector<std::string> texts(std::string_view text) {
  std::vector<std::string> out;
  for (const Word& word : words_of(text)) out.push_back(word.text);
  return out;
}
using Texts = std::vector<std::string>;

TEST(Words, AreWhatStandsBetweenSeparators) {
  EXPECT_EQ(texts("Hello, world! user_name 20:30"), (Texts{"hello", "world", "user_name", "20", "30"}));
}

TEST(Words, WithoutSpacesEachCharacterIsOne) { EXPECT_EQ(texts("集合は20時"), (Texts{"集", "合", "は", "20", "時"})); }

TEST(Words, NeighboursAreGluedUnlessSomethingStandsBetween) {
  const auto words = words_of("集合、は 20時");
  ASSERT_EQ(words.size(), 5u);
  EXPECT_FALSE(words[0].glued);
  EXPECT_TRUE(words[1].glued);
  EXPECT_FALSE(words[2].glued);
  EXPECT_FALSE(words[3].glued);
  EXPECT_TRUE(words[4].glued);
  EXPECT_TRUE(is_pair(words[0], words[1]));
  EXPECT_FALSE(is_pair(words[1], words[2]));
  EXPECT_FALSE(is_pair(words[3], words[4])) << "20 is a word with spaces";
}

TEST(Words, ALongOneIsCutAtACharacter) {
  const auto words = words_of(std::string(63, 'a') + "éé");
  ASSERT_EQ(words.size(), 1u);
  EXPECT_EQ(words[0].text.size(), kMaxWordBytes);
  const auto cyrillic = words_of("а" + std::string(62, 'a') + "яя");
  EXPECT_EQ(cyrillic[0].text, "а" + std::string(62, 'a'));
}

TEST(Words, EmojiAreWords) { EXPECT_EQ(texts("hi 👋🏽!"), (Texts{"hi", "👋"})); }

}  // namespace
}  // namespace parley::search
