// SPDX-License-Identifier: Apache-2.0
// The history agent between bus and store, in virtual time.
#include "core/history/writer.h"

#include <signal.h>
#include <sys/resource.h>

#include "tests/core/history/bus_fixture.h"

namespace parley::history {
namespace {

using Texts = std::vector<std::string>;

class WriterTest : public BusFixture {};

TEST_F(WriterTest, WaitsTheCommitDelayForOthersToShareTheCommit) {
  join("lobby");
  send(1, 1, "one");
  EXPECT_GT(work(), 0);
  EXPECT_EQ(writer_->counters().commits, 0u);
  EXPECT_EQ(writer_->next_deadline(), now_.mono + kCommitDelay);
  pass(kCommitDelay / 2);
  send(1, 2, "two");
  work();
  EXPECT_EQ(writer_->counters().commits, 0u);
  pass(kCommitDelay / 2);
  work();
  EXPECT_EQ(writer_->counters().commits, 1u);
  EXPECT_EQ(writer_->counters().entries, 2u);
  EXPECT_EQ(writer_->next_deadline(), kNever);
  EXPECT_EQ(texts(1), (Texts{"one", "two"}));
}

class BusyWriterTest : public WriterTest {
 protected:
  // Commits some entries, which takes so long; then one comes. How long that one waits.
  Micros wait_after(size_t entries, Micros commit_took) {
    for (size_t i = 0; i < entries; ++i) send(1, ++sent_, "m");
    work();
    pass(kMaxCommitDelay);
    work();
    pass(commit_took);
    send(1, ++sent_, "m");
    work();
    const Micros wait = writer_->next_deadline() - now_.mono;
    pass(kMaxCommitDelay);
    work();
    pass(kCommitDelay);
    work();
    return wait;
  }
  void SetUp() override {
    WriterTest::SetUp();
    join("lobby");
    settle();
  }
  uint64_t sent_ = 0;
};

TEST_F(BusyWriterTest, WithMuchToStoreAnEntryWaitsAsLongAsTheLastCommitTook) { EXPECT_EQ(wait_after(10, Micros(5000)), Micros(5000)); }

TEST_F(BusyWriterTest, ASlowDiskMakesNobodyWaitLongerThanTheLongestDelay) { EXPECT_EQ(wait_after(10, Seconds(1)), kMaxCommitDelay); }

TEST_F(BusyWriterTest, AFastDiskIsNotSyncedAllTheTime) { EXPECT_EQ(wait_after(10, Micros(100)), kCommitDelay); }

TEST_F(BusyWriterTest, WithLittleToStoreASlowCommitDelaysNothing) { EXPECT_EQ(wait_after(1, Micros(5000)), kCommitDelay); }

TEST_F(WriterTest, SignalsArePassedOverButMoveTheWatermark) {
  join("lobby");
  settle();
  const auto commits = writer_->counters().commits;
  const auto end = ring_->publish({.kind = bus::RecordKind::kSignal, .room = RoomId(1)}, as_bytes("not looked at"));
  settle();
  EXPECT_EQ(writer_->durable_through(), *end);
  EXPECT_EQ(writer_->counters().commits, commits);
  EXPECT_EQ(texts(1), Texts{});
}

class LargeBusTest : public BusFixture {
 protected:
  void SetUp() override {
    slots_ = kBusSlots;
    BusFixture::SetUp();
  }
};

TEST_F(LargeBusTest, AFullBatchIsCommittedAtOnce) {
  join("lobby");
  for (size_t i = 1; i <= kMaxCommitEntries; ++i) {
    if (send(1, i, "m")) continue;
    work();  // a full bus is less than a full batch
    ASSERT_TRUE(send(1, i, "m"));
  }
  EXPECT_EQ(writer_->counters().commits, 0u);
  work();
  EXPECT_EQ(writer_->counters().commits, 1u);
  EXPECT_EQ(writer_->counters().entries, kMaxCommitEntries - 1);  // the room's name has a place in the batch, too
}

TEST_F(LargeBusTest, ABatchThatIsFullByItsBytesIsCommittedAtOnce) {
  join("lobby");
  const std::string large(kMaxRecordBytes, 'L');
  const size_t fit = kMaxCommitBytes / kMaxRecordBytes;
  for (size_t i = 1; i <= fit + 1; ++i) ASSERT_TRUE(send(1, i, large));
  work();
  EXPECT_EQ(writer_->counters().commits, 1u);
  EXPECT_EQ(writer_->counters().entries, fit);
  settle();
  EXPECT_EQ(writer_->counters().entries, fit + 1);
}

TEST_F(WriterTest, TheWatermarkFollowsTheCommitNotTheReading) {
  join("lobby");
  const auto end = send(1, 1, "one");
  work();
  EXPECT_EQ(writer_->durable_through(), 0u);
  pass(kMaxCommitDelay);
  work();
  EXPECT_EQ(writer_->durable_through(), *end);
}

TEST_F(WriterTest, RecordsThatAreNotStoredAreDurableAtOnce) {
  join("lobby");
  settle();
  const auto end = join("lobby", "bob");
  work();
  EXPECT_EQ(writer_->durable_through(), *end);
  EXPECT_EQ(writer_->counters().commits, 1u);
}

TEST_F(WriterTest, AnIdleWriterHasNothingToDo) {
  EXPECT_EQ(work(), 0);
  EXPECT_EQ(writer_->next_deadline(), kNever);
}

TEST_F(WriterTest, ARepeatedSendIsStoredOnce) {
  join("lobby");
  send(1, 1, "one");
  send(1, 1, "one");
  settle();
  const auto end = send(1, 1, "one");
  settle();
  EXPECT_EQ(texts(1), (Texts{"one"}));
  EXPECT_EQ(writer_->durable_through(), *end);
}

TEST_F(WriterTest, ARepeatedSendIsStoredOnceAcrossARestart) {
  join("lobby");
  send(1, 1, "one");
  settle();
  restart();
  send(1, 1, "one");
  send(1, 2, "two");
  settle();
  EXPECT_EQ(texts(1), (Texts{"one", "two"}));
}

TEST_F(WriterTest, NewRoomsAreStoredUnderTheNumbersThatReadersCount) {
  join("first");
  join("second");
  join("first", "bob");
  settle();
  restart();
  join("third");
  settle();
  restart();
  ASSERT_EQ(store_->snapshot().rooms.size(), 3u);
  EXPECT_EQ(store_->snapshot().rooms[1].name, "second");
  EXPECT_EQ(store_->snapshot().rooms[2].name, "third");
}

TEST_F(WriterTest, DrainCommitsAllThatIsOnTheBusWithoutWaiting) {
  join("lobby");
  bus::BusPosition end = 0;
  for (size_t i = 1; i <= 700; ++i) end = *send(1, i, "m");
  EXPECT_TRUE(writer_->drain(now_));
  EXPECT_EQ(writer_->durable_through(), end);
  EXPECT_EQ(backward(1, 0, 1).head, Sequence(700));
}

TEST_F(WriterTest, KeepsTheLargestRecordsOfAWholeBatch) {
  join("lobby");
  std::string large(kMaxRecordBytes, 'L');
  uint64_t stored = 0;
  while (stored < 3 * kMaxCommitBytes / kMaxRecordBytes) {
    if (send(1, stored + 1, large)) {
      ++stored;
    } else {
      settle();
    }
  }
  settle();
  EXPECT_EQ(backward(1, 0, 1).head, Sequence(stored));
  EXPECT_EQ(text(backward(1, 0, 1).entries.at(0)), large);
}

// ---- a store that refuses ------------------------------------------------------------------------------------------------------------

class FullStoreTest : public BusFixture {
 protected:
  void SetUp() override {
    max_bytes_ = 1u << 20;
    BusFixture::SetUp();
    join("lobby");
    settle();
  }
  void fill() {
    while (writer_->state() == StorageState::kWorking) {
      while (send(1, sent_ + 1, std::string(1000, 'f'))) ++sent_;
      settle();
    }
  }
  uint64_t sent_ = 0;
};

TEST_F(FullStoreTest, SaysSoKeepsItsBatchAndGatesTheBus) {
  fill();
  EXPECT_EQ(writer_->state(), StorageState::kFull);
  EXPECT_NE(writer_->last_error().find("limit"), std::string::npos);
  while (send(1, sent_ + 1, std::string(1000, 'f'))) ++sent_;
  const bus::BusPosition durable = writer_->durable_through();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(work(), 0) << "nothing to do before the next try";
    EXPECT_FALSE(send(1, sent_ + 1, "no room on the bus"));
  }
  EXPECT_EQ(writer_->durable_through(), durable);
}

TEST_F(FullStoreTest, TriesAgainOnceASecond) {
  fill();
  EXPECT_EQ(writer_->counters().failed_commits, 1u);
  EXPECT_LE(writer_->next_deadline(), now_.mono + Seconds(1));
  pass(Millis(900));
  work();
  EXPECT_EQ(writer_->counters().failed_commits, 1u);
  pass(Millis(100));
  work();
  EXPECT_EQ(writer_->counters().failed_commits, 2u);
  EXPECT_EQ(writer_->state(), StorageState::kFull);
}

TEST_F(FullStoreTest, DrainGivesUpInsteadOfWaiting) {
  fill();
  EXPECT_FALSE(writer_->drain(now_));
}

// A file size limit stands for the full disk (store_failure_test.cpp).
class FullDiskWriterTest : public FullStoreTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before_), 0);
    handler_ = signal(SIGXFSZ, SIG_IGN);
    FullStoreTest::SetUp();
    max_bytes_ = 1u << 30;
    restart();
    const rlimit limit{std::filesystem::file_size(data_file()) + 200'001, before_.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  void TearDown() override {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }

  rlimit before_{};
  sighandler_t handler_ = nullptr;
};

TEST_F(FullDiskWriterTest, RecoversByItselfAndLosesNothing) {
  fill();
  EXPECT_EQ(writer_->state(), StorageState::kFull);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before_), 0);
  pass(Seconds(1));
  work();
  EXPECT_EQ(writer_->state(), StorageState::kWorking);
  EXPECT_EQ(writer_->last_error(), "");
  EXPECT_TRUE(writer_->drain(now_));
  EXPECT_EQ(backward(1, 0, 1).head, Sequence(sent_));
  EXPECT_EQ(store_->status().entries, sent_);
}

}  // namespace
}  // namespace parley::history
