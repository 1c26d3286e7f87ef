// SPDX-License-Identifier: Apache-2.0
// What the store keeps and gives back, over commits and restarts.
#include "core/history/store.h"

#include <sys/stat.h>

#include <algorithm>

#include "core/base/limits.h"
#include "tests/core/history/store_fixture.h"

namespace parley::history {
namespace {

class StoreTest : public StoreFixture {
 protected:
  void SetUp() override { open(); }
  room::ProducerState producer(uint64_t id) const {
    for (const room::ProducerState& state : store_->snapshot().producers) {
      if (state.id.value == id) return state;
    }
    return {};
  }
};

TEST_F(StoreTest, GivesBackWhatWasAppended) {
  append(batch().room(1).entry(1, "hello").entry(1, "world"));
  const Page got = backward(1, 0, 10);
  ASSERT_EQ(got.entries.size(), 2u);
  EXPECT_EQ(text(got.entries[0]), "hello");
  EXPECT_EQ(text(got.entries[1]), "world");
  EXPECT_EQ(got.head, Sequence(2));
  EXPECT_EQ(got.entries[1].epoch, store_->snapshot().epoch);
}

TEST_F(StoreTest, KeepsBodiesOfEverySizeThatTheBusTakes) {
  const std::vector<size_t> sizes = {0, 1, 1535, 1536, 1537, 1984, 2040, 4096, kMaxRecordBytes};
  Batch all = batch();
  all.room(1);
  for (const size_t bytes : sizes) all.entry(1, std::string(bytes, static_cast<char>('a' + bytes % 26)));
  append(all);
  reopen();
  const Page got = forward(1, 1, 100);
  ASSERT_EQ(got.entries.size(), sizes.size());
  for (size_t i = 0; i < sizes.size(); ++i) {
    EXPECT_EQ(text(got.entries[i]), std::string(sizes[i], static_cast<char>('a' + sizes[i] % 26)));
  }
}

TEST_F(StoreTest, AnUnknownRoomHasNoEntries) {
  const Page got = backward(99, 0, 10);
  EXPECT_TRUE(got.entries.empty());
  EXPECT_EQ(got.head, Sequence(0));
  EXPECT_FALSE(got.more);
}

TEST_F(StoreTest, MakesItsDirectoryForItsOwnUserOnly) {
  struct stat info {};
  ASSERT_EQ(stat(options().directory.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  ASSERT_EQ(stat(data_file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(StoreTest, EveryOpenStartsANewEpoch) {
  EXPECT_EQ(store_->snapshot().epoch, Epoch(1));
  reopen();
  EXPECT_EQ(store_->snapshot().epoch, Epoch(2));
  append(batch().room(1).entry(1, "in the second"));
  reopen();
  EXPECT_EQ(store_->snapshot().epoch, Epoch(3));
  EXPECT_EQ(backward(1, 0, 1).entries.at(0).epoch, Epoch(2));
}

TEST_F(StoreTest, RoomsWithoutEntriesOutliveARestart) {
  append(batch().room(1).room(2));
  reopen();
  ASSERT_EQ(store_->snapshot().rooms.size(), 2u);
  EXPECT_EQ(store_->snapshot().rooms[1].name, "room2");
  EXPECT_EQ(store_->snapshot().rooms[1].id, RoomId(2));
  EXPECT_EQ(store_->snapshot().rooms[1].head, Sequence(0));
}

TEST_F(StoreTest, HeadsAndProducersOutliveARestart) {
  append(batch().room(1).room(2).entries(1, 70).entry(2, "x", 8).entry(1, "y", 9).entry(2, "z", 9));
  reopen();
  EXPECT_EQ(store_->snapshot().rooms.at(0).head, Sequence(71));
  EXPECT_EQ(store_->snapshot().rooms.at(1).head, Sequence(2));
  EXPECT_EQ(store_->snapshot().producers.size(), 3u);
  EXPECT_EQ(producer(7).last, ProducerNumber(70));
  EXPECT_EQ(producer(9).last, ProducerNumber(2));
  EXPECT_EQ(producer(9).room, RoomId(2));
  EXPECT_EQ(producer(9).sequence, Sequence(2));
}

TEST_F(StoreTest, ARepeatedSendIsKnownAfterARestart) {
  append(batch().room(1).entry(1, "once"));
  reopen();
  room::RoomTable table(store_->snapshot());
  bus::Record again{{.kind = bus::RecordKind::kEntry, .room = RoomId(1), .producer = ProducerId(7), .number = ProducerNumber(1)}, {}};
  const room::Applied applied = table.apply(again);
  EXPECT_EQ(applied.outcome, room::Outcome::kRepeated);
  EXPECT_EQ(applied.sequence, Sequence(1));
  again.header.number = ProducerNumber(2);
  EXPECT_EQ(table.apply(again).sequence, Sequence(2));
}

TEST_F(StoreTest, CheckpointCyclesLoseNothing) {
  checkpoint_every_ = 3000;
  reopen();
  append(batch().room(1).room(2).room(3));
  constexpr size_t kBatch = 500;
  size_t stored = 0;
  for (; stored < 30'000; stored += kBatch) {
    Batch some = batch();
    for (size_t i = 0; i < kBatch; ++i) some.entry(1 + i % 3, "m", 1 + (stored + i) % 1000);
    append(some);
  }
  const std::map<uint64_t, uint64_t> expected = heads_;
  reopen();
  uint64_t total = 0;
  for (const room::RoomState& room : store_->snapshot().rooms) total += room.head.value;
  EXPECT_EQ(total, stored);
  ASSERT_EQ(store_->snapshot().producers.size(), 1000u);
  for (const auto& state : store_->snapshot().producers) EXPECT_EQ(state.last.value, expected.at((uint64_t{1} << 63) | state.id.value));
  EXPECT_EQ(numbers(backward(3, 0, 200)), range(heads_[3] - 199, heads_[3]));
}

TEST_F(StoreTest, StatusTellsEntriesAndBytes) {
  const StoreStatus before = store_->status();
  append(batch().room(1).entries(1, 1000, 200));
  const StoreStatus after = store_->status();
  EXPECT_EQ(after.entries - before.entries, 1000u);
  EXPECT_GT(after.bytes_used, before.bytes_used + 200'000);
  EXPECT_EQ(after.bytes_limit, max_bytes_);
  EXPECT_EQ(after.damaged_records, 0u);
}

class EpochTest : public StoreTest {
 protected:
  // Epoch 1 stores 1..100, epoch 2 stores 101..150, epoch 3 nothing, epoch 4 stores 151..160.
  void SetUp() override {
    StoreTest::SetUp();
    append(batch().room(1).entries(1, 100));
    reopen();
    append(batch().entries(1, 50));
    reopen();
    reopen();
    append(batch().entries(1, 10));
  }
  uint64_t valid(uint32_t epoch, uint64_t since) {
    const auto got = store_->valid_through(RoomId(1), Epoch(epoch), Sequence(since));
    EXPECT_TRUE(got);
    return got ? got->value : ~0ULL;
  }
};

TEST_F(EpochTest, WhatWasStoredInItsEpochIsValid) {
  EXPECT_EQ(valid(1, 100), 100u);
  EXPECT_EQ(valid(1, 63), 63u);
  EXPECT_EQ(valid(2, 150), 150u);
  EXPECT_EQ(valid(4, 160), 160u);
}

TEST_F(EpochTest, ATailThatWasNeverStoredIsTakenBack) {
  EXPECT_EQ(valid(1, 105), 100u);
  EXPECT_EQ(valid(2, 155), 150u);
  EXPECT_EQ(valid(3, 152), 150u);
  EXPECT_EQ(valid(4, 170), 160u);
}

TEST_F(EpochTest, WhatAnEpochOfAnotherStoreSaidIsWorthNothing) {
  EXPECT_EQ(valid(0, 10), 0u);
  EXPECT_EQ(valid(5, 10), 0u);
  EXPECT_EQ(store_->valid_through(RoomId(2), Epoch(1), Sequence(5)), Sequence(0));
}

// What was said elsewhere after the backup, under epochs that this store leaves out, isn't here.
TEST_F(EpochTest, AfterARestoreWhatTheOtherServerWentOnWithIsTakenBack) {
  epoch_step_ = 1000;
  reopen();
  EXPECT_EQ(store_->snapshot().epoch, Epoch(1004));
  append(batch().entries(1, 30));
  EXPECT_EQ(valid(4, 165), 160u);
  EXPECT_EQ(valid(5, 170), 160u);
  EXPECT_EQ(valid(900, 190), 160u);
  EXPECT_EQ(valid(1004, 190), 190u);
}

}  // namespace
}  // namespace parley::history
