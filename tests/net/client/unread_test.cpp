// SPDX-License-Identifier: Apache-2.0
#include "net/client/unread.h"

#include <gtest/gtest.h>

namespace parley::client {
namespace {

class UnreadTest : public ::testing::Test {
 protected:
  void messages(uint64_t first, uint64_t last) {
    for (uint64_t i = first; i <= last; ++i) unread_.on_message(Sequence(i), false);
  }
  Unread unread_;
};

TEST_F(UnreadTest, GoesOnFromTheServersCount) {
  unread_.on_info({.read = Sequence(4), .head = Sequence(10), .unread = 5, .mentions = 2});
  messages(11, 13);
  unread_.on_message(Sequence(14), true);
  EXPECT_EQ(unread_.unread(), 9u);
  EXPECT_EQ(unread_.mentions(), 3u);
}

TEST_F(UnreadTest, WhatTheCatchUpBroughtIsntCountedTwice) {
  messages(5, 12);
  unread_.on_info({.read = Sequence(4), .head = Sequence(10), .unread = 6, .mentions = 0});
  EXPECT_EQ(unread_.unread(), 8u);
}

TEST_F(UnreadTest, AMarkAmongTheNewestNeedsNoQuestion) {
  unread_.on_info({.read = Sequence(10), .head = Sequence(10), .unread = 0, .mentions = 0});
  messages(11, 20);
  EXPECT_TRUE(unread_.mark(Sequence(15)));
  EXPECT_EQ(unread_.unread(), 5u);
  EXPECT_FALSE(unread_.stale());
}

TEST_F(UnreadTest, AMarkAmongTheOlderOnesNeedsTheServersCount) {
  unread_.on_info({.read = Sequence(0), .head = Sequence(10), .unread = 9, .mentions = 1});
  messages(11, 12);
  unread_.mark(Sequence(5));
  EXPECT_TRUE(unread_.stale());
  unread_.on_info({.read = Sequence(5), .head = Sequence(12), .unread = 6, .mentions = 0});
  EXPECT_FALSE(unread_.stale());
  EXPECT_EQ(unread_.unread(), 6u);
}

TEST_F(UnreadTest, MarksNeverGoBack) {
  messages(1, 5);
  EXPECT_TRUE(unread_.mark(Sequence(4)));
  EXPECT_FALSE(unread_.mark(Sequence(2)));
  EXPECT_EQ(unread_.unread(), 1u);
}

TEST_F(UnreadTest, AnAnswerThatDoesntKnowTheLastMarkChangesNothing) {
  messages(1, 9);
  unread_.mark(Sequence(9));
  unread_.on_info({.read = Sequence(3), .head = Sequence(9), .unread = 6, .mentions = 0});
  EXPECT_EQ(unread_.unread(), 0u);
}

TEST_F(UnreadTest, ManyMessagesAndMarksInTurnAreCountedRight) {
  for (uint64_t at = 1; at <= 3000; at += 3) {
    messages(at, at + 2);
    EXPECT_TRUE(unread_.mark(Sequence(at + 1)));
    EXPECT_EQ(unread_.unread(), 1u) << at;
  }
}

TEST_F(UnreadTest, ItsMemoryIsBoundedAndTheCountIsnt) {
  messages(1, 5000);
  EXPECT_EQ(unread_.unread(), 5000u);
  unread_.mark(Sequence(4990));
  EXPECT_EQ(unread_.unread(), 10u);
}

TEST_F(UnreadTest, WhatWasNeverStoredIsntUnread) {
  messages(1, 10);
  unread_.rollback(Sequence(7));
  EXPECT_EQ(unread_.unread(), 7u);
  messages(8, 8);
  EXPECT_EQ(unread_.unread(), 8u);
}

}  // namespace
}  // namespace parley::client
