// SPDX-License-Identifier: Apache-2.0
// All tables agree, whatever their hash keys: those that saw everything, and those that started from a snapshot in the middle. And all
// agree with a plain model of std::map. Random records from a printed seed.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/room/names.h"
#include "core/room/room_table.h"

namespace parley::room {
namespace {

// A record that owns its payload.
struct Stored {
  bus::RecordHeader header;
  std::vector<uint8_t> payload;
  bus::Record view() const { return {.header = header, .payload = payload}; }
};

Stored random_record(Random& random) {
  Stored record;
  record.header.room = RoomId(random.below(40));  // some unknown, and 0
  switch (random.below(10)) {
    case 0: {
      std::array<uint8_t, kMaxNamesBytes> buffer;
      const std::string room = "room " + std::to_string(random.below(30));
      const ByteView payload = encode_names({.room = room, .user = "u", .name = {}}, buffer);
      record.header.kind = bus::RecordKind::kJoin;
      record.payload.assign(payload.begin(), payload.end());
      return record;
    }
    case 1:
      record.header.kind = bus::RecordKind::kLeave;
      return record;
    default:
      record.header.producer = ProducerId(1 + random.below(50));
      record.header.number = ProducerNumber(1 + random.below(200));
      return record;
  }
}

// What the header of room_table.h says, in the simplest words.
class PlainTable {
 public:
  Applied apply(const bus::Record& record) {
    if (record.header.kind == bus::RecordKind::kJoin) {
      const auto [room, added] = ids.try_emplace(std::string(decode_names(record.payload).room), ids.size() + 1);
      if (added) heads[room->second] = 0;
      return {.room = RoomId(room->second), .new_room = added};
    }
    const uint64_t room = record.header.room.value;
    if (record.header.kind == bus::RecordKind::kEntry) {
      const ProducerState last = producers[record.header.producer.value];
      if (record.header.number == last.last) return {.outcome = Outcome::kRepeated, .room = last.room, .sequence = last.sequence};
      if (record.header.number < last.last) return {.outcome = Outcome::kRepeated};
    }
    if (!heads.contains(room)) return {.outcome = Outcome::kUnknownRoom, .room = RoomId(room)};
    if (record.header.kind == bus::RecordKind::kLeave) return {.room = RoomId(room)};
    const Sequence sequence(++heads[room]);
    producers[record.header.producer.value] = {record.header.producer, record.header.number, RoomId(room), sequence};
    return {.room = RoomId(room), .sequence = sequence};
  }
  Snapshot snapshot() const {
    Snapshot out;
    for (const auto& [name, id] : ids) out.rooms.push_back({RoomId(id), name, Sequence(heads.at(id))});
    for (const auto& [id, state] : producers) {
      if (state.last) out.producers.push_back(state);
    }
    return out;
  }

  std::map<std::string, uint64_t> ids;
  std::map<uint64_t, uint64_t> heads;
  std::map<uint64_t, ProducerState> producers;
};

void expect_equal(const Applied& a, const Applied& b) {
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.room, b.room);
  EXPECT_EQ(a.sequence, b.sequence);
  EXPECT_EQ(a.new_room, b.new_room);
}

void expect_equal(const RoomTable& table, const PlainTable& plain) {
  const Snapshot expected = plain.snapshot();
  EXPECT_EQ(table.room_count(), expected.rooms.size());
  EXPECT_EQ(table.producer_count(), expected.producers.size());
  for (const RoomState& room : expected.rooms) {
    ASSERT_NE(table.find(room.id), nullptr);
    EXPECT_EQ(table.find(room.id)->name, room.name);
    EXPECT_EQ(table.find(room.id)->head, room.head);
  }
  for (const ProducerState& producer : expected.producers) {
    EXPECT_EQ(table.producer(producer.id).last, producer.last);
    EXPECT_EQ(table.producer(producer.id).room, producer.room);
    EXPECT_EQ(table.producer(producer.id).sequence, producer.sequence);
  }
}

class RoomTableProperty : public testing::TestWithParam<uint64_t> {};

TEST_P(RoomTableProperty, TablesFedWithTheSameRecordsAgree) {
  SCOPED_TRACE(testing::Message() << "seed " << GetParam());
  SeededRandom random(GetParam());
  RoomTable one{Snapshot{}}, two{Snapshot{}, random.next()};
  PlainTable plain;
  for (int i = 0; i < 3000; ++i) {
    const Stored record = random_record(random);
    const Applied expected = plain.apply(record.view());
    expect_equal(one.apply(record.view()), expected);
    expect_equal(two.apply(record.view()), expected);
  }
  expect_equal(one, plain);
  expect_equal(two, plain);
}

TEST_P(RoomTableProperty, ATableFromASnapshotContinuesLikeOneThatSawEverything) {
  SCOPED_TRACE(testing::Message() << "seed " << GetParam());
  SeededRandom random(GetParam());
  PlainTable plain;
  RoomTable whole{Snapshot{}};
  const uint64_t before = random.below(2000);
  for (uint64_t i = 0; i < before; ++i) {
    const Stored record = random_record(random);
    plain.apply(record.view());
    whole.apply(record.view());
  }
  RoomTable continued(plain.snapshot(), random.next());
  for (int i = 0; i < 2000; ++i) {
    const Stored record = random_record(random);
    plain.apply(record.view());
    expect_equal(continued.apply(record.view()), whole.apply(record.view()));
  }
  expect_equal(continued, plain);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RoomTableProperty, testing::Range<uint64_t>(1, 21));

}  // namespace
}  // namespace parley::room
