// SPDX-License-Identifier: Apache-2.0
#include "net/link/timer_wheel.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <vector>

#include "core/base/random.h"

namespace parley::link {
namespace {

MonoTime at(int64_t us) { return MonoTime(Micros(us)); }

TEST(TimerWheel, AnEmptyWheelHasNothingToDo) {
  TimerWheel wheel;
  EXPECT_EQ(wheel.next(), kNever);
  EXPECT_EQ(wheel.expire(at(1'000'000'000)), nullptr);
}

TEST(TimerWheel, FiresAtItsMicrosecondNotBefore) {
  TimerWheel wheel;
  TimerWheel::Timer timer;
  wheel.arm(timer, at(1'234'567));
  EXPECT_EQ(wheel.expire(at(1'234'566)), nullptr);
  EXPECT_EQ(wheel.next(), at(1'234'567));
  EXPECT_EQ(wheel.expire(at(1'234'567)), &timer);
  EXPECT_FALSE(timer.armed());
  EXPECT_EQ(wheel.next(), kNever);
}

TEST(TimerWheel, ATimerInThePastFiresAtOnce) {
  TimerWheel wheel;
  TimerWheel::Timer timer;
  wheel.expire(at(5000));
  wheel.arm(timer, at(10));
  EXPECT_LE(wheel.next(), at(5000));
  EXPECT_EQ(wheel.expire(at(5000)), &timer);
}

TEST(TimerWheel, ACancelledTimerDoesntFire) {
  TimerWheel wheel;
  TimerWheel::Timer one, two;
  wheel.arm(one, at(100));
  wheel.arm(two, at(100));
  wheel.cancel(one);
  EXPECT_EQ(wheel.expire(at(200)), &two);
  EXPECT_EQ(wheel.expire(at(200)), nullptr);
}

TEST(TimerWheel, ATimerBeyondTheLastLevelFiresInItsTime) {
  TimerWheel wheel;
  TimerWheel::Timer timer;
  const int64_t year_us = int64_t{365} * 86'400 * 1'000'000;
  wheel.arm(timer, at(year_us));
  EXPECT_EQ(wheel.expire(at(year_us - 1)), nullptr);
  EXPECT_EQ(wheel.expire(at(year_us)), &timer);
}

TEST(TimerWheel, FiresInOrderAndSleepsNeverPastATimer) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SeededRandom random(seed);
    TimerWheel wheel;
    std::vector<std::unique_ptr<TimerWheel::Timer>> timers;
    for (int i = 0; i < 200; ++i) timers.push_back(std::make_unique<TimerWheel::Timer>());
    int64_t now = static_cast<int64_t>(random.below(1'000'000'000));
    wheel.expire(at(now));
    std::map<TimerWheel::Timer*, int64_t> model;
    for (int step = 0; step < 3000; ++step) {
      TimerWheel::Timer* const timer = timers[random.below(timers.size())].get();
      if (random.below(5) == 0) {
        wheel.cancel(*timer);
        model.erase(timer);
      } else {
        const int64_t due = now + static_cast<int64_t>(random.below(uint64_t{1} << random.below(36)));
        wheel.arm(*timer, at(due));
        model[timer] = due;
      }
      int64_t earliest = INT64_MAX;
      for (const auto& [pending, due] : model) earliest = std::min(earliest, due);
      ASSERT_TRUE(model.empty() || wheel.next() <= at(earliest)) << "seed " << seed << " step " << step;
      if (wheel.next() != kNever && random.below(2) == 0) now = std::max(now, wheel.next().time_since_epoch().count());
      while (TimerWheel::Timer* const fired = wheel.expire(at(now))) {
        ASSERT_TRUE(model.contains(fired));
        ASSERT_LE(model[fired], now) << "seed " << seed << " step " << step;
        model.erase(fired);
      }
      for (const auto& [pending, due] : model) ASSERT_GT(due, now) << "seed " << seed << " step " << step;
    }
    for (auto& timer : timers) wheel.cancel(*timer);
  }
}

}  // namespace
}  // namespace parley::link
