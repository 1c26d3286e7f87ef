// SPDX-License-Identifier: Apache-2.0
#include "core/history/log_scan.h"

#include "core/history/records.h"
#include "tests/core/history/store_fixture.h"

namespace parley::history {
namespace {

class LogScanTest : public StoreFixture {
 protected:
  void SetUp() override {
    open();
    append(batch().room(1).room(2));
    for (int i = 0; i < 70; ++i) append(batch().entries(1, 1).entries(2, 2));
  }
  LogScan scan(const LogRequest& request) {
    auto done = store_->read_log(request);
    EXPECT_TRUE(done) << done.error().text;
    return done ? std::move(*done) : LogScan{};
  }
  std::pair<uint64_t, uint64_t> room_range(uint64_t room, uint64_t from, uint64_t before) {
    const auto range = store_->room_range(RoomId(room), Sequence(from), Sequence(before));
    return {range->begin.value, range->end.value};
  }
};

TEST_F(LogScanTest, AnEmptyLogHasAnEmptyRange) {
  store_.reset();
  std::filesystem::remove_all(options().directory);
  open();
  const auto range = store_->log_range();
  ASSERT_TRUE(range);
  EXPECT_EQ(range->begin, range->end);
}

TEST_F(LogScanTest, ReadsAllRoomsInTheirCommonOrder) {
  const auto range = store_->log_range();
  ASSERT_TRUE(range);
  EXPECT_EQ(range->begin, LogPosition(1));
  EXPECT_EQ(range->end, LogPosition(211));
  const LogScan all = scan({range->begin, range->end, RoomId(), 1000});
  ASSERT_EQ(all.entries.size(), 210u);
  EXPECT_EQ(all.next, range->end);
  for (size_t i = 0; i < 210; ++i) {
    const LogEntry& entry = all.entries[i];
    EXPECT_EQ(entry.position, LogPosition(i + 1));
    EXPECT_EQ(entry.room, RoomId(i % 3 == 0 ? 1 : 2));
    EXPECT_EQ(as_text(entry.bytes), Batch::label(entry.room.value, entry.sequence.value));
  }
}

TEST_F(LogScanTest, EndsAtItsLimitAndSaysWhereToGoOn) {
  const LogScan first = scan({LogPosition(1), LogPosition(211), RoomId(), 100});
  EXPECT_EQ(first.entries.size(), 100u);
  EXPECT_EQ(first.next, LogPosition(101));
  const LogScan second = scan({first.next, LogPosition(120), RoomId(), 100});
  EXPECT_EQ(second.entries.size(), 19u);
  EXPECT_EQ(second.next, LogPosition(120));
}

TEST_F(LogScanTest, OfOneRoomOthersAreLeftOut) {
  const LogScan found = scan({LogPosition(1), LogPosition(211), RoomId(1), 30});
  ASSERT_EQ(found.entries.size(), 10u);
  EXPECT_EQ(found.entries.back().sequence, Sequence(10));
  EXPECT_EQ(found.next, LogPosition(31));
}

TEST_F(LogScanTest, LargeBodiesComeFromTheirOwnTable) {
  append(batch().entries(1, 1, 3000));
  const LogScan found = scan({LogPosition(211), LogPosition(212), RoomId(), 1});
  ASSERT_EQ(found.entries.size(), 1u);
  EXPECT_EQ(as_text(found.entries.front().bytes), Batch::label(1, 71, 3000));
}

TEST_F(LogScanTest, KnowsWhereARoomStandsAcrossFullSegments) {
  append(batch().entries(1, 2 * kSegmentEntries));
  EXPECT_EQ(room_range(1, 71, kSegmentEntries + 71), (std::pair<uint64_t, uint64_t>{211, 211 + kSegmentEntries}));
}

TEST_F(LogScanTest, KnowsWhereARoomStandsInTheLog) {
  EXPECT_EQ(room_range(1, 0, 0), (std::pair<uint64_t, uint64_t>{1, 209}));
  EXPECT_EQ(room_range(1, 2, 4), (std::pair<uint64_t, uint64_t>{4, 8}));
  EXPECT_EQ(room_range(2, 140, 0), (std::pair<uint64_t, uint64_t>{210, 211}));
  EXPECT_EQ(room_range(1, 71, 0), (std::pair<uint64_t, uint64_t>{1, 1})) << "above the head there is nothing";
  EXPECT_EQ(room_range(3, 0, 0), (std::pair<uint64_t, uint64_t>{1, 1})) << "no such room";
}

TEST_F(LogScanTest, CountsARoomsEntriesBeforeAPosition) {
  EXPECT_EQ(store_->sequence_before(RoomId(1), LogPosition(4)), Sequence(1));
  EXPECT_EQ(store_->sequence_before(RoomId(1), LogPosition(5)), Sequence(2));
  EXPECT_EQ(store_->sequence_before(RoomId(2), LogPosition(211)), Sequence(140));
}

}  // namespace
}  // namespace parley::history
