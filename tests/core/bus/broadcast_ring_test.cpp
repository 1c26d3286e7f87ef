// SPDX-License-Identifier: Apache-2.0
#include "core/bus/broadcast_ring.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace parley::bus {
namespace {

constexpr size_t kSlot = 64;

// A ring of 8 slots for one producer whose largest record spans 3 of them: it refuses when fewer than 3 slots are free.
class BroadcastRingTest : public testing::Test {
 protected:
  std::optional<BusPosition> publish(size_t bytes, uint64_t number) {
    std::vector<uint8_t> payload(bytes);
    std::iota(payload.begin(), payload.end(), static_cast<uint8_t>(number));
    return ring_.publish({.number = ProducerNumber(number)}, payload);
  }
  // Reads one record and checks that all of it is what publish(bytes, number) wrote.
  void expect_record(BroadcastRing::Reader& reader, size_t bytes, uint64_t number) {
    const std::optional<Record> record = reader.peek();
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->header.number, ProducerNumber(number));
    ASSERT_EQ(record->payload.size(), bytes);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(record->payload.data()) % 8, 0u);
    for (size_t i = 0; i < bytes; ++i) ASSERT_EQ(record->payload[i], static_cast<uint8_t>(number + i)) << "byte " << i;
    reader.advance();
  }

  BroadcastRing ring_{{.slots = 8, .slot_bytes = kSlot, .max_producers = 1, .max_record_bytes = 3 * kSlot}};
  BroadcastRing::Reader& first_ = ring_.add_reader();
  BroadcastRing::Reader& second_ = ring_.add_reader();
};

TEST_F(BroadcastRingTest, EveryReaderSeesEveryRecordInOrder) {
  for (uint64_t number = 1; number <= 3; ++number) publish(10 * number, number);
  for (uint64_t number = 1; number <= 3; ++number) {
    expect_record(first_, 10 * number, number);
    expect_record(second_, 10 * number, number);
  }
  EXPECT_FALSE(first_.peek().has_value());
}

TEST_F(BroadcastRingTest, AnEmptyRingHasNothingToRead) { EXPECT_FALSE(first_.peek().has_value()); }

TEST_F(BroadcastRingTest, PeekReturnsTheSameRecordUntilAdvance) {
  publish(5, 1);
  publish(5, 2);
  EXPECT_EQ(first_.peek()->header.number, ProducerNumber(1));
  EXPECT_EQ(first_.peek()->header.number, ProducerNumber(1));
  first_.advance();
  EXPECT_EQ(first_.peek()->header.number, ProducerNumber(2));
}

TEST_F(BroadcastRingTest, TheWholeHeaderTravels) {
  const RecordHeader sent{.kind = RecordKind::kLeave,
                          .origin = {.io = 3, .session = SessionId(77), .request = 9},
                          .room = RoomId(5),
                          .producer = ProducerId(~uint64_t{0}),
                          .number = ProducerNumber(12),
                          .wall = WallTime(Micros(1234567))};
  ring_.publish(sent, {});
  const RecordHeader got = first_.peek()->header;
  EXPECT_EQ(got.kind, sent.kind);
  EXPECT_EQ(got.origin.io, sent.origin.io);
  EXPECT_EQ(got.origin.session, sent.origin.session);
  EXPECT_EQ(got.origin.request, sent.origin.request);
  EXPECT_EQ(got.room, sent.room);
  EXPECT_EQ(got.producer, sent.producer);
  EXPECT_EQ(got.number, sent.number);
  EXPECT_EQ(got.wall, sent.wall);
}

TEST_F(BroadcastRingTest, AnEmptyPayloadTakesOneSlot) {
  EXPECT_EQ(publish(0, 1), BusPosition{1});
  expect_record(first_, 0, 1);
}

TEST_F(BroadcastRingTest, PublishReturnsThePositionJustAfterTheRecord) {
  EXPECT_EQ(publish(kSlot, 1), BusPosition{1});
  EXPECT_EQ(publish(kSlot + 1, 2), BusPosition{3});
  EXPECT_EQ(publish(3 * kSlot, 3), BusPosition{6});
  EXPECT_EQ(ring_.claimed(), BusPosition{6});
}

TEST_F(BroadcastRingTest, AReadersPositionFollowsItsAdvances) {
  publish(2 * kSlot, 1);
  EXPECT_EQ(first_.position(), BusPosition{0});
  expect_record(first_, 2 * kSlot, 1);
  EXPECT_EQ(first_.position(), BusPosition{2});
  EXPECT_EQ(second_.position(), BusPosition{0});
}

TEST_F(BroadcastRingTest, RefusesWriteWhenSlowestReaderIsFull) {
  uint64_t published = 0;
  while (publish(kSlot, published + 1)) ++published;
  EXPECT_EQ(published, 6u);  // 8 slots less the margin of 3, and the last check passes with exactly the margin left
  for (uint64_t number = 1; number <= published; ++number) expect_record(first_, kSlot, number);
  EXPECT_FALSE(publish(kSlot, 7)) << "one reader has read all, the other one nothing";
}

TEST_F(BroadcastRingTest, WhatIsDispensableLeavesHalfOfItToTheRest) {
  const auto publish_signal = [this] { return ring_.publish({.kind = RecordKind::kSignal}, {}).has_value(); };
  EXPECT_TRUE(publish_signal());
  EXPECT_TRUE(publish_signal()) << "8 slots less the margin of 3 and half of the ring; the last check passes with exactly these left";
  EXPECT_FALSE(publish_signal());
  EXPECT_TRUE(publish(kSlot, 1));
  first_.advance();
  second_.advance();
  EXPECT_FALSE(publish_signal()) << "three slots short of a half";
  first_.advance();
  second_.advance();
  EXPECT_TRUE(publish_signal());
}

TEST_F(BroadcastRingTest, ARefusedWriteLeavesNoTrace) {
  uint64_t published = 0;
  while (publish(kSlot, published + 1)) ++published;
  const BusPosition before = ring_.claimed();
  EXPECT_FALSE(publish(kSlot, 99));
  EXPECT_EQ(ring_.claimed(), before);
  for (uint64_t number = 1; number <= published; ++number) expect_record(second_, kSlot, number);
  EXPECT_FALSE(second_.peek().has_value());
}

TEST_F(BroadcastRingTest, AcceptsAgainAsSoonAsTheSlowestReaderAdvanced) {
  uint64_t published = 0;
  while (publish(kSlot, published + 1)) ++published;
  expect_record(first_, kSlot, 1);
  EXPECT_FALSE(publish(kSlot, 7));
  expect_record(second_, kSlot, 1);
  EXPECT_TRUE(publish(kSlot, 7));
}

TEST_F(BroadcastRingTest, ARecordAtTheRingsEndIsContiguousAndHarmsNothing) {
  for (uint64_t number = 1; number <= 7; ++number) {
    publish(kSlot, number);
    expect_record(first_, kSlot, number);
    expect_record(second_, kSlot, number);
  }
  ASSERT_EQ(publish(3 * kSlot, 8), BusPosition{10});  // in slots 7, 0 and 1: its bytes run on behind slot 7
  ASSERT_EQ(publish(kSlot, 9), BusPosition{11});
  ASSERT_EQ(publish(2 * kSlot, 10), BusPosition{13});
  for (BroadcastRing::Reader* reader : {&first_, &second_}) {
    expect_record(*reader, 3 * kSlot, 8);
    expect_record(*reader, kSlot, 9);
    expect_record(*reader, 2 * kSlot, 10);
  }
}

TEST_F(BroadcastRingTest, KeepsEverySizeIntactOverManyRounds) {
  for (uint64_t number = 1; number <= 1000; ++number) {
    const size_t bytes = number * 37 % (3 * kSlot + 1);
    ASSERT_TRUE(publish(bytes, number));
    expect_record(first_, bytes, number);
    expect_record(second_, bytes, number);
  }
}

using BroadcastRingDeathTest = BroadcastRingTest;

TEST_F(BroadcastRingDeathTest, ARecordAboveTheLimitIsOurBug) { EXPECT_DEATH(publish(3 * kSlot + 1, 1), "the record fits the bus"); }

TEST_F(BroadcastRingDeathTest, AReaderAfterTheFirstPublishIsOurBug) {
  publish(1, 1);
  EXPECT_DEATH(ring_.add_reader(), "before the first publish");
}

TEST(BroadcastRingOptionsDeathTest, SlotsForEachProducersLargestRecordAreRequired) {
  const RingOptions too_small{.slots = 4, .slot_bytes = kSlot, .max_producers = 5, .max_record_bytes = kSlot};
  EXPECT_DEATH(BroadcastRing{too_small}, "must find room at the same time");
}

TEST(BroadcastRingOptionsDeathTest, ARingWithoutReadersIsOurBug) {
  BroadcastRing ring({.slots = 2, .slot_bytes = kSlot, .max_producers = 2, .max_record_bytes = kSlot});
  ring.publish({}, {});
  EXPECT_DEATH(ring.publish({}, {}), "without readers");
}

}  // namespace
}  // namespace parley::bus
