// SPDX-License-Identifier: Apache-2.0
#include "core/history/room_cursor.h"

#include "core/history/crc32c.h"
#include "core/history/retained.h"

namespace parley::history {

std::optional<ByteView> RoomCursor::get(MDB_dbi table, ByteView key) const {
  MDB_val k = to_val(key);
  MDB_val value{};
  if (mdb_get(txn_, table, &k, &value) != 0) return std::nullopt;
  return to_view(value);
}

void RoomCursor::load_segment(uint64_t segment) {
  loaded_ = segment;
  const Key16 key = segment_key(view_.id, segment);
  const auto record = get(tables_.index, key);
  if (!record) {
    positions_.fill(0);
  } else if (!decode_index(key, *record, positions_)) {
    ++damaged_;
    positions_.fill(kUnknownPosition);
  }
}

uint64_t RoomCursor::position_of(uint64_t sequence) {
  const uint64_t segment = (sequence - 1) / kSegmentEntries;
  const uint64_t offset = (sequence - 1) % kSegmentEntries;
  if (segment == view_.full_segments()) return view_.open[offset];
  if (loaded_ != segment) load_segment(segment);
  return positions_[offset];
}

// Positions ascend with sequences, so this is a binary search; a damaged index record counts as "not before".
uint64_t RoomCursor::count_before(LogPosition position) {
  uint64_t low = 0;
  uint64_t high = view_.head.value;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    if (position_of(middle + 1) < position.value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::optional<LogHeader> RoomCursor::header_of(Sequence sequence) {
  const LogPosition position(position_of(sequence.value));
  if (!position || position.value == kUnknownPosition) return std::nullopt;
  const auto record = get(tables_.log, number_key(position.value));
  return record ? decode_log_header(*record, position) : std::nullopt;
}

// A binary search; an entry that can't be read counts as said before.
Sequence RoomCursor::first_since(WallTime time) {
  uint64_t low = first_retained().value;
  uint64_t high = view_.head.value + 1;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    const auto header = header_of(Sequence(middle));
    if (header && header->wall >= time) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return Sequence(low);
}

Sequence RoomCursor::first_retained() { return read_retained(txn_, tables_, view_.id).first; }

uint64_t RoomCursor::stored_bytes(Sequence sequence) {
  const auto header = header_of(sequence);
  return header ? kLogHeaderBytes + header->body_bytes : 0;
}

LogPosition RoomCursor::position(Sequence sequence) {
  const uint64_t position = position_of(sequence.value);
  return LogPosition(position == kUnknownPosition ? 0 : position);
}

std::optional<StoredEntry> RoomCursor::read(Sequence sequence) {
  const LogPosition position(position_of(sequence.value));
  if (!position || position.value == kUnknownPosition) return std::nullopt;
  const Key8 key = number_key(position.value);
  const auto record = get(tables_.log, key);
  if (!record) return std::nullopt;
  const auto header = decode_log_header(*record, position);
  const auto body = header && header->large ? get(tables_.large, key) : record->subspan(std::min(kLogHeaderBytes, record->size()));
  const bool sound = header && header->room == view_.id && header->sequence == sequence && body && body->size() == header->body_bytes &&
                     crc32c(*body) == header->body_check;
  if (!sound) {
    ++damaged_;
    return std::nullopt;
  }
  return StoredEntry{.sequence = sequence,
                     .epoch = header->epoch,
                     .bytes = {body->begin(), body->end()},
                     .kind = header->kind,
                     .messages = header->messages};
}

}  // namespace parley::history
