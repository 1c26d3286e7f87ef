// SPDX-License-Identifier: Apache-2.0
#include "core/history/log_scan.h"

#include <algorithm>

#include "core/history/crc32c.h"
#include "core/history/room_cursor.h"
#include "core/history/store_impl.h"

namespace parley::history {
namespace {

constexpr size_t kMaxScanBytes = 4 * 1024 * 1024;  // of bodies; a scan ends earlier when they reach it

class LogCursor {
 public:
  LogCursor(MDB_txn* txn, MDB_dbi table) : status_(mdb_cursor_open(txn, table, &cursor_)) {}
  ~LogCursor() {
    if (cursor_ != nullptr) mdb_cursor_close(cursor_);
  }
  LogCursor(const LogCursor&) = delete;
  LogCursor& operator=(const LogCursor&) = delete;

  // 0, MDB_NOTFOUND at the end, or an error.
  int move(MDB_cursor_op operation) { return status_ != 0 ? status_ : mdb_cursor_get(cursor_, &key_, &value_, operation); }
  int seek(LogPosition position) {
    wanted_ = number_key(position.value);
    key_ = to_val(wanted_);
    return move(MDB_SET_RANGE);
  }
  LogPosition position() const { return LogPosition(number_of_key(to_view(key_))); }
  ByteView record() const { return to_view(value_); }

 private:
  MDB_cursor* cursor_ = nullptr;
  int status_;
  Key8 wanted_{};
  MDB_val key_{}, value_{};
};

std::optional<ByteView> body_of(const LogHeader& header, ByteView record, LogPosition position, MDB_txn* txn, MDB_dbi large) {
  ByteView body = record.subspan(kLogHeaderBytes);
  if (header.large) {
    const Key8 key = number_key(position.value);
    MDB_val k = to_val(key);
    MDB_val value{};
    if (mdb_get(txn, large, &k, &value) != 0) return std::nullopt;
    body = to_view(value);
  }
  if (body.size() != header.body_bytes || crc32c(body) != header.body_check) return std::nullopt;
  return body;
}

}  // namespace

Result<LogRange> Store::log_range() const {
  const LogPosition written(impl_->log_end);  // the newest may be gone, yet their positions aren't given twice
  const ReadTransaction txn(impl_->environment.get());
  if (txn.status() != 0) return std::unexpected(impl_->environment.error(txn.status(), "can't read the store"));
  LogCursor cursor(txn.get(), impl_->environment.tables().log);
  if (const int status = cursor.move(MDB_FIRST); status != 0) {
    if (status == MDB_NOTFOUND) return LogRange{written, written};
    return std::unexpected(impl_->environment.error(status, "can't read the log of the store"));
  }
  const LogPosition begin = cursor.position();
  if (const int status = cursor.move(MDB_LAST); status != 0)
    return std::unexpected(impl_->environment.error(status, "can't read the log of the store"));
  return LogRange{begin, std::max(written, cursor.position().next())};
}

Result<LogScan> Store::read_log(const LogRequest& request) const {
  const ReadTransaction txn(impl_->environment.get());
  if (txn.status() != 0) return std::unexpected(impl_->environment.error(txn.status(), "can't read the store"));
  LogScan scan;
  scan.next = request.from;
  LogCursor cursor(txn.get(), impl_->environment.tables().log);
  size_t bytes = 0;
  int status = cursor.seek(request.from);
  for (size_t looked = 0; status == 0 && looked < request.limit && bytes < kMaxScanBytes; ++looked, status = cursor.move(MDB_NEXT)) {
    const LogPosition position = cursor.position();
    if (position >= request.to) break;
    scan.next = position.next();
    const auto header = decode_log_header(cursor.record(), position);
    if (header && request.room && header->room != request.room) continue;
    const auto body = header ? body_of(*header, cursor.record(), position, txn.get(), impl_->environment.tables().large) : std::nullopt;
    if (!body) {
      ++impl_->damaged;
      continue;
    }
    bytes += body->size();
    scan.entries.push_back({position, header->room, header->sequence, header->epoch, header->producer, header->number.value,
                            std::vector<uint8_t>(body->begin(), body->end())});
  }
  if (status != 0 && status != MDB_NOTFOUND) return std::unexpected(impl_->environment.error(status, "can't read the log of the store"));
  if (status == MDB_NOTFOUND || (status == 0 && cursor.position() >= request.to)) scan.next = std::max(scan.next, request.to);
  return scan;
}

Result<LogRange> Store::room_range(RoomId room, Sequence from, Sequence before) const {
  const auto view = impl_->heads.view(room);
  if (!view) return LogRange{};
  const ReadTransaction txn(impl_->environment.get());
  if (txn.status() != 0) return std::unexpected(impl_->environment.error(txn.status(), "can't read the store"));
  RoomCursor cursor(*view, txn.get(), impl_->environment.tables(), impl_->damaged);
  Sequence first = std::max(from, cursor.first_retained());
  Sequence last = before ? std::min(Sequence(before.value - 1), view->head) : view->head;
  while (first <= last && !cursor.position(first)) first = first.next();  // of a damaged index record
  while (first < last && !cursor.position(last)) last = Sequence(last.value - 1);
  if (first > last) return LogRange{};
  return LogRange{cursor.position(first), cursor.position(last).next()};
}

Result<Sequence> Store::sequence_before(RoomId room, LogPosition position) const {
  const auto view = impl_->heads.view(room);
  if (!view) return Sequence(0);
  const ReadTransaction txn(impl_->environment.get());
  if (txn.status() != 0) return std::unexpected(impl_->environment.error(txn.status(), "can't read the store"));
  return Sequence(RoomCursor(*view, txn.get(), impl_->environment.tables(), impl_->damaged).count_before(position));
}

}  // namespace parley::history
