// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/history/store_impl.h"

namespace parley::history {
namespace {

// All records of a table in key order; stops early when `visit` returns false.
template <class Visit>
void for_each_record(MDB_txn* txn, MDB_dbi table, uint64_t from, Visit visit) {
  MDB_cursor* cursor = nullptr;
  if (mdb_cursor_open(txn, table, &cursor) != 0) return;
  const Key8 first = number_key(from);
  MDB_val key = to_val(first);
  MDB_val value{};
  for (int status = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE); status == 0;
       status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
    if (!visit(number_of_key(to_view(key)), to_view(value))) break;
  }
  mdb_cursor_close(cursor);
}

}  // namespace

Result<void> Store::Impl::open(const StoreOptions& options) {
  checkpoint.set_interval(options.checkpoint_every);
  if (auto locked = lock.acquire(options.directory); !locked) return locked;
  if (const int status = environment.open(options); status != 0) return std::unexpected(environment.error(status, "can't open the store"));
  if (auto checked = check_format(); !checked) return checked;
  if (const int status = environment.open_tables(); status != 0) {
    return std::unexpected(environment.error(status, "can't make the tables of the store"));
  }
  {
    const ReadTransaction txn(environment.get());
    if (txn.status() != 0) return std::unexpected(environment.error(txn.status(), "can't read the store"));
    if (auto loaded = load_rooms(txn.get()); !loaded) return loaded;
    load_producers(txn.get());
    if (auto replayed = replay(txn.get()); !replayed) return replayed;
  }
  for (uint64_t id = 1; id <= heads.size(); ++id) snapshot.rooms.push_back(heads.state(RoomId(id)));
  if (auto started = start_epoch(!options.skip_meta_sync); !started) return started;
  opened = true;
  return {};
}

std::optional<uint64_t> Store::Impl::meta(MDB_txn* txn, MDB_dbi table, std::string_view name) const {
  MDB_val key = to_val(as_bytes(name));
  MDB_val value{};
  if (mdb_get(txn, table, &key, &value) != 0) return std::nullopt;
  return decode_number(as_bytes(name), to_view(value));
}

// Before anything is written: what is there must be ours, or nothing.
Result<void> Store::Impl::check_format() {
  const ReadTransaction txn(environment.get());
  if (txn.status() != 0) return std::unexpected(environment.error(txn.status(), "can't read the store"));
  MDB_dbi root = 0;
  MDB_stat tables{};
  if (mdb_dbi_open(txn.get(), nullptr, 0, &root) == 0) mdb_stat(txn.get(), root, &tables);
  if (tables.ms_entries == 0) return {};  // new
  MDB_dbi table = 0;
  if (mdb_dbi_open(txn.get(), "meta", 0, &table) != 0) {
    return fail(ErrorCode::kStoreDamaged, "data.mdb in the store's directory belongs to another program; name another directory");
  }
  MDB_stat records{};
  if (mdb_stat(txn.get(), table, &records) == 0 && records.ms_entries == 0) return {};  // died while it was made, before its first epoch
  const std::optional<uint64_t> format = meta(txn.get(), table, "format");
  if (format == kFormatVersion) return {};
  if (!format) return fail(ErrorCode::kStoreDamaged, "the store's format record is damaged; restore a backup");
  return fail(ErrorCode::kStoreVersion, "the store has format " + std::to_string(*format) + ", this Parley reads format " +
                                            std::to_string(kFormatVersion) + "; use the version that wrote it");
}

Result<void> Store::Impl::load_rooms(MDB_txn* txn) {
  uint64_t expected = 1;
  bool sound = true;
  for_each_record(txn, environment.tables().rooms, 0, [&](uint64_t id, ByteView value) {
    const auto record = decode_room(RoomId(id), value);
    sound = record.has_value() && id == expected++;
    if (sound) heads.load(record->name, *record);
    return sound;
  });
  // Without its name and head a room can't be continued: numbers would be given twice.
  if (!sound)
    return fail(ErrorCode::kStoreDamaged, "the store's record of room " + std::to_string(expected) + " is damaged; restore a backup");
  return {};
}

void Store::Impl::load_producers(MDB_txn* txn) {
  for_each_record(txn, environment.tables().producers, 0, [&](uint64_t id, ByteView value) {
    if (const auto state = decode_producer(ProducerId(id), value)) {
      snapshot.producers.push_back(*state);
    } else {
      ++damaged;
    }
    return true;
  });
}

Result<void> Store::Impl::replay(MDB_txn* txn) {
  const LogPosition covered(meta(txn, environment.tables().meta, "checkpoint").value_or(0));
  next = covered.next();
  bool known = true;
  for_each_record(txn, environment.tables().log, next.value, [&](uint64_t at, ByteView record) {
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
  if (!known) return fail(ErrorCode::kStoreDamaged, "the store's log names a room that isn't there; restore a backup");
  keep_newest(snapshot.producers);
  return {};
}

Result<void> Store::Impl::start_epoch(bool synced_always) {
  WriteTransaction txn(environment.get());
  snapshot.epoch =
      Epoch(static_cast<uint32_t>(txn.status() == 0 ? meta(txn.get(), environment.tables().meta, "epoch").value_or(0) + 1 : 0));
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
