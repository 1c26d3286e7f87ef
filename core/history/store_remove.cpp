// SPDX-License-Identifier: Apache-2.0
// The store's part of retention: taking entries away, and what must be known to decide which.
#include <algorithm>

#include "core/base/limits.h"
#include "core/history/removal.h"
#include "core/history/room_cursor.h"
#include "core/history/store_impl.h"

namespace parley::history {
namespace {

constexpr uint64_t kChunk = 4096;  // positions that the follower looks at together

}  // namespace

Result<RemovedSome> Store::remove(const RemoveRequest& request) { return impl_->remove(request); }

Result<RemovedSome> Store::Impl::remove(const RemoveRequest& request) {
  WriteTransaction txn(environment.get());
  if (txn.status() != 0) return std::unexpected(environment.error(txn.status(), "can't write to the store"));
  Removal removal(heads, environment.tables(), txn, damaged);
  bool all = true;
  for (const Cut& cut : request.cuts) all = removal.add(cut, checkpoint.covered(), request.most) && all;
  all = removal.run() && all;
  const bool waits = !all && removal.positions().size() < request.most;  // for the checkpoint, or for reactions that were too many
  if (waits) checkpoint.write_early(txn, request.most);
  if (const int status = txn.commit(); status != 0) return std::unexpected(environment.error(status, "can't remove from the store"));
  if (waits) checkpoint.done();
  for (const Removal::Part& part : removal.parts()) heads.set_first(part.room, part.to);
  const std::lock_guard removed_lock(removed_mutex);
  for (const LogPosition position : removal.positions()) removed_chunks.insert((position.value - 1) / kChunk);
  return RemovedSome{removal.records(), all};
}

RoomExtent Store::extent(RoomId room) const {
  if (!impl_->heads.has(room)) return {};
  return {impl_->heads.first(room), impl_->heads.state(room).head};
}

std::string Store::room_name(RoomId room) const { return impl_->heads.name(room); }

Result<Sequence> Store::first_since(RoomId room, WallTime time) const {
  const auto view = impl_->heads.view(room);
  if (!view) return Sequence(1);
  const ReadTransaction txn(impl_->environment.get());
  if (txn.status() != 0) return std::unexpected(impl_->environment.error(txn.status(), "can't read the store"));
  return RoomCursor(*view, txn.get(), impl_->environment.tables(), impl_->damaged).first_since(time);
}

Result<SizeSum> Store::sizes(const SizeRequest& request) const {
  const auto view = impl_->heads.view(request.room);
  SizeSum sum{.down_to = request.before};
  if (!view) return sum;
  const ReadTransaction txn(impl_->environment.get());
  if (txn.status() != 0) return std::unexpected(impl_->environment.error(txn.status(), "can't read the store"));
  RoomCursor cursor(*view, txn.get(), impl_->environment.tables(), impl_->damaged);
  const Sequence first = cursor.first_retained();
  for (size_t added = 0; added < request.limit && sum.down_to > first && sum.bytes <= request.bytes; ++added) {
    sum.down_to = Sequence(sum.down_to.value - 1);
    sum.bytes += cursor.stored_bytes(sum.down_to);
  }
  return sum;
}

Result<std::vector<LogPosition>> Store::positions(const LogRange& range) const {
  const ReadTransaction txn(impl_->environment.get());
  MDB_cursor* cursor = nullptr;
  int status = txn.status();
  if (status == 0) status = mdb_cursor_open(txn.get(), impl_->environment.tables().log, &cursor);
  if (status != 0) return std::unexpected(impl_->environment.error(status, "can't read the log of the store"));
  std::vector<LogPosition> out;
  const Key8 from = number_key(range.begin.value);
  MDB_val key = to_val(from);
  MDB_val value{};
  for (status = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE); status == 0; status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
    const LogPosition position(number_of_key(to_view(key)));
    if (position >= range.end) break;
    out.push_back(position);
  }
  mdb_cursor_close(cursor);
  if (status != 0 && status != MDB_NOTFOUND) return std::unexpected(impl_->environment.error(status, "can't read the log of the store"));
  return out;
}

std::optional<LogRange> Store::take_removed() {
  const std::lock_guard removed_lock(impl_->removed_mutex);
  auto& chunks = impl_->removed_chunks;
  if (chunks.empty()) return std::nullopt;
  const uint64_t chunk = *chunks.begin();
  chunks.erase(chunks.begin());
  return LogRange{LogPosition(chunk * kChunk + 1), LogPosition((chunk + 1) * kChunk + 1)};
}

// What went before this start isn't remembered by anybody, so all of the log is looked through once.
void Store::Impl::note_removed_before() {
  if (!removed_before) return;
  for (uint64_t chunk = 0; chunk * kChunk + 1 < next.value; ++chunk) removed_chunks.insert(removed_chunks.end(), chunk);
}

}  // namespace parley::history
