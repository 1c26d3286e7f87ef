// SPDX-License-Identifier: Apache-2.0
#include "core/history/records.h"

#include <chrono>

#include "core/base/check.h"
#include "core/history/crc32c.h"

namespace parley::history {
namespace {

// The field body_bytes holds the entry's kind and whether its body is in `large`, too.
constexpr uint32_t kLargeBit = 1u << 31;
constexpr uint32_t kKindShift = 24, kKindMask = 0x7f;
constexpr uint32_t kBodyBytesMask = (1u << kKindShift) - 1;
static_assert(kMaxRecordBytes <= kBodyBytesMask, "a body is a record of the bus");
constexpr size_t kRoomNameAt = 21;  // in a room's record, behind check, head, messages and the name's length

// Writes the check of out[4..) in front. All values of the store look like this.
void seal(ByteView key, MutableBytes out) { store_le(out.data(), crc32c(out.subspan(4), crc32c(key))); }
bool is_sound(ByteView key, ByteView record) {
  return record.size() >= 4 && load_le<uint32_t>(record.data()) == crc32c(record.subspan(4), crc32c(key));
}

size_t put_varint(uint64_t value, uint8_t* out) {
  size_t n = 0;
  for (; value >= 0x80; value >>= 7) out[n++] = static_cast<uint8_t>(value | 0x80);
  out[n++] = static_cast<uint8_t>(value);
  return n;
}

// Bytes used, 0 if `from` doesn't begin with a whole varint.
size_t get_varint(ByteView from, uint64_t& value) {
  value = 0;
  for (size_t n = 0; n < from.size() && n < 10; ++n) {
    value |= static_cast<uint64_t>(from[n] & 0x7f) << (7 * n);
    if ((from[n] & 0x80) == 0) return n + 1;
  }
  return 0;
}

}  // namespace

Key8 number_key(uint64_t number) {
  Key8 key;
  store_be(key.data(), number);
  return key;
}

uint64_t number_of_key(ByteView key) { return key.size() == 8 ? load_be<uint64_t>(key.data()) : 0; }

Key16 segment_key(RoomId room, uint64_t segment) {
  Key16 key;
  store_be(key.data(), room.value);
  store_be(key.data() + 8, segment);
  return key;
}

void encode_log_header(const LogHeader& header, LogPosition position, uint8_t* out) {
  store_le(out + 4, header.body_check);
  store_le(out + 8, header.epoch.value);
  store_le(out + 12, header.body_bytes | static_cast<uint32_t>(header.kind) << kKindShift | (header.large ? kLargeBit : 0));
  store_le(out + 16, header.room.value);
  store_le(out + 24, header.sequence.value);
  store_le(out + 32, header.producer.value);
  store_le(out + 40, header.number.value);
  store_le(out + 48, static_cast<uint64_t>(header.wall.time_since_epoch().count()));
  store_le(out + 56, header.messages);
  seal(number_key(position.value), {out, kLogHeaderBytes});
}

std::optional<LogHeader> decode_log_header(ByteView record, LogPosition position) {
  if (record.size() < kLogHeaderBytes || !is_sound(number_key(position.value), record.first(kLogHeaderBytes))) return std::nullopt;
  const uint8_t* in = record.data();
  const auto length = load_le<uint32_t>(in + 12);
  return LogHeader{.epoch = Epoch(load_le<uint32_t>(in + 8)),
                   .room = RoomId(load_le<uint64_t>(in + 16)),
                   .sequence = Sequence(load_le<uint64_t>(in + 24)),
                   .producer = ProducerId(load_le<uint64_t>(in + 32)),
                   .number = ProducerNumber(load_le<uint64_t>(in + 40)),
                   .wall = WallTime(Micros(static_cast<int64_t>(load_le<uint64_t>(in + 48)))),
                   .body_bytes = length & kBodyBytesMask,
                   .body_check = load_le<uint32_t>(in + 4),
                   .messages = load_le<uint64_t>(in + 56),
                   .kind = static_cast<EntryKind>(length >> kKindShift & kKindMask),
                   .large = (length & kLargeBit) != 0};
}

size_t encode_positions(std::span<const uint64_t> positions, uint8_t* out) {
  size_t used = 0;
  uint64_t previous = 0;
  for (const uint64_t position : positions) {
    const bool known = position != kUnknownPosition;
    used += put_varint(known ? position - previous : 0, out + used);
    if (known) previous = position;
  }
  return used;
}

bool decode_positions(ByteView bytes, std::span<uint64_t> out) {
  uint64_t previous = 0;
  for (uint64_t& position : out) {
    uint64_t difference = 0;
    const size_t used = get_varint(bytes, difference);
    if (used == 0) return false;
    bytes = bytes.subspan(used);
    previous += difference;
    position = difference == 0 ? kUnknownPosition : previous;
  }
  return bytes.empty();
}

ByteView encode_index(const Key16& key, std::span<const uint64_t, kSegmentEntries> positions, std::span<uint8_t, kMaxIndexBytes> out) {
  const size_t bytes = 4 + encode_positions(positions, out.data() + 4);
  seal(key, out.first(bytes));
  return out.first(bytes);
}

bool decode_index(const Key16& key, ByteView record, Segment& out) {
  return is_sound(key, record) && decode_positions(record.subspan(4), out);
}

ByteView encode_room(RoomId id, const RoomRecord& room, std::span<uint8_t, kMaxRoomBytes> out) {
  CHECK(room.name.size() <= 255 && room.open_count == room.head.value % kSegmentEntries,
        "a room record holds its open segment, and names are at most 64");
  store_le(out.data() + 4, room.head.value);
  store_le(out.data() + 12, room.messages);
  out[kRoomNameAt - 1] = static_cast<uint8_t>(room.name.size());
  std::memcpy(out.data() + kRoomNameAt, room.name.data(), room.name.size());
  const size_t before = kRoomNameAt + room.name.size();
  const size_t bytes = before + encode_positions(std::span(room.open).first(room.open_count), out.data() + before);
  seal(number_key(id.value), out.first(bytes));
  return out.first(bytes);
}

std::optional<RoomRecord> decode_room(RoomId id, ByteView record) {
  if (record.size() < kRoomNameAt || !is_sound(number_key(id.value), record)) return std::nullopt;
  RoomRecord room;
  room.head = Sequence(load_le<uint64_t>(record.data() + 4));
  room.messages = load_le<uint64_t>(record.data() + 12);
  const size_t name_bytes = record[kRoomNameAt - 1];
  if (record.size() < kRoomNameAt + name_bytes) return std::nullopt;
  room.name = as_text(record.subspan(kRoomNameAt, name_bytes));
  room.open_count = room.head.value % kSegmentEntries;
  if (!decode_positions(record.subspan(kRoomNameAt + name_bytes), std::span(room.open).first(room.open_count))) return std::nullopt;
  return room;
}

void encode_producer(const room::ProducerState& state, std::span<uint8_t, kProducerBytes> out) {
  store_le(out.data() + 4, state.last.value);
  store_le(out.data() + 12, state.room.value);
  store_le(out.data() + 20, state.sequence.value);
  seal(number_key(state.id.value), out);
}

std::optional<room::ProducerState> decode_producer(ProducerId id, ByteView record) {
  if (record.size() != kProducerBytes || !is_sound(number_key(id.value), record)) return std::nullopt;
  const uint8_t* in = record.data();
  return room::ProducerState{.id = id,
                             .last = ProducerNumber(load_le<uint64_t>(in + 4)),
                             .room = RoomId(load_le<uint64_t>(in + 12)),
                             .sequence = Sequence(load_le<uint64_t>(in + 20))};
}

void encode_number(ByteView key, uint64_t value, std::span<uint8_t, kNumberBytes> out) {
  store_le(out.data() + 4, value);
  seal(key, out);
}

std::optional<uint64_t> decode_number(ByteView key, ByteView record) {
  if (record.size() != kNumberBytes || !is_sound(key, record)) return std::nullopt;
  return load_le<uint64_t>(record.data() + 4);
}

}  // namespace parley::history
