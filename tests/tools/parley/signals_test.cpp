// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/signals.h"

#include <gtest/gtest.h>
#include <poll.h>

namespace parley::terminal {
namespace {

TEST(Signals, AreReadableUntilTaken) {
  Signals signals;
  EXPECT_FALSE(signals.take());
  ASSERT_EQ(::raise(SIGTERM), 0);
  ASSERT_EQ(::raise(SIGINT), 0);
  pollfd file{signals.fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&file, 1, 0), 1);
  EXPECT_TRUE(signals.take());
  EXPECT_FALSE(signals.take());
}

TEST(Signals, ThatWereNotTakenDoNotStrikeAfterwards) {
  {
    Signals signals;
    ASSERT_EQ(::raise(SIGTERM), 0);
  }
  SUCCEED() << "the process lives";
}

}  // namespace
}  // namespace parley::terminal
