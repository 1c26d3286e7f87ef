// SPDX-License-Identifier: Apache-2.0
// A store read by another process while its server goes on, and what that costs the server.
#include "core/history/store_view.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/core/history/talk_fixture.h"

namespace parley::history {
namespace {

class StoreViewTest : public TalkFixture {
 protected:
  ~StoreViewTest() override { end_reader(); }

  // Another process that reads one state of the store and keeps it.
  void start_reader() {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    reader_ = fork();
    ASSERT_GE(reader_, 0);
    if (reader_ == 0) {
      const auto view = StoreView::open(options().directory, Beside::kAServer);
      if (!view || (*view)->alone()) _exit(1);
      const ReadTransaction txn((*view)->environment().get());
      if (txn.status() != 0 || write(ends[1], "r", 1) != 1) _exit(1);
      for (;;) pause();
    }
    close(ends[1]);
    char ready = 0;
    EXPECT_EQ(read(ends[0], &ready, 1), 1) << "the reader didn't get to read";
    close(ends[0]);
  }
  void end_reader() {
    if (reader_ <= 0) return;
    kill(reader_, SIGKILL);
    waitpid(reader_, nullptr, 0);
    reader_ = -1;
  }
  // The same message edited again and again: needs no more room in the long run.
  uint64_t growth_of_edits() {
    const uint64_t before = store_->status().bytes_used;
    for (int i = 0; i < 200; ++i) mark("ann", Sequence(static_cast<uint64_t>(i) % 200 + 1 + 200 * rounds_));
    ++rounds_;
    return store_->status().bytes_used - before;
  }

  pid_t reader_ = -1;
  uint64_t rounds_ = 0;
};

TEST_F(StoreViewTest, AReaderHoldsPagesAndAKilledOneNoLonger) {
  say_many(700);
  growth_of_edits();
  start_reader();
  const uint64_t held = growth_of_edits();
  EXPECT_GT(held, 500'000u) << "else this test shows nothing";
  end_reader();
  EXPECT_LT(growth_of_edits(), held / 4);
}

TEST_F(StoreViewTest, BesideAServerItIsNotAloneAndForCompactingItIsRefused) {
  start_reader();
  const auto view = StoreView::open(options().directory, Beside::kNobody);
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error().code, ErrorCode::kStoreLocked);
}

TEST_F(StoreViewTest, WithoutAServerNobodyElseGetsTheStore) {
  store_.reset();
  const auto view = StoreView::open(options().directory, Beside::kAServer);
  ASSERT_TRUE(view);
  EXPECT_TRUE((*view)->alone());
  EXPECT_EQ(Store::open(options()).error().code, ErrorCode::kStoreLocked);
}

}  // namespace
}  // namespace parley::history
