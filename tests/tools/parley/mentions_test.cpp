// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/mentions.h"

#include <gtest/gtest.h>

#include "tools/parley/emoji_names.h"

namespace parley::terminal {
namespace {

const Members kHere{{"ann", "Ann"}, {"lee", "Ann Lee"}, {"mei", "美"}, {"u-7", "José"}, {"jo", "Jo"}};
using Users = std::vector<std::string>;

TEST(Mentions, AreFoundByNameAndByUserIdInAnyCase) {
  EXPECT_EQ(mentioned_in("@ann and @JO, look", kHere), (Users{"ann", "jo"}));
  EXPECT_EQ(mentioned_in("@u-7!", kHere), (Users{"u-7"}));
  EXPECT_EQ(mentioned_in("@José?", kHere), (Users{"u-7"}));
  EXPECT_EQ(mentioned_in("你好@美，来吗", kHere), (Users{}));
  EXPECT_EQ(mentioned_in("你好 @美 来吗", kHere), (Users{"mei"}));
}

TEST(Mentions, TheLongestNameWins) {
  EXPECT_EQ(mentioned_in("@Ann Lee, hi", kHere), (Users{"lee"}));
  EXPECT_EQ(mentioned_in("@Ann leaves", kHere), (Users{"ann"}));
}

TEST(Mentions, PartsOfWordsAndAddressesAreNone) { EXPECT_EQ(mentioned_in("@annabel @job ann@jo.org @nobody @", kHere), (Users{})); }

TEST(Mentions, EachUserOnce) { EXPECT_EQ(mentioned_in("@ann @Ann @ann", kHere), (Users{"ann"})); }

TEST(EmojiNames, AreTakenWithAndWithoutColons) {
  EXPECT_EQ(emoji_of(":thumbsup:"), "👍");
  EXPECT_EQ(emoji_of("+1"), "👍");
  EXPECT_EQ(emoji_of("🍕"), "🍕");
  EXPECT_EQ(emoji_of(":no such:"), ":no such:");
}

}  // namespace
}  // namespace parley::terminal
