// SPDX-License-Identifier: Apache-2.0
// The store's part of erasing and exporting a user, and of knowing since when he is in a room.
#include <algorithm>

#include "core/base/limits.h"
#include "core/history/crc32c.h"
#include "core/history/erasure.h"
#include "core/history/note_reader.h"
#include "core/history/store_impl.h"

namespace parley::history {
namespace {

// Entries of [record.next, record.end) that concern the user, so many positions of the log; sets record.next behind what was looked at.
int find_some(MDB_txn* txn, const Tables& tables, std::string_view user, std::pair<ErasureRecord&, std::vector<Eraser::Found>&> out) {
  auto& [record, found] = out;
  MDB_cursor* cursor = nullptr;
  int status = mdb_cursor_open(txn, tables.log, &cursor);
  if (status != 0) return status;
  const Key8 from = number_key(record.next.value);
  MDB_val key = to_val(from);
  MDB_val value{};
  status = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
  size_t looked = 0;
  for (; status == 0 && looked < kErasureLooks; ++looked, status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
    const LogPosition position(number_of_key(to_view(key)));
    if (position >= record.end) break;
    record.next = position.next();
    const auto header = decode_log_header(to_view(value), position);
    if (!header) continue;
    ByteView body = to_view(value).subspan(kLogHeaderBytes);
    MDB_val large{};
    if (header->large && mdb_get(txn, tables.large, &key, &large) == 0) body = to_view(large);
    if (concerns(body, user)) found.push_back({position, *header, {body.begin(), body.end()}});
  }
  mdb_cursor_close(cursor);
  if (looked < kErasureLooks && (status == 0 || status == MDB_NOTFOUND)) record.next = record.end;
  return status == MDB_NOTFOUND ? 0 : status;
}

std::vector<ErasedRoom> rooms_of(const std::vector<Eraser::Found>& found) {
  std::vector<ErasedRoom> rooms;
  for (const Eraser::Found& each : found) {
    const auto known = std::ranges::find(rooms, each.header.room, &ErasedRoom::room);
    if (known == rooms.end()) {
      rooms.push_back({each.header.room, each.header.sequence});
    } else {
      known->through = std::max(known->through, each.header.sequence);
    }
  }
  return rooms;
}

}  // namespace

void Store::Impl::load_erasures(MDB_txn* txn) {
  MDB_cursor* cursor = nullptr;
  if (mdb_cursor_open(txn, environment.tables().erasures, &cursor) != 0) return;
  MDB_val key{};
  MDB_val value{};
  while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
    const std::string user(as_text(to_view(key)));
    const auto record = decode_erasure(user, to_view(value));
    // Damaged: which part was done isn't known, so all of it is done again.
    if (!record) ++damaged;
    erasures.push_back({user, record.value_or(ErasureRecord{.end = next})});
  }
  mdb_cursor_close(cursor);
}

void Store::Impl::write_erasures(WriteTransaction& txn, const NewRecords& batch) {
  const LogPosition end(next.value + batch.entries.size());
  for (const std::string_view user : batch.erasures) {
    txn.put(environment.tables().erasures, as_bytes(user), encode_erasure(user, {.end = end}));
  }
}

void Store::Impl::note_erasures(const NewRecords& batch) {
  for (const std::string_view user : batch.erasures) {
    std::erase_if(erasures, [user](const auto& each) { return each.first == user; });
    erasures.push_back({std::string(user), ErasureRecord{.end = next}});
  }
}

std::vector<Erasure> Store::erasures() const {
  std::vector<Erasure> out;
  for (const auto& [user, record] : impl_->erasures) {
    out.push_back({user, record.searched, record.end.value > 1 ? record.next.value - 1 : 0, record.end.value - 1});
  }
  return out;
}

Result<ErasedSome> Store::erase_some(const std::string& user) { return impl_->erase_some(user); }
Result<void> Store::finish_erasure(const std::string& user) { return impl_->finish_erasure(user); }

Result<ErasedSome> Store::Impl::erase_some(const std::string& user) {
  const auto order = std::ranges::find(erasures, user, &std::pair<std::string, ErasureRecord>::first);
  if (order == erasures.end()) return ErasedSome{.done = true};
  const Tables& tables = environment.tables();
  ErasureRecord record = order->second;
  const bool first_step = record.next == LogPosition(1);
  WriteTransaction txn(environment.get());
  int status = txn.status();
  std::vector<Eraser::Found> found;
  if (status == 0) status = find_some(txn.get(), tables, user, {record, found});
  if (status != 0) return std::unexpected(environment.error(status, "can't look through the store"));
  record.searched = record.next >= record.end;
  if (found.empty() && !first_step && !record.searched) {  // nothing worth two syncs; after a crash it is looked at again
    order->second.next = record.next;
    return ErasedSome{};
  }
  Eraser eraser(tables, txn, user);
  if (first_step) eraser.erase_marks();
  const auto left = std::ranges::find_if_not(found, [&eraser](const Eraser::Found& each) { return eraser.erase(each); });
  if (left != found.end()) {  // the next step begins with it
    record.next = left->position;
    record.searched = false;
    found.erase(left, found.end());
  }
  txn.put(tables.erasures, as_bytes(user), encode_erasure(user, record));
  if (status = txn.commit(); status != 0) return std::unexpected(environment.error(status, "can't erase in the store"));
  order->second = record;
  return ErasedSome{rooms_of(found), record.searched};
}

Result<void> Store::Impl::finish_erasure(const std::string& user) {
  WriteTransaction txn(environment.get());
  txn.remove(environment.tables().erasures, as_bytes(user));
  if (const int status = txn.commit(); status != 0) return std::unexpected(environment.error(status, "can't write to the store"));
  std::erase_if(erasures, [&user](const auto& each) { return each.first == user; });
  return {};
}

void Store::Impl::write_joins(WriteTransaction& txn, const NewRecords& batch) {
  for (const NewJoin& join : batch.joins) {
    const std::string key = mark_key(join.user, join.room);
    if (txn.get(environment.tables().joined, as_bytes(key))) continue;  // he was there before
    std::array<uint8_t, kNumberBytes> record;
    encode_number(as_bytes(key), join.first.value, record);
    txn.put(environment.tables().joined, as_bytes(key), record);
  }
}

Result<Sequence> Store::joined_at(RoomId room, std::string_view user) const {
  const ReadTransaction txn(impl_->environment.get());
  if (txn.status() != 0) return std::unexpected(impl_->environment.error(txn.status(), "can't read the store"));
  return NoteReader(txn.get(), impl_->environment.tables()).joined_at(room, user);
}

Result<std::vector<UserMark>> Store::marks_of(std::string_view user) const {
  const ReadTransaction txn(impl_->environment.get());
  if (txn.status() != 0) return std::unexpected(impl_->environment.error(txn.status(), "can't read the store"));
  return NoteReader(txn.get(), impl_->environment.tables()).marks_of(user);
}

}  // namespace parley::history
