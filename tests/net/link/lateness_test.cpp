// SPDX-License-Identifier: Apache-2.0
// Who is late: one peer (LateSample) or all of them together, so that it is probably we (CommonLateness).
#include <gtest/gtest.h>

#include "net/link/common_lateness.h"
#include "net/link/late_sample.h"

namespace parley::link {
namespace {

class LateSampleTest : public ::testing::Test {
 protected:
  // So many datagrams go out; the peer says that so many of all arrived.
  void send(int count) {
    for (int i = 0; i < count; ++i) loss_.on_sent(now_ += Millis(10));
  }
  void ack(uint16_t arrived) { loss_.on_ack(arrived, now_); }

  MonoTime now_{Seconds(1)};
  LossEstimate loss_;
  LateSample late_;
};

TEST_F(LateSampleTest, IsTrueWhenAllArrivedInTheEnd) {
  send(4);  // a datagram and three resends; the peer has read the first so far
  ack(1);
  late_.wait(Millis(150), 0, loss_);
  EXPECT_FALSE(late_.resolve(loss_)) << "not known yet";
  ack(4);
  EXPECT_EQ(late_.resolve(loss_), Micros(Millis(150)));
  EXPECT_FALSE(late_.resolve(loss_)) << "once";
}

TEST_F(LateSampleTest, MeasuresOurTimerWhenOneWasLost) {
  send(2);  // a datagram that is lost and its resend
  ack(1);
  late_.wait(Millis(150), 0, loss_);
  send(1);
  ack(2);
  EXPECT_FALSE(late_.resolve(loss_));
  send(5);
  ack(7);
  EXPECT_FALSE(late_.resolve(loss_)) << "later arrivals don't make up for it";
}

TEST(CommonLateness, GrowsWhenAllAreLateAndGoesAgain) {
  CommonLateness lateness;
  for (int i = 0; i < 60; ++i) lateness.add(Millis(100));
  EXPECT_NEAR(static_cast<double>(lateness.patience().count()), 200'000, 30'000);
  for (int i = 0; i < 60; ++i) lateness.add(Micros(0));
  EXPECT_EQ(lateness.patience(), Micros(0));
}

TEST(CommonLateness, AThirdThatIsLateMakesNobodyWait) {
  CommonLateness lateness;
  for (int i = 0; i < 3000; ++i) {
    lateness.add(i % 3 == 0 ? Micros(Seconds(5)) : Micros(0));
    ASSERT_EQ(lateness.patience(), Micros(0));
  }
}

}  // namespace
}  // namespace parley::link
