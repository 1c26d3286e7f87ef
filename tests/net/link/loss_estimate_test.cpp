// SPDX-License-Identifier: Apache-2.0
#include "net/link/loss_estimate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>

#include "core/base/random.h"
#include "net/link/congestion_guard.h"
#include "net/link/copy_schedule.h"

namespace parley::link {
namespace {

constexpr Micros kRtt = Millis(100);

// Sends one datagram every 20 ms over a path with that loss; acks come a round trip later.
class Path {
 public:
  void send(int count, double loss) {
    for (int i = 0; i < count; ++i) {
      estimate.on_sent(now_);
      if (random_.unit() >= loss) ++arrived_;
      acks_.push_back({now_ + kRtt, arrived_});
      while (!acks_.empty() && acks_.front().at <= now_) {
        estimate.on_ack(static_cast<uint16_t>(acks_.front().arrived), now_ - kRtt);
        acks_.pop_front();
      }
      now_ += Millis(20);
    }
  }
  LossEstimate estimate;

 private:
  struct Ack {
    MonoTime at;
    uint64_t arrived;
  };
  SeededRandom random_{11};
  MonoTime now_{Seconds(1)};
  uint64_t arrived_ = 0;
  std::deque<Ack> acks_;
};

TEST(LossEstimate, StartsWithASuspicion) {
  const LossEstimate estimate;
  EXPECT_EQ(copy_schedule(estimate.loss(), kRtt, false).count, 1u);
}

TEST(LossEstimate, ACleanPathIsCleanAfterSomeFiftyDatagrams) {
  Path path;
  path.send(55, 0);
  EXPECT_EQ(copy_schedule(path.estimate.loss(), kRtt, false).count, 0u);
}

TEST(LossEstimate, APathThatLosesOnePercentSeldomLooksClean) {
  Path path;
  path.send(2000, 0.01);
  int clean = 0;
  for (int i = 0; i < 10'000; ++i) {
    path.send(1, 0.01);
    if (copy_schedule(path.estimate.loss(), kRtt, false).count == 0) ++clean;
  }
  EXPECT_LT(clean, 300);
}

TEST(LossEstimate, FindsTheLossOfItsPath) {
  for (const double loss : {0.01, 0.05, 0.1, 0.2, 0.4}) {
    Path path;
    path.send(5000, loss);
    EXPECT_NEAR(path.estimate.lasting(), loss, 3 * std::sqrt(loss * (1 - loss) / 512) + 0.01) << loss;
    EXPECT_GE(path.estimate.loss(), path.estimate.lasting());
  }
}

TEST(LossEstimate, NoticesAStepWithinThirtyDatagramsAndForgetsItAgain) {
  Path path;
  path.send(1000, 0);
  path.send(30, 0.2);
  EXPECT_GT(path.estimate.loss(), 0.06);
  path.send(1200, 0);
  EXPECT_EQ(copy_schedule(path.estimate.loss(), kRtt, false).count, 0u);
}

TEST(LossEstimate, TheFirstLossAfterLongQuietCountsAsAPathThatTurnsBadForAWhile) {
  Path path;
  path.send(1000, 0);
  EXPECT_TRUE(path.estimate.quiet());
  EXPECT_FALSE(path.estimate.turned());
  path.send(1, 1);
  path.send(10, 0);
  EXPECT_TRUE(path.estimate.turned());
  path.send(100, 0);
  EXPECT_FALSE(path.estimate.turned());
}

TEST(LossEstimate, APathThatAlwaysLosesALittleDoesntTurnBadWithEachLoss) {
  Path path;
  path.send(2000, 0.01);
  int turned = 0;
  for (int i = 0; i < 10'000; ++i) {
    path.send(1, 0.01);
    if (path.estimate.turned()) ++turned;
  }
  EXPECT_LT(turned, 200);
}

TEST(LossEstimate, APeerThatClaimsMoreArrivalsThanWereSentGetsNothingByIt) {
  LossEstimate estimate;
  for (int i = 0; i < 100; ++i) estimate.on_sent(MonoTime(Millis(i)));
  estimate.on_ack(30'000, MonoTime(Seconds(9)));
  EXPECT_GE(estimate.loss(), 0);
  EXPECT_EQ(copy_schedule(estimate.loss(), kRtt, false).count, 0u);
}

TEST(LossEstimate, ALongTimeWithoutAcksIsNoLoss) {
  LossEstimate estimate;
  MonoTime now{Seconds(1)};
  uint16_t sent = 0;
  for (; sent < 1000; ++sent) estimate.on_sent(now += Seconds(1));
  estimate.on_sent(now + Millis(90));
  estimate.on_ack(sent, now);  // doesn't know of the last one yet
  for (int i = 0; i < 100; ++i) {
    now += Seconds(1);
    estimate.on_sent(now);
    sent = static_cast<uint16_t>(sent + (i == 0 ? 2 : 1));
    estimate.on_ack(sent, now);
    EXPECT_LT(estimate.loss(), 0.003) << i;
  }
}

TEST(LossEstimate, CountsOnAcrossTheCarryOfThePeersCount) {
  Path path;
  path.send(70'000, 0.1);
  EXPECT_NEAR(path.estimate.lasting(), 0.1, 0.05);
}

TEST(LossEstimate, AnAckOfVeryManyDatagramsForgetsWhatWasBefore) {
  Path path;
  path.send(1000, 0.3);
  MonoTime now{Seconds(10'000)};
  for (int i = 0; i < 70'000; ++i) path.estimate.on_sent(now += Millis(2));
  for (uint64_t arrived = path.estimate.arrived(); arrived < path.estimate.sent();
       arrived = std::min(arrived + 30'000, path.estimate.sent()))
    path.estimate.on_ack(static_cast<uint16_t>(arrived), MonoTime(Seconds(9'000)));
  path.estimate.on_ack(static_cast<uint16_t>(path.estimate.sent()), now);
  EXPECT_EQ(path.estimate.recent(), LossEstimate::kUnknownLoss) << "16 bits can't tell how much was lost meanwhile";
}

// As the windows are defined, by looking at all checkpoints, one after the other.
class PlainWindows {
 public:
  double loss(uint64_t window, double prior_sent, double prior_lost, const LossEstimate& now) const {
    size_t at = checkpoints_.size() - 1;
    while (at > 0 && now.settled() - checkpoints_[at].settled < window) --at;
    const auto sent = static_cast<double>(now.settled() - checkpoints_[at].settled);
    const auto arrived = static_cast<double>(now.arrived() - checkpoints_[at].arrived);
    return (std::max(0.0, sent - arrived) + prior_lost) / (sent + prior_sent);
  }
  void add(const LossEstimate& now) {
    if (now.settled() - checkpoints_.back().settled < 8) return;
    checkpoints_.push_back({now.settled(), now.arrived()});
    if (checkpoints_.size() > LossEstimate::kLongWindow / 8 + 2) checkpoints_.pop_front();
  }

 private:
  struct Checkpoint {
    uint64_t settled = 0, arrived = 0;
  };
  std::deque<Checkpoint> checkpoints_{{}};
};

TEST(LossEstimate, WindowsReachBackAsFarAsTheyShouldHoweverUnevenlyAcksCome) {
  LossEstimate estimate;
  PlainWindows plain;
  SeededRandom random{5};
  MonoTime now{Seconds(1)};
  uint64_t arrived = 0;
  for (int ack = 0; ack < 5000; ++ack) {
    const uint64_t burst = random.below(ack % 500 < 250 ? 3 : 90);
    for (uint64_t i = 0; i < burst; ++i) {
      estimate.on_sent(now += Millis(2));
      if (random.unit() < 0.9) ++arrived;
    }
    estimate.on_ack(static_cast<uint16_t>(arrived), now);
    ASSERT_DOUBLE_EQ(estimate.recent(), plain.loss(64, 8, 0.1, estimate)) << ack;
    ASSERT_DOUBLE_EQ(estimate.lasting(), plain.loss(1024, 20, 0.2, estimate)) << ack;
    plain.add(estimate);
  }
}

TEST(CopySchedule, SendsMoreCopiesTheMoreIsLost) {
  size_t before = 0;
  for (const double loss : {0.0, 0.01, 0.04, 0.1, 0.3}) {
    const CopySchedule schedule = copy_schedule(loss, Millis(100), false);
    EXPECT_EQ(schedule.count, before++) << loss;
  }
}

TEST(CopySchedule, AnUplinkAlwaysGetsASecondCopy) { EXPECT_EQ(copy_schedule(0, Millis(100), true).count, 1u); }

TEST(CopySchedule, IsTwiceAsFastOnAShortPath) {
  EXPECT_EQ(copy_schedule(0.1, Millis(29), false).offsets[0] * 2, copy_schedule(0.1, Millis(30), false).offsets[0]);
}

TEST(CongestionGuard, PausesCopiesWhenLossRisesWithOurOwnRate) {
  CongestionGuard guard;
  LossEstimate loss;
  MonoTime now{Seconds(1)};
  uint64_t arrived = 0;
  const auto send = [&](int count, Micros apart, int lost_each) {
    for (int i = 0; i < count; ++i) {
      guard.on_sent(500, now);
      loss.on_sent(now);
      if (lost_each == 0 || i % lost_each != 0) ++arrived;
      now += apart;
      loss.on_ack(static_cast<uint16_t>(arrived), now);
      guard.on_ack(loss, now);
    }
  };
  send(600, Millis(100), 20);  // slow, with the loss that the path has anyway
  EXPECT_TRUE(guard.allows_copies(now));
  send(200, Millis(2), 2);  // fast, and half is lost
  EXPECT_FALSE(guard.allows_copies(now));
  EXPECT_TRUE(guard.allows_copies(now + CongestionGuard::kPause));
}

}  // namespace
}  // namespace parley::link
