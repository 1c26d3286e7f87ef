// SPDX-License-Identifier: Apache-2.0
#include "core/room/room_rules.h"

#include <gtest/gtest.h>

namespace parley::room {
namespace {

TEST(RoomRulesTest, BoundsAreReadAndWrittenTheSame) {
  for (const char* text : {"forever", "30d", "90m", "1000entries", "64MiB", "empty:1m", "7d,500entries,1GiB,empty:90s"})
    EXPECT_EQ(to_text(parse_keep(text).value()), text);
  const Keep keep = parse_keep("2h,10entries,3KiB,empty:5s").value();
  EXPECT_EQ(keep.age, Seconds(7200));
  EXPECT_EQ(keep.entries, 10u);
  EXPECT_EQ(keep.bytes, 3072u);
  EXPECT_EQ(keep.empty, Seconds(5));
}

TEST(RoomRulesTest, WhatIsNoBoundIsNamed) {
  for (const char* text :
       {"", "0d", "10", "10x", "-5d", "entries", "empty:", "empty:5MiB", "3d,,4d", "99999999999999999999d", "forever,3d"}) {
    const auto keep = parse_keep(text);
    ASSERT_FALSE(keep) << text;
    EXPECT_EQ(keep.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(RoomRulesTest, TheFirstRuleThatSaysSomethingCounts) {
  RoomRules rules{
      .otherwise = {.keep = parse_keep("90d").value()},
      .rules = {parse_rule("match-1 late-joiners=all").value(), parse_rule("match-* keep=empty:60s late-joiners=nothing").value(),
                parse_rule("* late-joiners=since-joining").value()}};
  EXPECT_EQ(rules.of("match-1").keep, parse_keep("empty:60s").value());
  EXPECT_EQ(rules.of("match-1").late_joiners, LateJoiners::kAll);
  EXPECT_EQ(rules.of("match-2").late_joiners, LateJoiners::kNothing);
  EXPECT_EQ(rules.of("lobby").keep, parse_keep("90d").value());
  EXPECT_EQ(rules.of("lobby").late_joiners, LateJoiners::kSinceJoining);
}

TEST(RoomRulesTest, RulesAreReadAndWrittenTheSame) {
  for (const char* text : {"match-* keep=empty:1m late-joiners=nothing", "lobby keep=forever", "* late-joiners=since-joining"})
    EXPECT_EQ(to_text(parse_rule(text).value()), text);
  for (const char* text : {"", "lobby", "lo*bby keep=1d", "lobby keep=x", "lobby late-joiners=some", "lobby what=1d"})
    EXPECT_FALSE(parse_rule(text)) << text;
}

}  // namespace
}  // namespace parley::room
