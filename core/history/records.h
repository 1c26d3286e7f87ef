// SPDX-License-Identifier: Apache-2.0
// The byte layouts of the store's records (README.md has them as a table). Fixed-width little-endian fields, keys big-endian so that LMDB
// sorts them by number; every value begins with a CRC-32C of the rest of it, seeded with its key, so that a record under a foreign key
// fails too. Decoding returns nothing for bytes that fail their check or don't have the layout. Stateless; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/entry_kind.h"
#include "core/base/ids.h"
#include "core/base/limits.h"
#include "core/base/time.h"
#include "core/room/room_table.h"

namespace parley::history {

inline constexpr uint32_t kFormatVersion = 3;
inline constexpr size_t kSegmentEntries = 256;       // entries of a room that share one index record
inline constexpr size_t kMaxInlineBody = 1536;       // larger bodies go to `large`: LMDB keeps values above ~2 kB out of its leaves anyway
inline constexpr uint64_t kUnknownPosition = ~0ULL;  // an entry whose log record was damaged when its segment was rebuilt

// Keys ---------------------------------------------------------------------------------------------------------------------
using Key8 = std::array<uint8_t, 8>;
using Key16 = std::array<uint8_t, 16>;
Key8 number_key(uint64_t number);
uint64_t number_of_key(ByteView key);
// `segment` counts from 0: it holds the sequences segment·256 + 1 … segment·256 + 256.
Key16 segment_key(RoomId room, uint64_t segment);

// Log ----------------------------------------------------------------------------------------------------------------------
struct LogHeader {
  Epoch epoch;
  RoomId room;
  Sequence sequence;
  ProducerId producer;
  ProducerNumber number;
  WallTime wall{};
  uint32_t body_bytes = 0;
  uint32_t body_check = 0;
  uint64_t messages = 0;              // how many of its room's entries up to this one are messages
  EntryKind kind = EntryKind::kText;  // what it was when it was said; its body may be a Gone by now
  bool large = false;                 // the body is in the table `large`, under the same position
};
inline constexpr size_t kLogHeaderBytes = 64;
void encode_log_header(const LogHeader& header, LogPosition position, uint8_t* out);
std::optional<LogHeader> decode_log_header(ByteView record, LogPosition position);

// Positions of a segment, ascending; kUnknownPosition where one isn't known. LEB128 of the differences, 0 for an unknown one.
inline constexpr size_t kMaxPositionsBytes = kSegmentEntries * 10;
size_t encode_positions(std::span<const uint64_t> positions, uint8_t* out);
// False unless `bytes` is exactly out.size() positions.
bool decode_positions(ByteView bytes, std::span<uint64_t> out);

// Index --------------------------------------------------------------------------------------------------------------------
using Segment = std::array<uint64_t, kSegmentEntries>;
inline constexpr size_t kMaxIndexBytes = 4 + kMaxPositionsBytes;
ByteView encode_index(const Key16& key, std::span<const uint64_t, kSegmentEntries> positions, std::span<uint8_t, kMaxIndexBytes> out);
bool decode_index(const Key16& key, ByteView record, Segment& out);

// Rooms: name, head, and the positions of the open segment (head mod 256 of them) --------------------------------------------
struct RoomRecord {
  std::string_view name{};
  Sequence head{};
  uint64_t messages = 0;
  size_t open_count = 0;
  Segment open{};
};
inline constexpr size_t kMaxRoomBytes = 4 + 8 + 8 + 1 + 255 + kMaxPositionsBytes;
ByteView encode_room(RoomId id, const RoomRecord& room, std::span<uint8_t, kMaxRoomBytes> out);
// The name points into `record`.
std::optional<RoomRecord> decode_room(RoomId id, ByteView record);

// Producers ----------------------------------------------------------------------------------------------------------------
inline constexpr size_t kProducerBytes = 28;
void encode_producer(const room::ProducerState& state, std::span<uint8_t, kProducerBytes> out);
std::optional<room::ProducerState> decode_producer(ProducerId id, ByteView record);

// Single numbers: meta (under a name) and epochs (under a number) ------------------------------------------------------------
inline constexpr size_t kNumberBytes = 12;
void encode_number(ByteView key, uint64_t value, std::span<uint8_t, kNumberBytes> out);
std::optional<uint64_t> decode_number(ByteView key, ByteView record);

}  // namespace parley::history
