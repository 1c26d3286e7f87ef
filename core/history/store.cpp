// SPDX-License-Identifier: Apache-2.0
#include "core/history/store.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/base/prefetch.h"
#include "core/history/crc32c.h"
#include "core/history/effects.h"
#include "core/history/store_impl.h"

namespace parley::history {
namespace {

constexpr size_t kAhead = 4, kPrefetchBytes = 256;  // entries; of each

// How much a batch may make the store grow: twice its entries, for half-empty pages, and a page for each thing that is new.
uint64_t growth_of(const NewRecords& batch) {
  constexpr uint64_t kPage = 4096, kOverhead = 16;
  uint64_t bytes = kOverhead * kPage;
  for (const NewEntry& entry : batch.entries) bytes += 2 * (kLogHeaderBytes + entry.bytes.size());
  return bytes + (batch.rooms.size() + batch.marks.size() + batch.joins.size()) * kMaxRoomBytes;
}

}  // namespace

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Store::~Store() { impl_->close(); }

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options) {
  auto impl = std::make_unique<Impl>();
  if (auto opened = impl->open(options); !opened) return std::unexpected(opened.error());
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

const room::Snapshot& Store::snapshot() const { return impl_->snapshot; }

Result<void> Store::append(const NewRecords& batch) { return impl_->append(batch); }

StoreStatus Store::status() const {
  StoreStatus status;
  status.damaged_records = impl_->damaged;
  const ReadTransaction txn(impl_->environment.get());
  MDB_envinfo info{};
  MDB_stat log{};
  if (txn.status() != 0 || mdb_env_info(impl_->environment.get(), &info) != 0) return status;
  if (mdb_stat(txn.get(), impl_->environment.tables().log, &log) != 0) return status;
  status.entries = log.ms_entries;
  status.bytes_used = (info.me_last_pgno + 1) * log.ms_psize;
  status.bytes_free = Environment::free_pages(txn.get()) * log.ms_psize;
  status.bytes_limit = info.me_mapsize - kStoreReserveBytes;
  return status;
}

Result<void> Store::Impl::append(const NewRecords& batch) {
  if (batch.empty()) return {};
  const auto& [rooms, entries, marks, joins, users] = batch;
  for (const NewRoom& room : rooms) heads.stage_room(room.id, room.name);
  heads.stage_entries(entries, next);

  environment.forget_dead_readers();
  WriteTransaction txn(environment.get());
  const int room = txn.status() != 0 ? txn.status() : environment.make_room_for(growth_of(batch));
  write_rooms(txn, rooms);
  write_entries(txn, entries);
  write_segments(txn);
  write_effects(txn, batch);
  write_joins(txn, batch);
  write_erasures(txn, batch);
  checkpoint.write_some(txn, entries.size());
  if (const int status = room != 0 ? room : txn.commit(); status != 0) {
    heads.rollback();
    return std::unexpected(environment.error(status, "can't write to the store"));
  }
  heads.commit();
  checkpoint.done();
  for (const NewEntry& entry : entries) {
    checkpoint.note({entry.producer, entry.number, entry.room, entry.sequence}, next);
    next = next.next();
  }
  log_end = next.value;
  note_erasures(batch);
  return {};
}

void Store::Impl::write_rooms(WriteTransaction& txn, std::span<const NewRoom> rooms) {
  for (const NewRoom& room : rooms) {
    std::array<uint8_t, kMaxRoomBytes> record;
    txn.put(environment.tables().rooms, number_key(room.id.value), encode_room(room.id, {.name = room.name}, record));
  }
}

void Store::Impl::write_entries(WriteTransaction& txn, std::span<const NewEntry> entries) {
  LogPosition position = next;
  for (size_t i = 0; i < entries.size(); ++i) {
    const NewEntry& entry = entries[i];
    // A large batch fell out of the cache while it was collected.
    if (i + kAhead < entries.size()) prefetch(entries[i + kAhead].bytes.data(), std::min(entries[i + kAhead].bytes.size(), kPrefetchBytes));
    const LogHeader header{.epoch = snapshot.epoch,
                           .room = entry.room,
                           .sequence = entry.sequence,
                           .producer = entry.producer,
                           .number = entry.number,
                           .wall = entry.wall,
                           .body_bytes = static_cast<uint32_t>(entry.bytes.size()),
                           .body_check = crc32c(entry.bytes),
                           .messages = heads.staged_messages()[i],
                           .kind = entry.kind,
                           .large = entry.bytes.size() > kMaxInlineBody};
    const Key8 key = number_key(position.value);
    uint8_t* record = txn.append(environment.tables().log, key, kLogHeaderBytes + (header.large ? 0 : entry.bytes.size()));
    if (record == nullptr) return;
    encode_log_header(header, position, record);
    uint8_t* body = header.large ? txn.append(environment.tables().large, key, entry.bytes.size()) : record + kLogHeaderBytes;
    if (body == nullptr) return;
    if (!entry.bytes.empty()) std::memcpy(body, entry.bytes.data(), entry.bytes.size());
    position = position.next();
  }
}

void Store::Impl::write_segments(WriteTransaction& txn) {
  for (const FullSegment& full : heads.full_segments()) {
    const Key16 key = segment_key(full.room, full.segment);
    std::array<uint8_t, kMaxIndexBytes> record;
    txn.put(environment.tables().index, key, encode_index(key, full.positions, record));
  }
}

void Store::Impl::write_effects(WriteTransaction& txn, const NewRecords& batch) {
  Effects effects(heads, environment.tables(), txn);
  for (const NewEntry& entry : batch.entries) effects.apply(entry);
  for (const NewMark& mark : batch.marks) effects.apply(mark);
}

void Store::Impl::close() {
  if (!opened) return;
  // Saves the next start its replay. If it fails, nothing is lost: the log is the truth.
  WriteTransaction txn(environment.get());
  checkpoint.write_all(txn);
  if (txn.commit() == 0) checkpoint.done();
}

}  // namespace parley::history
