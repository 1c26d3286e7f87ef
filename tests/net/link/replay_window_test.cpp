// SPDX-License-Identifier: Apache-2.0
#include "net/link/replay_window.h"

#include <gtest/gtest.h>

#include <set>

#include "core/base/random.h"

namespace parley::link {
namespace {

TEST(ReplayWindow, TakesEachCounterOnce) {
  ReplayWindow window;
  EXPECT_FALSE(window.seen(0));
  window.mark(0);
  EXPECT_TRUE(window.seen(0));
  EXPECT_FALSE(window.seen(1));
  window.mark(5);
  EXPECT_FALSE(window.seen(4));
  EXPECT_TRUE(window.seen(5));
}

TEST(ReplayWindow, ToldByItsSpanWhatIsTooOld) {
  ReplayWindow window;
  window.mark(10'000);
  EXPECT_FALSE(window.seen(10'000 - ReplayWindow::kSpan + 1));
  EXPECT_TRUE(window.seen(10'000 - ReplayWindow::kSpan));
}

TEST(ReplayWindow, AskingMovesNothing) {
  ReplayWindow window;
  window.mark(1);
  EXPECT_FALSE(window.seen(uint64_t{1} << 62));
  EXPECT_FALSE(window.seen(2));
  EXPECT_EQ(window.highest(), 1u);
}

TEST(ReplayWindow, AJumpFarAheadForgetsEverythingOlder) {
  ReplayWindow window;
  for (uint64_t i = 0; i < 3000; ++i) window.mark(i);
  const uint64_t far = uint64_t{1} << 40;
  window.mark(far);
  for (uint64_t back = 1; back < ReplayWindow::kSpan; ++back) ASSERT_FALSE(window.seen(far - back)) << back;
  EXPECT_TRUE(window.seen(2999));
}

// The model: a set of all counters ever marked, and the rule of the span.
class Model {
 public:
  bool seen(uint64_t counter) const {
    if (marked_.empty() || counter > *marked_.rbegin()) return false;
    return *marked_.rbegin() - counter >= ReplayWindow::kSpan || marked_.contains(counter);
  }
  void mark(uint64_t counter) { marked_.insert(counter); }
  uint64_t highest() const { return marked_.empty() ? 0 : *marked_.rbegin(); }

 private:
  std::set<uint64_t> marked_;
};

TEST(ReplayWindow, AgreesWithASetOfAllCounters) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SeededRandom random(seed);
    ReplayWindow window;
    Model model;
    for (int step = 0; step < 20'000; ++step) {
      const uint64_t reach = random.below(50) == 0 ? 6000 : 200;  // now and then a jump over the whole window
      const uint64_t base = model.highest();
      const uint64_t back = random.below(2) == 0 ? random.below(100) : random.below(2500);
      const uint64_t counter = random.below(3) == 0 ? base + random.below(reach) : base - std::min(base, back);
      ASSERT_EQ(window.seen(counter), model.seen(counter)) << "seed " << seed << " step " << step << " counter " << counter;
      if (window.seen(counter)) continue;
      window.mark(counter);
      model.mark(counter);
    }
  }
}

TEST(ReplayWindow, AGapAfterFiveHundredCountersWithoutOneIsAPathThatTurnsBad) {
  ReplayWindow window;
  for (uint64_t counter = 0; counter < 1000; ++counter) window.mark(counter);
  EXPECT_FALSE(window.turned());
  window.mark(1001);
  EXPECT_TRUE(window.turned());
  window.mark(1000);  // it was only late
  EXPECT_FALSE(window.turned());
}

TEST(ReplayWindow, GapsAllAlongAreNoTurn) {
  ReplayWindow window;
  for (uint64_t counter = 0; counter < 1000; ++counter) {
    if (counter % 50 != 7) window.mark(counter);
  }
  EXPECT_FALSE(window.turned());
}

}  // namespace
}  // namespace parley::link
