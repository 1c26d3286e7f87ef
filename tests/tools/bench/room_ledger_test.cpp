// SPDX-License-Identifier: Apache-2.0
// The judge of a soak must see what it is there for.
#include "tools/bench/load/room_ledger.h"

#include <gtest/gtest.h>

namespace parley::bench {
namespace {

// Two senders, two members; both joined the empty room.
class RoomLedgerTest : public testing::Test {
 protected:
  void both_get(uint64_t sequence, uint32_t sender, uint32_t number) {
    for (const int member : {0, 1}) ledger_.received(member, sequence, {0, sender, number});
  }
  RoomLedger ledger_{2, 2};
};

TEST_F(RoomLedgerTest, APerfectRoomHasNoFaults) {
  both_get(1, 0, 0);
  both_get(2, 1, 0);
  both_get(3, 0, 1);
  EXPECT_EQ(ledger_.finish({2, 1}).total(), 0u);
  EXPECT_EQ(ledger_.newest(), 3u);
}

TEST_F(RoomLedgerTest, WhatNeverGotAPlaceIsLost) {
  both_get(1, 0, 0);
  EXPECT_EQ(ledger_.finish({2, 0}).lost, 1u);
}

TEST_F(RoomLedgerTest, WhatAMemberNeverGotIsLost) {
  both_get(1, 0, 0);
  ledger_.received(0, 2, {0, 0, 1});
  EXPECT_EQ(ledger_.finish({2, 0}).lost, 1u);
}

TEST_F(RoomLedgerTest, AHoleInASendersNumbersIsLost) {
  both_get(1, 0, 1);
  EXPECT_EQ(ledger_.finish({2, 0}).lost, 1u);
}

TEST_F(RoomLedgerTest, TwoPlacesForOneMessageAreDoubled) {
  both_get(1, 0, 0);
  both_get(2, 0, 0);
  EXPECT_EQ(ledger_.finish({1, 0}).doubled, 1u);
}

TEST_F(RoomLedgerTest, TheSameSequenceAgainIsOutOfOrder) {
  both_get(1, 0, 0);
  ledger_.received(0, 1, {0, 0, 0});
  EXPECT_EQ(ledger_.faults().out_of_order, 1u);
}

TEST_F(RoomLedgerTest, AnotherMessageUnderTheSameSequenceIsOutOfOrder) {
  ledger_.received(0, 1, {0, 0, 0});
  ledger_.received(1, 1, {0, 1, 0});
  EXPECT_EQ(ledger_.faults().out_of_order, 1u);
}

TEST_F(RoomLedgerTest, AMemberWhoJoinsLateNeedsNothingOfBefore) {
  ledger_.received(0, 1, {0, 0, 0});
  ledger_.joined(1, 1);
  both_get(2, 0, 1);
  EXPECT_EQ(ledger_.finish({2, 0}).total(), 0u);
}

TEST_F(RoomLedgerTest, AfterACrashTheTailComesAnew) {
  both_get(1, 0, 0);
  both_get(2, 0, 1);
  ledger_.received(0, 3, {0, 1, 0});  // the other one didn't get it before the crash
  ledger_.rolled_back(0, 1, 1);
  ledger_.received(0, 2, {0, 1, 0});  // in another order than before
  ledger_.rolled_back(1, 1, 1);
  ledger_.received(1, 2, {0, 1, 0});
  both_get(3, 0, 1);
  EXPECT_EQ(ledger_.finish({2, 1}).total(), 0u);
}

TEST_F(RoomLedgerTest, ARollbackOfTheSecondMemberTakesNothingBackAgain) {
  both_get(1, 0, 0);
  both_get(2, 0, 1);
  ledger_.rolled_back(0, 1, 1);
  ledger_.received(0, 2, {0, 1, 0});
  ledger_.rolled_back(1, 1, 1);
  EXPECT_EQ(ledger_.newest(), 2u);
  ledger_.received(1, 2, {0, 1, 0});
  EXPECT_EQ(ledger_.faults().total(), 0u);
}

TEST_F(RoomLedgerTest, WhatACrashTookAndNobodySaidAgainIsLost) {
  both_get(1, 0, 0);
  both_get(2, 0, 1);
  ledger_.rolled_back(0, 1, 1);
  ledger_.rolled_back(1, 1, 1);
  EXPECT_EQ(ledger_.finish({2, 0}).lost, 1u);
}

TEST_F(RoomLedgerTest, HoursCostNoMemoryAndNoFaults) {
  const uint32_t many = 3 * RoomLedger::kKept;
  for (uint32_t i = 0; i < many; ++i) both_get(i + 1, 0, i);
  EXPECT_EQ(ledger_.finish({many, 0}).total(), 0u);
}

}  // namespace
}  // namespace parley::bench
