// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/room_log.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/random.h"

namespace parley::terminal {
namespace {

Line message(uint64_t sequence, uint64_t own_number = 0) {
  Line line;
  line.sequence = sequence;
  line.number = own_number;
  line.text = "m" + std::to_string(sequence);
  return line;
}

std::string texts(const RoomLog& log) {
  std::string out;
  for (const Line& line : log.lines()) out += (out.empty() ? "" : " ") + line.text;
  return out;
}

class RoomLogTest : public testing::Test {
 protected:
  void say(uint64_t number) {
    Line line = message(0, number);
    line.text = "own" + std::to_string(number);
    log_.add_pending(line);
  }
  RoomLog log_;
};

TEST_F(RoomLogTest, PutsPagesBeforeWhatIsThere) {
  for (const uint64_t sequence : {5, 6, 3, 4, 1, 2, 7}) EXPECT_TRUE(log_.add(message(sequence)));
  EXPECT_EQ(texts(log_), "m1 m2 m3 m4 m5 m6 m7");
  EXPECT_EQ(log_.oldest(), 1u);
  EXPECT_EQ(log_.newest(), 7u);
}

TEST_F(RoomLogTest, ShowsAMessageOnce) {
  EXPECT_TRUE(log_.add(message(1)));
  EXPECT_FALSE(log_.add(message(1)));
  EXPECT_EQ(log_.lines().size(), 1u);
}

TEST_F(RoomLogTest, ARepeatIsFoundBehindANotice) {
  log_.add(message(1));
  log_.add_notice("n", 0);
  log_.add(message(2));
  EXPECT_FALSE(log_.add(message(1)));
  EXPECT_FALSE(log_.add(message(2)));
  EXPECT_EQ(texts(log_), "m1 n m2");
}

TEST_F(RoomLogTest, AnErasedUsersLinesStayWithoutHim) {
  for (const uint64_t sequence : {1, 2, 3}) {
    Line line = message(sequence);
    line.user = line.name = sequence == 2 ? "ann" : "ben";
    log_.add(std::move(line));
  }
  Line reply = message(4);
  reply.user = "ann";
  reply.reply_to = 1;
  log_.add(std::move(reply));
  log_.change({.kind = Change::Kind::kReaction, .target = 2, .sequence = 5, .user = "ben", .text = "+1"});
  log_.change({.kind = Change::Kind::kEdit, .target = 1, .sequence = 6, .user = "ben", .text = "edited"});
  log_.erase("ben", 2);
  EXPECT_EQ(log_.find(1)->text, "");
  EXPECT_EQ(log_.find(1)->user, "");
  EXPECT_TRUE(log_.find(1)->deleted);
  EXPECT_EQ(log_.find(2)->text, "m2");
  EXPECT_EQ(log_.find(3)->text, "m3") << "he said that later";
  EXPECT_EQ(log_.find(4)->reply, "[erased]");
  log_.erase("ben", 6);
  EXPECT_TRUE(log_.find(2)->reactions.empty());
  EXPECT_EQ(log_.find(3)->user, "");
  EXPECT_EQ(log_.lines().size(), 4u);
}

TEST_F(RoomLogTest, OwnLinesMoveToTheirPlace) {
  log_.add(message(1));
  say(1);
  log_.add(message(2));
  EXPECT_EQ(texts(log_), "m1 m2 own1");
  log_.mark_ordered(1, 3);
  log_.add(message(4));
  EXPECT_EQ(texts(log_), "m1 m2 own1 m4");
  EXPECT_EQ(log_.lines()[2].mark, Mark::kOrdered);
}

TEST_F(RoomLogTest, TheOwnMessageTakesThePlaceOfThePendingLine) {
  say(7);
  const uint64_t id = log_.lines()[0].id;
  EXPECT_FALSE(log_.add(message(1, 7)));
  ASSERT_EQ(log_.lines().size(), 1u);
  EXPECT_EQ(log_.lines()[0].id, id);
  EXPECT_EQ(log_.lines()[0].mark, Mark::kOrdered);
}

TEST_F(RoomLogTest, MarksOnlyEverGoForward) {
  say(1);
  log_.mark_durable(1);
  log_.mark_ordered(1, 1);
  log_.add(message(1, 1));
  EXPECT_EQ(log_.lines()[0].mark, Mark::kDurable);
}

TEST_F(RoomLogTest, DurableCountsForAllBeforeIt) {
  say(1);
  say(2);
  say(3);
  log_.mark_failed(1, "too long");
  log_.mark_durable(2);
  EXPECT_EQ(log_.lines()[0].mark, Mark::kFailed);
  EXPECT_EQ(log_.lines()[0].why, "too long");
  EXPECT_EQ(log_.lines()[1].mark, Mark::kDurable);
  EXPECT_EQ(log_.lines()[2].mark, Mark::kSent);
}

TEST_F(RoomLogTest, ARollBackDropsOthersAndMakesOwnWaitAgain) {
  log_.add(message(1));
  log_.add(message(2));
  say(1);
  log_.mark_ordered(1, 3);
  log_.add(message(4));
  log_.add_notice("n", 0);
  log_.roll_back(1);
  EXPECT_EQ(texts(log_), "m1 n own1");
  EXPECT_EQ(log_.lines()[2].mark, Mark::kSent);
  EXPECT_TRUE(log_.add(message(2)));
  log_.mark_ordered(1, 3);
  EXPECT_EQ(texts(log_), "m1 n m2 own1");
}

TEST_F(RoomLogTest, ForgetsTheOldestWhenItIsFull) {
  for (uint64_t i = 1; i <= RoomLog::kMaxLines + 5; ++i) log_.add(message(i));
  EXPECT_EQ(log_.lines().size(), RoomLog::kMaxLines);
  EXPECT_EQ(log_.oldest(), 6u);
}

// Whatever the order of pages, live messages, receipts, repeats and roll-backs, the numbers stand in order, each once.
TEST_F(RoomLogTest, StaysInOrderUnderAnyEvents) {
  SeededRandom random(9);
  uint64_t number = 0;
  for (int i = 0; i < 3000; ++i) {
    const uint64_t dice = random.below(20);
    if (dice == 0) say(++number);
    if (dice == 1 && number > 0) log_.mark_ordered(1 + random.below(number), 1 + random.below(500));
    if (dice == 2) log_.add_notice("n", 0);
    if (dice == 3) log_.roll_back(random.below(500));
    if (dice == 4) log_.mark_durable(random.below(number + 1));
    if (dice > 4) log_.add(message(1 + random.below(500)));
    uint64_t last = 0;
    bool pending = false;
    for (const Line& line : log_.lines()) {
      if (line.kind == Line::Kind::kNotice) continue;
      pending = pending || line.sequence == 0;
      ASSERT_TRUE(!pending || line.sequence == 0);
      ASSERT_TRUE(pending || line.sequence >= last);
      last = line.sequence;
    }
  }
}

}  // namespace
}  // namespace parley::terminal
