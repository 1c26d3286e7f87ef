// SPDX-License-Identifier: Apache-2.0
#include "core/history/log_export.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "core/history/crc32c.h"
#include "core/history/records.h"
#include "core/history/store_view.h"

namespace parley::history {
namespace {

constexpr size_t kPieceEntries = 1024;           // of all rooms, looked at in one transaction
constexpr size_t kPieceBytes = 4 * 1024 * 1024;  // of bodies; a piece ends earlier when they reach it

class Exporter {
 public:
  Exporter(const StoreView& store, const std::vector<std::string>& rooms, ExportSink& sink)
      : store_(store), wanted_(rooms.begin(), rooms.end()), sink_(sink) {}

  Result<ExportReport> run() {
    if (auto ready = prepare(); !ready) return std::unexpected(std::move(ready.error()));
    for (uint64_t next = begin_; next < end_;) {
      std::vector<ExportedEntry> piece;
      const auto after = read_piece(next, piece);
      if (!after) return std::unexpected(after.error());
      next = *after;
      for (const ExportedEntry& each : piece) {
        if (!sink_.on_entry(each)) return report_;
        ++report_.entries;
      }
      sink_.on_progress(std::min(next, end_) - begin_, end_ - begin_);
    }
    return report_;
  }

 private:
  std::unexpected<Error> error(int status) const {
    return std::unexpected(store_.environment().error(status, "can't read on in the store"));
  }

  Result<void> prepare() {
    const ReadTransaction txn(store_.environment().get());
    if (txn.status() != 0) return error(txn.status());
    MDB_cursor* cursor = nullptr;
    if (const int status = mdb_cursor_open(txn.get(), store_.tables().log, &cursor); status != 0) return error(status);
    MDB_val key{};
    MDB_val value{};
    int status = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
    if (status == 0) begin_ = number_of_key(to_view(key));
    if (status == 0) status = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
    if (status == 0) end_ = number_of_key(to_view(key)) + 1;
    if (status == 0 || status == MDB_NOTFOUND) status = load_names(txn.get());
    mdb_cursor_close(cursor);
    if (status != 0) return error(status);
    for (const std::string& room : wanted_) {
      if (std::ranges::none_of(names_, [&](const auto& each) { return each.second == room; }))
        return fail(ErrorCode::kUnknownRoom, "there is no room \"" + room + "\" in this store; mind upper and lower case");
    }
    return {};
  }

  int load_names(MDB_txn* txn) {
    MDB_cursor* cursor = nullptr;
    if (const int status = mdb_cursor_open(txn, store_.tables().rooms, &cursor); status != 0) return status;
    MDB_val key{};
    MDB_val value{};
    int status = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
    for (; status == 0; status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
      const RoomId id(number_of_key(to_view(key)));
      if (const auto record = decode_room(id, to_view(value))) names_[id.value] = std::string(record->name);
    }
    mdb_cursor_close(cursor);
    return status == MDB_NOTFOUND ? 0 : status;
  }

  // The position after the piece.
  Result<uint64_t> read_piece(uint64_t from, std::vector<ExportedEntry>& piece) {
    const ReadTransaction txn(store_.environment().get());
    if (txn.status() != 0) return error(txn.status());
    MDB_cursor* cursor = nullptr;
    if (const int status = mdb_cursor_open(txn.get(), store_.tables().log, &cursor); status != 0) return error(status);
    const Key8 first = number_key(from);
    MDB_val key = to_val(first);
    MDB_val value{};
    uint64_t next = end_;  // where the log ends earlier: retention took the rest
    size_t bytes = 0, looked = 0;
    int status = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    for (; status == 0 && number_of_key(to_view(key)) < end_; status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
      if (looked++ == kPieceEntries || bytes >= kPieceBytes) {
        next = number_of_key(to_view(key));
        break;
      }
      bytes += take(txn.get(), LogPosition(number_of_key(to_view(key))), to_view(value), piece);
    }
    mdb_cursor_close(cursor);
    if (status != 0 && status != MDB_NOTFOUND) return error(status);
    return next;
  }

  size_t take(MDB_txn* txn, LogPosition position, ByteView record, std::vector<ExportedEntry>& piece) {
    const auto header = decode_log_header(record, position);
    const auto name = header ? names_.find(header->room.value) : names_.end();
    if (name == names_.end()) {
      if (!header) ++report_.unreadable;
      return 0;  // else of a room that came to be after the beginning
    }
    if (!wanted_.empty() && !wanted_.contains(name->second)) return 0;
    ByteView body = record.subspan(kLogHeaderBytes);
    if (header->large) {
      const Key8 key = number_key(position.value);
      MDB_val k = to_val(key);
      MDB_val value{};
      body = mdb_get(txn, store_.tables().large, &k, &value) == 0 ? to_view(value) : ByteView{};
    }
    const bool sound = body.size() == header->body_bytes && crc32c(body) == header->body_check;
    const std::vector<uint8_t> aligned(body.begin(), body.end());
    auto entry = sound ? plain_entry(aligned, header->kind) : std::nullopt;
    if (!entry) {
      ++report_.unreadable;
      return 0;
    }
    piece.push_back({name->second, header->sequence, std::move(*entry)});
    return body.size();
  }

  const StoreView& store_;
  const std::unordered_set<std::string> wanted_;
  ExportSink& sink_;
  std::unordered_map<uint64_t, std::string> names_;
  uint64_t begin_ = 0, end_ = 0;
  ExportReport report_;
};

}  // namespace

Result<ExportReport> export_log(const std::filesystem::path& directory, const std::vector<std::string>& rooms, ExportSink& sink) {
  const auto store = StoreView::open(directory, Beside::kAServer);
  if (!store) return std::unexpected(store.error());
  return Exporter(**store, rooms, sink).run();
}

}  // namespace parley::history
