// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/loaded.h"

#include <gtest/gtest.h>

namespace parley::terminal {
namespace {

TEST(Loaded, LiveNumbersAreConnected) {
  Loaded loaded;
  loaded.live(51);
  loaded.live(60);
  EXPECT_EQ(loaded.first(), 51u);
  EXPECT_TRUE(loaded.has(55));
  EXPECT_FALSE(loaded.has(50));
  EXPECT_FALSE(loaded.has(61));
  EXPECT_TRUE(loaded.holes().empty());
}

TEST(Loaded, AJumpLeavesAHoleThatPagesFill) {
  Loaded loaded;
  loaded.live(100);
  loaded.cover(10, 20);
  ASSERT_EQ(loaded.holes().size(), 1u);
  EXPECT_EQ(loaded.holes()[0].from, 21u);
  EXPECT_EQ(loaded.holes()[0].to, 100u);
  loaded.cover(21, 60);
  EXPECT_EQ(loaded.holes()[0].from, 61u);
  loaded.cover(61, 99);
  EXPECT_TRUE(loaded.holes().empty());
  EXPECT_EQ(loaded.first(), 10u);
}

TEST(Loaded, OverlapsBecomeOne) {
  Loaded loaded;
  loaded.cover(10, 20);
  loaded.cover(30, 40);
  loaded.cover(15, 35);
  EXPECT_TRUE(loaded.holes().empty());
  EXPECT_TRUE(loaded.has(40));
  loaded.cover(0, 5);
  loaded.cover(9, 8);
  EXPECT_EQ(loaded.first(), 10u);
}

TEST(Loaded, RolledBackNumbersAreNotThere) {
  Loaded loaded;
  loaded.live(5);
  loaded.live(9);
  loaded.roll_back(7);
  EXPECT_FALSE(loaded.has(8));
  loaded.live(8);
  EXPECT_TRUE(loaded.has(8));
  loaded.roll_back(2);
  EXPECT_EQ(loaded.first(), 0u);
}

}  // namespace
}  // namespace parley::terminal
