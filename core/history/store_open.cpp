// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/history/format.h"
#include "core/history/retained.h"
#include "core/history/store_impl.h"

namespace parley::history {
namespace {

// All records of a table in key order; stops early when `visit` returns false. 0, or why it ended before the table did: a page that can't
// be read looks like the table's end otherwise, and what is behind it would be given out again.
template <class Visit>
int for_each_record(MDB_txn* txn, MDB_dbi table, uint64_t from, Visit visit) {
  MDB_cursor* cursor = nullptr;
  if (const int status = mdb_cursor_open(txn, table, &cursor); status != 0) return status;
  const Key8 first = number_key(from);
  MDB_val key = to_val(first);
  MDB_val value{};
  int status = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
  for (; status == 0; status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
    if (!visit(number_of_key(to_view(key)), to_view(value))) break;
  }
  mdb_cursor_close(cursor);
  return status == MDB_NOTFOUND ? 0 : status;
}

}  // namespace

Result<void> Store::Impl::open(const StoreOptions& options) {
  checkpoint.set_interval(options.checkpoint_every);
  if (auto locked = lock.acquire(options.directory); !locked) return locked;
  if (const int status = environment.open(options); status != 0) return std::unexpected(environment.error(status, "can't open the store"));
  if (auto checked = check_format(environment); !checked) return checked;
  if (const int status = environment.open_tables(); status != 0) {
    return std::unexpected(environment.error(status, "can't make the tables of the store"));
  }
  {
    const ReadTransaction txn(environment.get());
    if (txn.status() != 0) return std::unexpected(environment.error(txn.status(), "can't read the store"));
    if (auto loaded = load_rooms(txn.get()); !loaded) return loaded;
    if (auto loaded = load_producers(txn.get()); !loaded) return loaded;
    load_retained(txn.get());
    if (auto replayed = replay(txn.get()); !replayed) return replayed;
    load_erasures(txn.get());
  }
  for (uint64_t id = 1; id <= heads.size(); ++id) snapshot.rooms.push_back(heads.state(RoomId(id)));
  if (auto started = start_epoch(options.epoch_step, !options.skip_meta_sync); !started) return started;
  note_removed_before();
  log_end = next.value;
  opened = true;
  return {};
}

Result<void> Store::Impl::load_rooms(MDB_txn* txn) {
  uint64_t expected = 1;
  bool sound = true;
  const int status = for_each_record(txn, environment.tables().rooms, 0, [&](uint64_t id, ByteView value) {
    const auto record = decode_room(RoomId(id), value);
    sound = record.has_value() && id == expected++;
    if (sound) heads.load(record->name, *record);
    return sound;
  });
  // Without its name and head a room can't be continued: numbers would be given twice.
  if (!sound)
    return fail(ErrorCode::kStoreDamaged, "the store's record of room " + std::to_string(expected) + " is damaged; restore a backup");
  if (status != 0) return std::unexpected(environment.error(status, "can't read the rooms of the store"));
  return {};
}

Result<void> Store::Impl::load_producers(MDB_txn* txn) {
  const int status = for_each_record(txn, environment.tables().producers, 0, [&](uint64_t id, ByteView value) {
    if (const auto state = decode_producer(ProducerId(id), value)) {
      snapshot.producers.push_back(*state);
    } else {
      ++damaged;
    }
    return true;
  });
  if (status != 0) return std::unexpected(environment.error(status, "can't read the producers of the store"));
  return {};
}

void Store::Impl::load_retained(MDB_txn* txn) {
  for_each_record(txn, environment.tables().retained, 0, [&](uint64_t id, ByteView value) {
    const auto record = decode_retained(RoomId(id), value);
    if (record && heads.has(RoomId(id))) {
      heads.set_first(RoomId(id), record->first);
      removed_before = true;
    } else {
      ++damaged;
    }
    return true;
  });
}

Result<void> Store::Impl::replay(MDB_txn* txn) {
  const LogPosition covered(meta_number(txn, environment.tables().meta, "checkpoint").value_or(0));
  next = covered.next();
  checkpoint.set_covered(covered);
  bool known = true;
  const int status = for_each_record(txn, environment.tables().log, next.value, [&](uint64_t at, ByteView record) {
    const LogPosition position(at);
    next = position.next();
    const auto header = decode_log_header(record, position);
    if (!header) {
      ++damaged;
      return true;
    }
    known = heads.replay(*header, position);
    const room::ProducerState state{header->producer, header->number, header->room, header->sequence};
    snapshot.producers.push_back(state);
    checkpoint.note(state, position);
    return known;
  });
  if (status != 0) return std::unexpected(environment.error(status, "can't read the log of the store"));
  if (!known) return fail(ErrorCode::kStoreDamaged, "the store's log names a room that isn't there; restore a backup");
  keep_newest(snapshot.producers);
  return {};
}

Result<void> Store::Impl::start_epoch(uint32_t step, bool synced_always) {
  WriteTransaction txn(environment.get());
  snapshot.epoch =
      Epoch(static_cast<uint32_t>(txn.status() == 0 ? meta_number(txn.get(), environment.tables().meta, "epoch").value_or(0) + step : 0));
  const Tables& tables = environment.tables();
  const Key8 key = number_key(snapshot.epoch.value);
  std::array<uint8_t, kNumberBytes> start;
  encode_number(key, next.value, start);
  txn.put(tables.epochs, key, start);
  put_meta(txn, tables, "epoch", snapshot.epoch.value);
  put_meta(txn, tables, "format", kFormatVersion);
  int status = txn.commit();
  // Clients are told of it, and what they know of an epoch that begins a second time can't be judged.
  if (status == 0 && !synced_always) status = environment.sync();
  if (status != 0) return std::unexpected(environment.error(status, "can't write to the store"));
  return {};
}

}  // namespace parley::history
