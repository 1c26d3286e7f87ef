// SPDX-License-Identifier: Apache-2.0
// What retention takes and when: rules, a bus, the writer and a store, in virtual time.
#include "core/history/retention.h"

#include <signal.h>
#include <sys/resource.h>

#include "tests/core/history/bus_fixture.h"

namespace parley::history {
namespace {

class RetentionTest : public BusFixture {
 protected:
  void SetUp() override {}
  void begin(const std::string& keep) {
    rules_.rules = {{.pattern = "short-*", .keep = room::parse_keep(keep).value()}};
    start();
    join("short-one");
    join("long");
    settle();
  }
  void say(uint64_t room, size_t count, size_t bytes = 20) {
    for (size_t i = 0; i < count; ++i) {
      ++said_[room];
      ASSERT_TRUE(send(room, ++number_, Batch::label(room, said_[room], bytes)));
      if (i % 100 == 99) settle();
    }
    settle();
  }
  void leave(uint64_t room) {
    uint8_t raw[room::kMaxNamesBytes];
    ring_->publish({.kind = bus::RecordKind::kLeave, .room = RoomId(room)}, room::encode_names({{}, "ann", {}}, raw));
    settle();
  }
  // So long in small steps, as the runner would call it.
  void live(Micros span) {
    for (Micros passed{0}; passed < span; passed += kRetentionPace) {
      pass(kRetentionPace);
      now_.wall += kRetentionPace;
      work();
    }
  }
  void expect_kept(uint64_t room, uint64_t first, uint64_t head) {
    EXPECT_EQ(store_->extent(RoomId(room)).first, Sequence(first));
    const Page got = forward(room, 1, kMaxPageEntries);
    EXPECT_EQ(got.head, Sequence(head));
    EXPECT_EQ(got.gap_from, Sequence(first > 1 ? 1 : 0));
    EXPECT_EQ(got.gap_to, Sequence(first > 1 ? first : 0));
    EXPECT_EQ(got.gap_reason, first > 1 ? GapReason::kRetention : GapReason::kUnknown);
    std::vector<StoredEntry> kept = got.entries;
    for (Page more = got; more.more && !kept.empty();) {
      more = forward(room, kept.back().sequence.value + 1, kMaxPageEntries);
      kept.insert(kept.end(), more.entries.begin(), more.entries.end());
    }
    EXPECT_EQ(kept.size(), head - first + 1);
    EXPECT_TRUE(kept.empty() || kept.front().sequence == Sequence(first));
    EXPECT_TRUE(kept.empty() || kept.back().sequence == Sequence(head));
    for (const StoredEntry& entry : kept) EXPECT_TRUE(text(entry).starts_with(Batch::label(room, entry.sequence.value, 0)));
  }

  std::map<uint64_t, uint64_t> said_;
  uint64_t number_ = 0;
};

TEST_F(RetentionTest, KeepsTheNewestOfARoomWithABoundAndAllOfOthers) {
  begin("50entries");
  for (int i = 0; i < 4; ++i) say(1, 50), say(2, 30);
  live(Seconds(2));
  expect_kept(1, 151, 200);
  expect_kept(2, 1, 120);
  EXPECT_EQ(writer_->counters().removed, 150u);
  EXPECT_EQ(store_->status().entries, 170u);
  EXPECT_EQ(store_->status().damaged_records, 0u);
}

TEST_F(RetentionTest, ARestartKnowsWhatIsGoneAndGoesOnCounting) {
  begin("50entries");
  say(1, 200);
  live(Seconds(2));
  restart();
  expect_kept(1, 151, 200);
  // What was taken is still known by its number: its repeat isn't a new entry.
  send(1, 100, "repeated");
  settle();
  expect_kept(1, 151, 200);
  say(1, 10);
  live(Seconds(2));
  expect_kept(1, 161, 210);
}

TEST_F(RetentionTest, AKilledServerKnowsItToo) {
  begin("50entries");
  say(1, 200), say(2, 10);
  live(Seconds(2));
  // As SIGKILL leaves it: without the checkpoint that a close writes.
  const auto crashed = directory_.path() / "crashed";
  std::filesystem::copy(options().directory, crashed);
  writer_.reset(), ring_.reset(), store_.reset();
  std::filesystem::remove_all(options().directory);
  std::filesystem::rename(crashed, options().directory);
  start();
  expect_kept(1, 151, 200);
  expect_kept(2, 1, 10);
  send(1, 100, "repeated");
  settle();
  expect_kept(1, 151, 200);
}

TEST_F(RetentionTest, AllOfARoomMayGoAndItsNumbersGoOn) {
  begin("empty:60s");
  say(1, 130);
  leave(1);
  live(Seconds(30));
  expect_kept(1, 1, 130);
  live(Seconds(33));
  EXPECT_EQ(store_->extent(RoomId(1)).first, Sequence(131));
  const Page all_gone = forward(1, 1, 10);
  EXPECT_TRUE(all_gone.entries.empty());
  EXPECT_EQ(all_gone.gap_to, Sequence(131));
  EXPECT_EQ(store_->status().entries, 0u);
  EXPECT_EQ(store_->log_range()->begin, LogPosition(131));
  EXPECT_EQ(store_->log_range()->end, LogPosition(131));
  restart();
  join("short-one");
  say(1, 3);
  expect_kept(1, 131, 133);
  EXPECT_EQ(store_->log_range()->end, LogPosition(134));
}

TEST_F(RetentionTest, TheHistoryOfARoomStaysWhileSomebodyIsThere) {
  begin("empty:60s");
  join("short-one", "ben");
  say(1, 10);
  leave(1);
  live(Seconds(90));
  expect_kept(1, 1, 10);
}

TEST_F(RetentionTest, AfterAStartNobodyIsThereUntilHeJoins) {
  begin("empty:60s");
  say(1, 10);
  restart();
  join("short-one");
  live(Seconds(90));
  expect_kept(1, 1, 10);
  restart();
  live(Seconds(63));
  EXPECT_EQ(store_->extent(RoomId(1)).first, Sequence(11));
}

TEST_F(RetentionTest, OldEntriesGo) {
  begin("1h");
  ring_.reset(), writer_.reset();
  store_.reset();
  start();
  Batch old(heads_);
  old.entries(1, 20);  // said at the beginning of 1970
  append(old);
  live(Seconds(2));
  expect_kept(1, 21, 20);
}

TEST_F(RetentionTest, ARoomBoundedByBytesStaysBelowThem) {
  begin("64KiB");
  for (int i = 0; i < 10; ++i) {
    say(1, 100, 500);
    live(Seconds(2));
    const RoomExtent extent = store_->extent(RoomId(1));
    const auto kept = store_->sizes({RoomId(1), extent.head.next(), ~uint64_t{0}, 10'000});
    EXPECT_LE(kept->bytes, 64u * 1024);
    EXPECT_GT(kept->bytes, i > 2 ? 32u * 1024 : 0u);
  }
}

TEST_F(RetentionTest, ItTakesABoundedPartBetweenCommits) {
  begin("10entries");
  say(1, 900);
  uint64_t most = 0;
  for (uint64_t before = 900, steps = 0; steps < 100; ++steps) {
    live(kRetentionPace);
    most = std::max(most, before - store_->status().entries);
    before = store_->status().entries;
  }
  EXPECT_EQ(most, kMaxRemovedEntries);
  say(1, 100);
  live(Seconds(3));
  expect_kept(1, 991, 1000);
}

TEST_F(RetentionTest, ItGetsItsTurnWhenThereIsAlwaysSomethingToStore) {
  begin("10entries");
  for (int i = 0; i < 800; ++i) {
    ++said_[1];
    ASSERT_TRUE(send(1, ++number_, Batch::label(1, said_[1])));
    work();
    pass(Millis(2));
  }
  EXPECT_GT(writer_->counters().removed, 300u);
}

TEST_F(RetentionTest, AnOldEntryGoesSoonAfterItsTime) {
  begin("1h");
  say(1, 20);
  live(Seconds(2));
  pass(Seconds(3580)), now_.wall += Seconds(3580);
  live(Seconds(1));
  expect_kept(1, 1, 20);
  live(Seconds(40));
  EXPECT_EQ(store_->extent(RoomId(1)).first, Sequence(21));
}

TEST_F(RetentionTest, WhatAnEpochStoredIsKnownAlsoWhenItIsGone) {
  begin("50entries");
  say(1, 100);
  const Epoch first = store_->snapshot().epoch;
  restart();
  say(1, 100);
  const Epoch second = store_->snapshot().epoch;
  restart();
  say(1, 100);
  live(Seconds(2));
  expect_kept(1, 251, 300);
  const auto valid = [&](Epoch epoch, uint64_t since) { return store_->valid_through(RoomId(1), epoch, Sequence(since))->value; };
  EXPECT_EQ(valid(first, 100), 100u);
  EXPECT_EQ(valid(first, 105), 100u) << "its tail was never stored, though others have these numbers";
  EXPECT_EQ(valid(second, 205), 200u);
  EXPECT_EQ(valid(second, 150), 150u);
  EXPECT_EQ(valid(store_->snapshot().epoch, 290), 290u);
  restart();
  EXPECT_EQ(valid(first, 105), 100u);
}

TEST_F(RetentionTest, TheLogSaysWhereSomethingWent) {
  begin("10entries");
  say(1, 100);
  EXPECT_FALSE(store_->take_removed());
  live(Seconds(2));
  const auto piece = store_->take_removed();
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->begin, LogPosition(1));
  EXPECT_EQ(store_->positions({LogPosition(1), piece->end})->front(), LogPosition(91));
  EXPECT_FALSE(store_->take_removed());
  restart();
  EXPECT_TRUE(store_->take_removed()) << "after a start somebody has to look once";
}

// ---- when there is no room ---------------------------------------------------------------------------------------------------------

TEST_F(RetentionTest, AFullStoreGetsRoomAgain) {
  max_bytes_ = 1u << 20;
  begin("100entries");
  while (writer_->state() == StorageState::kWorking && said_[1] < 5000) say(1, 20, 1000);  // quicker than retention looks
  ASSERT_EQ(writer_->state(), StorageState::kFull);
  live(Seconds(5));
  EXPECT_EQ(writer_->state(), StorageState::kWorking) << writer_->last_error() << writer_->retention_error();
  settle();
  live(Seconds(5));
  EXPECT_EQ(store_->extent(RoomId(1)).head, Sequence(said_[1])) << "what waited is stored";
  expect_kept(1, said_[1] - 99, said_[1]);
}

class FullDiskRetentionTest : public RetentionTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before_), 0);
    handler_ = signal(SIGXFSZ, SIG_IGN);
    synced_ = true;
  }
  void TearDown() override {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }
  void leave_room_for(uint64_t bytes) {
    const rlimit limit{store_->status().bytes_used + bytes, before_.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  rlimit before_{};
  sighandler_t handler_ = nullptr;
};

TEST_F(FullDiskRetentionTest, AFullDiskGetsRoomAgain) {
  begin("200entries");
  say(1, 190, 1000);
  leave_room_for(900'001);
  while (writer_->state() == StorageState::kWorking && said_[1] < 5000) say(1, 10, 1000);
  ASSERT_EQ(writer_->state(), StorageState::kFull);
  live(Seconds(20));
  EXPECT_EQ(writer_->state(), StorageState::kWorking) << writer_->last_error() << writer_->retention_error();
  live(Seconds(5));
  expect_kept(1, said_[1] - 199, said_[1]);
}

}  // namespace
}  // namespace parley::history
