// SPDX-License-Identifier: Apache-2.0
#include "core/identity/rate_limit.h"

#include <gtest/gtest.h>

#include "core/base/random.h"

namespace parley::identity {
namespace {

constexpr MonoTime at(int64_t us) { return MonoTime(Micros(us)); }

TEST(TokenBucket, GivesItsBurstAndThenItsRate) {
  TokenBucket bucket({10, 3});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(at(0)));
  EXPECT_FALSE(bucket.take(at(0)));
  EXPECT_FALSE(bucket.take(at(99'000)));
  EXPECT_TRUE(bucket.take(at(101'000)));
  EXPECT_FALSE(bucket.take(at(101'000)));
}

TEST(TokenBucket, NeverHoldsMoreThanItsBurst) {
  TokenBucket bucket({10, 2});
  EXPECT_TRUE(bucket.take(at(0)));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(bucket.take(at(3'600'000'000)));
  EXPECT_FALSE(bucket.take(at(3'600'000'000)));
}

TEST(TokenBucket, AfterRetryAfterATokenIsThere) {
  SeededRandom random(1);
  TokenBucket bucket({7, 5});
  MonoTime now = at(12345);
  for (int i = 0; i < 10'000; ++i) {
    const Micros wait = bucket.retry_after(now);
    if (wait > Micros(0)) {
      ASSERT_FALSE(bucket.take(now));
    }
    now += wait + Micros(static_cast<int64_t>(random.below(3)));
    ASSERT_TRUE(bucket.take(now)) << i;
  }
  EXPECT_NEAR(static_cast<double>(now.time_since_epoch().count()) / 1e6, 10'000 / 7.0, 2);  // the rate held over all of them
}

TEST(TokenBucket, AClockThatGoesBackGivesNothingTwice) {
  TokenBucket bucket({1, 1});
  EXPECT_TRUE(bucket.take(at(5'000'000)));
  EXPECT_FALSE(bucket.take(at(1'000'000)));
  EXPECT_FALSE(bucket.take(at(5'500'000)));
  EXPECT_TRUE(bucket.take(at(6'100'000)));
}

TEST(TokenBucket, ARateOfZeroSaysSo) {
  TokenBucket bucket({0, 1});
  EXPECT_TRUE(bucket.take(at(0)));
  EXPECT_FALSE(bucket.take(at(1'000'000'000)));
  EXPECT_EQ(bucket.retry_after(at(0)), Micros::max());
}

}  // namespace
}  // namespace parley::identity
