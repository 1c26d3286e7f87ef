// SPDX-License-Identifier: Apache-2.0
#include "core/history/retained.h"

#include "core/history/crc32c.h"

namespace parley::history {

void encode_retained(RoomId room, const Retained& retained, std::span<uint8_t, kRetainedBytes> out) {
  store_le(out.data() + 4, retained.first.value);
  store_le(out.data() + 12, retained.messages);
  store_le(out.data() + 20, retained.epoch.value);
  store_le(out.data(), crc32c(out.subspan(4), crc32c(number_key(room.value))));
}

std::optional<Retained> decode_retained(RoomId room, ByteView record) {
  if (record.size() != kRetainedBytes) return std::nullopt;
  if (load_le<uint32_t>(record.data()) != crc32c(record.subspan(4), crc32c(number_key(room.value)))) return std::nullopt;
  return Retained{.first = Sequence(load_le<uint64_t>(record.data() + 4)),
                  .messages = load_le<uint64_t>(record.data() + 12),
                  .epoch = Epoch(load_le<uint32_t>(record.data() + 20))};
}

Retained read_retained(MDB_txn* txn, const Tables& tables, RoomId room) {
  const Key8 own = number_key(room.value);
  MDB_val key = to_val(own);
  MDB_val value{};
  if (mdb_get(txn, tables.retained, &key, &value) != 0) return {};
  return decode_retained(room, to_view(value)).value_or(Retained{});
}

Key16 epoch_end_key(RoomId room, Epoch epoch) { return segment_key(room, epoch.value); }

std::optional<Sequence> end_of_epoch(MDB_txn* txn, const Tables& tables, std::pair<RoomId, Epoch> of) {
  const auto& [room, epoch] = of;
  const Retained retained = read_retained(txn, tables, room);
  if (retained.first == Sequence(1) || epoch >= retained.epoch) return std::nullopt;
  MDB_cursor* cursor = nullptr;
  if (mdb_cursor_open(txn, tables.ends, &cursor) != 0) return Sequence(0);
  // The last record at or before the epoch: what is behind it, or the end of the table, and one back.
  const Key16 after = epoch_end_key(room, epoch.next());
  MDB_val key = to_val(after);
  MDB_val value{};
  const int found = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
  const int status = mdb_cursor_get(cursor, &key, &value, found == 0 ? MDB_PREV : MDB_LAST);
  Sequence end(0);
  if (status == 0 && key.mv_size == after.size() && std::memcmp(key.mv_data, after.data(), 8) == 0) {
    end = Sequence(decode_number(to_view(key), to_view(value)).value_or(0));
  }
  mdb_cursor_close(cursor);
  return end;
}

}  // namespace parley::history
