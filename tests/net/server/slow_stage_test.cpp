// SPDX-License-Identifier: Apache-2.0
#include "net/server/slow_stage.h"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

TEST(SlowStage, GoesStepByStepWithTheWorstOfTheThree) {
  EXPECT_EQ(stage_of({}), Stage::kFollows);
  EXPECT_EQ(stage_of({.bytes = kMaxWaitingBytes / 4, .entries = kMaxWaitingEntries / 4, .oldest = kMaxWaiting / 4}), Stage::kFollows);
  EXPECT_EQ(stage_of({.bytes = kMaxWaitingBytes / 4 + 1}), Stage::kNoSignals);
  EXPECT_EQ(stage_of({.entries = kMaxWaitingEntries / 2 + 1}), Stage::kNoPresence);
  EXPECT_EQ(stage_of({.entries = kMaxWaitingEntries}), Stage::kNoPresence);
  EXPECT_EQ(stage_of({.bytes = 1, .entries = 1, .oldest = kMaxWaiting + Micros(1)}), Stage::kNoEntries);
}

}  // namespace
}  // namespace parley::server
