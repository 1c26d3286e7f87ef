// SPDX-License-Identifier: Apache-2.0
// What one thread can see of the wake-up: when wait() returns at once and when it doesn't. A wait that should end at once is given "for
// ever", so a failure shows as this test's time limit; one that shouldn't is given a microsecond.
#include "core/bus/wakeup.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace parley::bus {
namespace {

constexpr Micros kForever{-1};
constexpr Micros kShort{1};

TEST(WakeupTest, ANotifyAfterPrepareEndsTheWait) {
  Wakeup wakeup;
  wakeup.prepare_sleep();
  wakeup.notify();
  wakeup.wait(-1, kForever);
}

TEST(WakeupTest, AWaitWithoutNotifyEndsAtItsTimeout) {
  Wakeup wakeup;
  wakeup.prepare_sleep();
  wakeup.wait(-1, kShort);
}

TEST(WakeupTest, AnotherDescriptorEndsTheWait) {
  Wakeup wakeup;
  const int ready = ::eventfd(1, EFD_CLOEXEC);
  wakeup.prepare_sleep();
  wakeup.wait(ready, kForever);
  ::close(ready);
}

TEST(WakeupTest, ItSleepsAndWakesAgainAndAgain) {
  Wakeup wakeup;
  for (int round = 0; round < 100; ++round) {
    wakeup.prepare_sleep();
    wakeup.notify();
    wakeup.notify();
    wakeup.wait(-1, kForever);
  }
}

// The descriptor that an awake sleeper's notify must not touch is the one that the Wakeup opened: the lowest free number at that time.
class WakeupDescriptorTest : public testing::Test {
 protected:
  static int next_descriptor() {
    const int fd = ::eventfd(0, EFD_CLOEXEC);
    ::close(fd);
    return fd;
  }
  bool is_set() const {
    pollfd fd{.fd = descriptor_, .events = POLLIN, .revents = 0};
    return ::poll(&fd, 1, 0) == 1;
  }
  const int descriptor_ = next_descriptor();
  Wakeup wakeup_;
};

TEST_F(WakeupDescriptorTest, NotifyCostsNoSystemCallWhileTheSleeperIsAwake) {
  wakeup_.notify();
  EXPECT_FALSE(is_set());
  wakeup_.prepare_sleep();
  wakeup_.cancel_sleep();
  wakeup_.notify();
  EXPECT_FALSE(is_set());
}

TEST_F(WakeupDescriptorTest, AWaitThatWasNotifiedLeavesNothingBehind) {
  wakeup_.prepare_sleep();
  wakeup_.notify();
  EXPECT_TRUE(is_set());
  wakeup_.wait(-1, kForever);
  EXPECT_FALSE(is_set());
}

}  // namespace
}  // namespace parley::bus
