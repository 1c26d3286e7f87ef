// SPDX-License-Identifier: Apache-2.0
#include "core/bus/spsc_queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace parley::bus {
namespace {

TEST(SpscQueueTest, ReturnsValuesInTheOrderOfPushing) {
  SpscQueue<int> queue(4);
  for (int round = 0; round < 10; ++round) {
    EXPECT_TRUE(queue.push(2 * round));
    EXPECT_TRUE(queue.push(2 * round + 1));
    EXPECT_EQ(queue.pop(), 2 * round);
    EXPECT_EQ(queue.pop(), 2 * round + 1);
  }
}

TEST(SpscQueueTest, AnEmptyQueueGivesNothing) {
  SpscQueue<int> queue(1);
  EXPECT_EQ(queue.pop(), std::nullopt);
  queue.push(1);
  queue.pop();
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(SpscQueueTest, RefusesAndKeepsTheValueWhenFull) {
  SpscQueue<std::unique_ptr<int>> queue(2);
  EXPECT_TRUE(queue.push(std::make_unique<int>(1)));
  EXPECT_TRUE(queue.push(std::make_unique<int>(2)));
  auto third = std::make_unique<int>(3);
  EXPECT_FALSE(queue.push(std::move(third)));
  ASSERT_NE(third, nullptr);
  queue.pop();
  EXPECT_TRUE(queue.push(std::move(third)));
  EXPECT_EQ(third, nullptr);
}

TEST(SpscQueueTest, CountsWhatWaits) {
  SpscQueue<std::string> queue(4);
  EXPECT_EQ(queue.size(), 0u);
  queue.push("a string that is too long for the small buffer");
  queue.push("b");
  EXPECT_EQ(queue.size(), 2u);
  queue.pop();
  EXPECT_EQ(queue.size(), 1u);
}

TEST(SpscQueueTest, DestroysWhatWasLeftInIt) {
  auto counted = std::make_shared<int>(0);
  {
    SpscQueue<std::shared_ptr<int>> queue(4);
    for (int i = 0; i < 3; ++i) queue.push(std::shared_ptr<int>(counted));
    queue.pop();
    EXPECT_EQ(counted.use_count(), 3);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

TEST(SpscQueueTest, TakesTypesThatHaveNoDefault) {
  struct NoDefault {
    explicit NoDefault(int v) : value(v) {}
    int value;
  };
  SpscQueue<NoDefault> queue(2);
  queue.push(NoDefault(7));
  EXPECT_EQ(queue.pop()->value, 7);
}

TEST(SpscQueueDeathTest, ACapacityThatIsNoPowerOfTwoIsOurBug) { EXPECT_DEATH(SpscQueue<int>(3), "power of two"); }

}  // namespace
}  // namespace parley::bus
