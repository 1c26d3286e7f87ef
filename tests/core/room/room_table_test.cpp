// SPDX-License-Identifier: Apache-2.0
#include "core/room/room_table.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "core/base/limits.h"
#include "core/room/names.h"

namespace parley::room {
namespace {

class RoomTableTest : public testing::Test {
 protected:
  Applied join(std::string_view room) {
    std::array<uint8_t, kMaxNamesBytes> buffer;
    const ByteView payload = encode_names({.room = room, .user = "u", .name = "n"}, buffer);
    return table_.apply({.header = {.kind = bus::RecordKind::kJoin}, .payload = payload});
  }
  Applied send(RoomId room, uint64_t producer, uint64_t number) {
    return table_.apply({.header = {.room = room, .producer = ProducerId(producer), .number = ProducerNumber(number)}});
  }
  Applied signal(RoomId room) { return table_.apply({.header = {.kind = bus::RecordKind::kSignal, .room = room}}); }
  Applied leave(RoomId room) { return table_.apply({.header = {.kind = bus::RecordKind::kLeave, .room = room}}); }

  RoomTable table_{Snapshot{}};
};

TEST_F(RoomTableTest, ARoomIsMadeWithoutAJoinAndIsTheSameForLaterOnes) {
  std::array<uint8_t, kMaxNamesBytes> buffer;
  const ByteView payload = encode_names({.room = "news", .user = {}, .name = {}}, buffer);
  const bus::Record record{.header = {.kind = bus::RecordKind::kRoom}, .payload = payload};
  EXPECT_TRUE(table_.apply(record).new_room);
  EXPECT_FALSE(table_.apply(record).new_room);
  EXPECT_EQ(join("news").room, RoomId(1));
}

TEST_F(RoomTableTest, TheFirstJoinMakesTheRoomAndLaterOnesFindIt) {
  const Applied first = join("general");
  EXPECT_EQ(first.outcome, Outcome::kApplied);
  EXPECT_EQ(first.room, RoomId(1));
  EXPECT_TRUE(first.new_room);
  const Applied second = join("general");
  EXPECT_EQ(second.room, RoomId(1));
  EXPECT_FALSE(second.new_room);
  EXPECT_EQ(join("other").room, RoomId(2));
  EXPECT_EQ(table_.room_count(), 2u);
}

TEST_F(RoomTableTest, RoomsAreFoundByIdAndByName) {
  join("general");
  ASSERT_NE(table_.find("general"), nullptr);
  EXPECT_EQ(table_.find("general"), table_.find(RoomId(1)));
  EXPECT_EQ(table_.find(RoomId(1))->name, "general");
  EXPECT_EQ(table_.find("General"), nullptr);
  EXPECT_EQ(table_.find(RoomId(2)), nullptr);
  EXPECT_EQ(table_.find(RoomId()), nullptr);
}

TEST_F(RoomTableTest, NumbersTheEntriesOfEachRoomDenselyFromOne) {
  const RoomId a = join("a").room, b = join("b").room;
  EXPECT_EQ(send(a, 1, 1).sequence, Sequence(1));
  EXPECT_EQ(send(b, 1, 2).sequence, Sequence(1));
  EXPECT_EQ(send(a, 2, 1).sequence, Sequence(2));
  EXPECT_EQ(send(a, 1, 3).sequence, Sequence(3));
  EXPECT_EQ(table_.find(a)->head, Sequence(3));
  EXPECT_EQ(table_.find(b)->head, Sequence(1));
}

TEST_F(RoomTableTest, ARepeatOfTheLastNumberGetsTheFirstSequenceAgain) {
  const RoomId a = join("a").room, b = join("b").room;
  send(a, 9, 1);
  send(b, 7, 1);
  send(b, 7, 2);
  for (const RoomId room : {b, a, RoomId(99)}) {  // whatever room the repeat names
    const Applied repeated = send(room, 7, 2);
    EXPECT_EQ(repeated.outcome, Outcome::kRepeated);
    EXPECT_EQ(repeated.room, b);
    EXPECT_EQ(repeated.sequence, Sequence(2));
  }
  EXPECT_EQ(table_.find(b)->head, Sequence(2));
  EXPECT_EQ(table_.find(a)->head, Sequence(1));
}

TEST_F(RoomTableTest, ARepeatOfAnOlderNumberHasNoEffectAndNoSequence) {
  const RoomId room = join("a").room;
  for (uint64_t number = 1; number <= 3; ++number) send(room, 7, number);
  const Applied repeated = send(room, 7, 2);
  EXPECT_EQ(repeated.outcome, Outcome::kRepeated);
  EXPECT_EQ(repeated.sequence, Sequence());
  EXPECT_EQ(table_.find(room)->head, Sequence(3));
  EXPECT_EQ(table_.producer(ProducerId(7)).last, ProducerNumber(3));
}

TEST_F(RoomTableTest, NumbersMayHaveHoles) {
  const RoomId room = join("a").room;
  EXPECT_EQ(send(room, 7, 5).sequence, Sequence(1));
  EXPECT_EQ(send(room, 7, 100).sequence, Sequence(2));
  EXPECT_EQ(send(room, 7, 6).outcome, Outcome::kRepeated) << "what was left out may not come later";
}

TEST_F(RoomTableTest, AnEntryForAnUnknownRoomHasNoEffect) {
  const RoomId room = join("a").room;
  EXPECT_EQ(send(RoomId(2), 7, 1).outcome, Outcome::kUnknownRoom);
  EXPECT_EQ(table_.producer_count(), 0u);
  EXPECT_EQ(send(room, 7, 1).outcome, Outcome::kApplied) << "the number wasn't used up";
}

TEST_F(RoomTableTest, ALeaveIsAppliedWhereThereIsARoom) {
  EXPECT_EQ(leave(join("a").room).outcome, Outcome::kApplied);
  EXPECT_EQ(leave(RoomId(2)).outcome, Outcome::kUnknownRoom);
}

TEST_F(RoomTableTest, KnowsEachProducersLastNumberAndItsPlace) {
  const RoomId room = join("a").room;
  EXPECT_EQ(table_.producer(ProducerId(7)).last, ProducerNumber());
  send(room, 7, 4);
  const ProducerState state = table_.producer(ProducerId(7));
  EXPECT_EQ(state.id, ProducerId(7));
  EXPECT_EQ(state.last, ProducerNumber(4));
  EXPECT_EQ(state.room, room);
  EXPECT_EQ(state.sequence, Sequence(1));
}

TEST_F(RoomTableTest, APointerToARoomSurvivesOtherRooms) {
  const RoomId room = join("a").room;
  const RoomState* state = table_.find(room);
  for (int i = 0; i < 5000; ++i) join("room " + std::to_string(i));
  send(room, 7, 1);
  EXPECT_EQ(table_.find(room), state);
  EXPECT_EQ(state->head, Sequence(1));
}

TEST(RoomTableSnapshotTest, ContinuesAfterTheSnapshot) {
  const Snapshot snapshot{.epoch = Epoch(3),
                          .rooms = {{RoomId(5), "five", Sequence(50)}, {RoomId(2), "two", Sequence(20)}},
                          .producers = {{ProducerId(7), ProducerNumber(9), RoomId(5), Sequence(50)}}};
  RoomTable table(snapshot);
  const auto send = [&](uint64_t number) {
    return table.apply({.header = {.room = RoomId(5), .producer = ProducerId(7), .number = ProducerNumber(number)}});
  };
  EXPECT_EQ(send(9).outcome, Outcome::kRepeated);
  EXPECT_EQ(send(9).sequence, Sequence(50));
  EXPECT_EQ(send(10).sequence, Sequence(51));
  std::array<uint8_t, kMaxNamesBytes> buffer;
  const ByteView payload = encode_names({.room = "new", .user = "u", .name = {}}, buffer);
  EXPECT_EQ(table.apply({.header = {.kind = bus::RecordKind::kJoin}, .payload = payload}).room, RoomId(6)) << "one above the highest id";
}

TEST(RoomTableLimitTest, RefusesANewRoomWhenThereAreMaxRooms) {
  Snapshot snapshot;
  for (uint64_t id = 1; id <= kMaxRooms; ++id) snapshot.rooms.push_back({RoomId(id), std::to_string(id), {}});
  RoomTable table(snapshot);
  std::array<uint8_t, kMaxNamesBytes> buffer;
  const auto join = [&](std::string_view room) {
    return table.apply(
        {.header = {.kind = bus::RecordKind::kJoin}, .payload = encode_names({.room = room, .user = "u", .name = {}}, buffer)});
  };
  EXPECT_EQ(join("one too many").outcome, Outcome::kRoomsFull);
  EXPECT_EQ(table.room_count(), kMaxRooms);
  EXPECT_EQ(join("77").room, RoomId(77)) << "known rooms can still be joined";
}

TEST_F(RoomTableTest, ASignalNamesItsRoomAndChangesNothing) {
  const RoomId lobby = join("lobby").room;
  const Applied applied = signal(lobby);
  EXPECT_EQ(applied.outcome, Outcome::kApplied);
  EXPECT_EQ(applied.room, lobby);
  EXPECT_EQ(table_.find(lobby)->head, Sequence());
  EXPECT_EQ(signal(RoomId(99)).outcome, Outcome::kUnknownRoom);
}

}  // namespace
}  // namespace parley::room
