// SPDX-License-Identifier: Apache-2.0
#include "net/link/resend.h"

#include <gtest/gtest.h>

#include "net/link/byte_budget.h"
#include "tests/net/link/allocation_counter.h"

namespace parley::link {
namespace {

class ResendTest : public ::testing::Test {
 protected:
  ResendTest() {
    for (int i = 0; i < 50; ++i) rtt.add(Millis(100));
  }
  ~ResendTest() override { queue.drop_all(pool); }

  void send(uint64_t counter, double loss = 0) {
    const uint8_t bytes[100] = {};
    queue.add({counter, pool.keep(bytes), copy_schedule(loss, rtt.smoothed(), false), now}, rtt, pool);
  }
  ResendQueue::Acked ack(uint64_t highest, uint64_t before = 0) { return queue.on_ack({highest, before, 0, Micros(0)}, rtt, now, pool); }
  // Sends what is due until `end` and returns at which ms after the start.
  std::vector<int64_t> sendings_until(Micros end) {
    std::vector<int64_t> out;
    while (queue.due() <= start + end) {
      now = queue.due();
      InFlight* const flight = queue.first_due(now);
      queue.advance(*flight, {true, lossy}, rtt, now);
      out.push_back((now - start) / Millis(1));
    }
    now = start + end;
    return out;
  }

  ResendPool pool{1000};
  RttEstimate rtt;
  ResendQueue queue;
  bool lossy = true;
  const MonoTime start{Seconds(100)};
  MonoTime now = start;
};

TEST_F(ResendTest, CopiesLeaveByTheirSchedule) {
  send(1, 0.1);
  EXPECT_EQ(sendings_until(Millis(90)), (std::vector<int64_t>{5, 15, 40}));
}

TEST_F(ResendTest, AnAckCancelsWhatIsStillDue) {
  send(1, 0.1);
  EXPECT_EQ(sendings_until(Millis(10)), (std::vector<int64_t>{5}));
  EXPECT_EQ(ack(1).count, 1u);
  EXPECT_EQ(queue.due(), kNever);
  EXPECT_EQ(queue.size(), 0u);
}

TEST_F(ResendTest, AfterTheProbeTimeoutProbesAreDenseAndThenStretch) {
  send(1);
  const std::vector<int64_t> sent = sendings_until(Seconds(1));
  ASSERT_GE(sent.size(), 15u);
  EXPECT_EQ(sent[0], 102);
  for (size_t i = 1; i < ResendQueue::kDenseProbes; ++i) EXPECT_EQ(sent[i] - sent[i - 1], 20) << i;
  EXPECT_EQ(sent[13] - sent[12], 30);
  EXPECT_EQ(sent[14] - sent[13], 45);
}

TEST_F(ResendTest, WhereNothingIsLostProbesBecomeRareAtOnce) {
  lossy = false;
  send(1);
  EXPECT_EQ(sendings_until(Millis(500)), (std::vector<int64_t>{102, 122, 142, 182, 262, 422}));
}

TEST_F(ResendTest, WhoComesFarTooLateSendsOneCopyForAllThatWereDue) {
  send(1, 0.1);
  now = start + Millis(95);
  queue.advance(*queue.first_due(now), {}, rtt, now);
  EXPECT_EQ(queue.due(), start + Millis(102)) << "the probe timeout is next";
}

TEST_F(ResendTest, AProbeWaitsWhereAllAcksAreLate) {
  send(1);
  now = start + Millis(102);
  ASSERT_TRUE(queue.wait_for(*queue.first_due(now), rtt, Millis(50), now));
  now = start + Millis(152);
  EXPECT_FALSE(queue.wait_for(*queue.first_due(now), rtt, Millis(50), now));
  EXPECT_EQ(sendings_until(Millis(160)), (std::vector<int64_t>{152}));
}

TEST_F(ResendTest, WhatWasSentClearlyBeforeAnAckedDatagramIsLostAtOnce) {
  send(1);
  now += Millis(30);
  send(2);
  now = start + Millis(60);
  ack(2);
  EXPECT_EQ(queue.due(), now);
}

TEST_F(ResendTest, WhatWasSentShortlyBeforeMayJustBeReordered) {
  send(1);
  now += Millis(10);
  send(2);
  now = start + Millis(60);
  ack(2);
  EXPECT_EQ(queue.due(), start + Millis(102));
}

TEST_F(ResendTest, TheBitVectorAcksToo) {
  send(5);
  send(6);
  send(9);
  EXPECT_EQ(ack(9, uint64_t{1} << 60).count, 2u) << "9, and 9 - 4";
  EXPECT_EQ(queue.size(), 1u);
}

TEST_F(ResendTest, ARoundTripIsCertainWhileNoCopyCanHaveComeBack) {
  send(1);
  now += Millis(120);
  EXPECT_EQ(ack(1).rtt, Micros(Millis(120)));

  now = start;
  send(2, 0.1);
  sendings_until(Millis(103));  // the copy left at 5 ms and can't be back before 105
  auto acked = ack(2);
  EXPECT_TRUE(acked.certain);
  EXPECT_EQ(acked.rtt, Micros(Millis(103)));

  now = start;
  send(3, 0.1);
  sendings_until(Millis(107));
  EXPECT_FALSE(ack(3).certain);
}

TEST_F(ResendTest, ALongerPathIsBelievedAfterSomeUncertainSamples) {
  for (int i = 0; i < 8; ++i) rtt.add_uncertain(Millis(300));
  EXPECT_EQ(rtt.smoothed(), Micros(Millis(300)));
  EXPECT_EQ(rtt.minimum(), Micros(Millis(300)));
}

TEST_F(ResendTest, BeyondItsCapacityTheOldestIsGivenUp) {
  for (uint64_t i = 0; i < ResendQueue::kCapacity + 3; ++i) send(i);
  EXPECT_EQ(queue.size(), ResendQueue::kCapacity);
  EXPECT_EQ(ack(2).count, 0u);
  EXPECT_EQ(ack(3).count, 1u);
}

TEST(RetainedPool, GivesNothingBeyondItsBoundAndTakesBack) {
  RetainedPool pool(64);
  const std::vector<uint8_t> bytes(100, 7);
  std::vector<RetainedPool::Block> blocks;
  for (int i = 0; i < 64; ++i) blocks.push_back(pool.keep(bytes));
  EXPECT_TRUE(blocks.back());
  EXPECT_FALSE(pool.keep(bytes));
  pool.release(blocks[3]);
  EXPECT_FALSE(blocks[3]);
  EXPECT_TRUE(pool.keep(bytes));
}

TEST(ResendPool, IsReadyForAsManySessionsAsItPreparedForAndGrowsForMore) {
  constexpr size_t kSessions = 32;
  ResendPool pool{1000};
  pool.prepare(kSessions);
  const uint8_t bytes[100] = {};
  const RttEstimate rtt;
  std::vector<ResendQueue> queues(kSessions + 1);
  const auto send = [&](ResendQueue& queue) { queue.add({1, pool.keep(bytes), {}, MonoTime(Seconds(1))}, rtt, pool); };
  const uint64_t before = test::allocations();
  for (size_t i = 0; i < kSessions; ++i) send(queues[i]);
  EXPECT_EQ(test::allocations(), before);
  send(queues.back());
  EXPECT_GT(test::allocations(), before) << "the counter counts";
  for (ResendQueue& queue : queues) queue.drop_all(pool);
}

TEST(ByteBudget, AllowsItsBurstThenItsRate) {
  ByteBudget budget(1000, 500);
  const MonoTime start(Seconds(9));
  EXPECT_TRUE(budget.take(500, start));
  EXPECT_FALSE(budget.take(1, start));
  EXPECT_FALSE(budget.take(101, start + Millis(100)));
  EXPECT_TRUE(budget.take(99, start + Millis(100)));
}

TEST(ByteBudget, WhatCanBeDoneWithoutLeavesTheRestToWhatCant) {
  ByteBudget budget(1000, 400);
  const MonoTime start{Seconds(1)};
  EXPECT_TRUE(budget.take(200, start, 0.5));
  EXPECT_FALSE(budget.take(1, start, 0.5));
  EXPECT_TRUE(budget.take(200, start));
}

}  // namespace
}  // namespace parley::link
