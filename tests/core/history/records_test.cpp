// SPDX-License-Identifier: Apache-2.0
// The byte layouts: round trips, and that no flipped bit passes.
#include "core/history/records.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/base/random.h"
#include "core/history/crc32c.h"

namespace parley::history {
namespace {

TEST(Crc32c, AgreesWithPublishedVectors) {
  // RFC 3720, appendix B.4.
  std::vector<uint8_t> bytes(32, 0);
  EXPECT_EQ(crc32c(bytes), 0x8A9136AAu);
  bytes.assign(32, 0xff);
  EXPECT_EQ(crc32c(bytes), 0x62A8AB43u);
  for (size_t i = 0; i < 32; ++i) bytes[i] = static_cast<uint8_t>(i);
  EXPECT_EQ(crc32c(bytes), 0x46DD794Eu);
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE3069283u);
}

TEST(Crc32c, TableAndInstructionAgreeOnEveryLengthAndSplit) {
  SeededRandom random(3);
  std::vector<uint8_t> bytes(70);
  random.fill(bytes);
  const ByteView all(bytes);
  for (size_t length = 0; length <= all.size(); ++length) {
    const uint32_t whole = crc32c(all.first(length));
    EXPECT_EQ(whole, crc32c_portable(all.first(length)));
    EXPECT_EQ(whole, crc32c(all.first(length).subspan(length / 3), crc32c(all.first(length / 3))));
  }
}

LogHeader sample_header() {
  return {.epoch = Epoch(3),
          .room = RoomId(17),
          .sequence = Sequence(1'000'000'007),
          .producer = ProducerId(0xfeedbeefcafe),
          .number = ProducerNumber(42),
          .wall = WallTime(Micros(1'700'000'000'000'000)),
          .body_bytes = 4096,
          .body_check = 0x12345678,
          .large = true};
}

TEST(Records, LogHeaderComesBack) {
  std::array<uint8_t, kLogHeaderBytes> bytes;
  encode_log_header(sample_header(), LogPosition(5), bytes.data());
  const auto got = decode_log_header(bytes, LogPosition(5));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->epoch, Epoch(3));
  EXPECT_EQ(got->room, RoomId(17));
  EXPECT_EQ(got->sequence, Sequence(1'000'000'007));
  EXPECT_EQ(got->producer, ProducerId(0xfeedbeefcafe));
  EXPECT_EQ(got->number, ProducerNumber(42));
  EXPECT_EQ(got->wall, WallTime(Micros(1'700'000'000'000'000)));
  EXPECT_EQ(got->body_bytes, 4096u);
  EXPECT_EQ(got->body_check, 0x12345678u);
  EXPECT_TRUE(got->large);
}

TEST(Records, ALogHeaderUnderAnotherPositionFails) {
  std::array<uint8_t, kLogHeaderBytes> bytes;
  encode_log_header(sample_header(), LogPosition(5), bytes.data());
  EXPECT_FALSE(decode_log_header(bytes, LogPosition(6)));
}

TEST(Records, EveryFlippedBitOfALogHeaderIsNoticed) {
  std::array<uint8_t, kLogHeaderBytes> bytes;
  encode_log_header(sample_header(), LogPosition(5), bytes.data());
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    EXPECT_FALSE(decode_log_header(bytes, LogPosition(5)));
    bytes[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
  }
}

TEST(Records, EveryTruncationIsNoticed) {
  std::array<uint8_t, kMaxRoomBytes> out;
  const RoomRecord room{.name = "lobby", .head = Sequence(kSegmentEntries + 3), .messages = 60, .open_count = 3, .open = {5, 9, 200}};
  const ByteView record = encode_room(RoomId(4), room, out);
  ASSERT_TRUE(decode_room(RoomId(4), record));
  for (size_t n = 0; n < record.size(); ++n) EXPECT_FALSE(decode_room(RoomId(4), record.first(n)));
}

TEST(Records, IndexComesBackWithUnknownAndFarPositions) {
  Segment positions;
  for (size_t i = 0; i < positions.size(); ++i) positions[i] = (uint64_t{1} << 40) + i * i * i * 1000 + i;
  positions[63] = uint64_t{1} << 62;
  positions[0] = positions[10] = positions[62] = kUnknownPosition;
  const Key16 key = segment_key(RoomId(3), 9);
  std::array<uint8_t, kMaxIndexBytes> out;
  const ByteView record = encode_index(key, positions, out);
  Segment got;
  ASSERT_TRUE(decode_index(key, record, got));
  EXPECT_EQ(got, positions);
  EXPECT_FALSE(decode_index(segment_key(RoomId(3), 10), record, got));
}

TEST(Records, RoomComesBackWithItsOpenSegment) {
  std::array<uint8_t, kMaxRoomBytes> out;
  const RoomRecord room{
      .name = "lobby", .head = Sequence(kSegmentEntries * 7 + 3), .messages = 300, .open_count = 3, .open = {5, kUnknownPosition, 200}};
  const auto got = decode_room(RoomId(4), encode_room(RoomId(4), room, out));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->name, "lobby");
  EXPECT_EQ(got->head, Sequence(kSegmentEntries * 7 + 3));
  EXPECT_EQ(got->messages, 300u);
  ASSERT_EQ(got->open_count, 3u);
  EXPECT_EQ(got->open[0], 5u);
  EXPECT_EQ(got->open[1], kUnknownPosition);
  EXPECT_EQ(got->open[2], 200u);
}

TEST(Records, ProducerComesBackUnderItsIdOnly) {
  std::array<uint8_t, kProducerBytes> record;
  encode_producer({.id = ProducerId(77), .last = ProducerNumber(8), .room = RoomId(9), .sequence = Sequence(10)}, record);
  const auto got = decode_producer(ProducerId(77), record);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->last, ProducerNumber(8));
  EXPECT_EQ(got->room, RoomId(9));
  EXPECT_EQ(got->sequence, Sequence(10));
  EXPECT_FALSE(decode_producer(ProducerId(78), record));
}

TEST(Records, KeysSortByNumber) {
  EXPECT_LT(number_key(255), number_key(256));
  EXPECT_LT(segment_key(RoomId(1), ~0ULL), segment_key(RoomId(2), 0));
  EXPECT_EQ(number_of_key(number_key(0x0102030405060708)), 0x0102030405060708u);
}

}  // namespace
}  // namespace parley::history
