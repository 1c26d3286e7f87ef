// SPDX-License-Identifier: Apache-2.0
#include "core/history/verify_state.h"

namespace parley::history {
namespace {

constexpr uint64_t kProgressEvery = 4096;  // records

}  // namespace

void VerifyState::for_each(MDB_dbi table, const std::function<void(ByteView, ByteView)>& visit) {
  MDB_cursor* cursor = nullptr;
  int got = status != 0 ? status : mdb_cursor_open(txn_, table, &cursor);
  MDB_val key{};
  MDB_val value{};
  if (got == 0) got = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
  for (; got == 0; got = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
    visit(to_view(key), to_view(value));
    if (++report.records % kProgressEvery == 0) watcher_.on_progress(report.records, total);
  }
  if (cursor != nullptr) mdb_cursor_close(cursor);
  if (got != MDB_NOTFOUND) status = got;
}

std::optional<ByteView> VerifyState::get(MDB_dbi table, ByteView key) const {
  MDB_val k = to_val(key);
  MDB_val value{};
  if (mdb_get(txn_, table, &k, &value) != 0) return std::nullopt;
  return to_view(value);
}

void VerifyState::find(const char* table, std::string where, std::string problem, const char* cure) {
  ++report.findings;
  watcher_.on_finding({table, std::move(where), std::move(problem), cure});
}

std::string VerifyState::name_of(RoomId id, uint64_t sequence) {
  const CheckedRoom* known = room(id);
  const std::string name = known == nullptr || known->name.empty() ? std::to_string(id.value) : known->name;
  return "room " + name + (sequence == 0 ? "" : ", entry " + std::to_string(sequence));
}

bool VerifyState::knows(RoomId id, uint64_t sequence) {
  const CheckedRoom* known = room(id);
  return known != nullptr && sequence != 0 && sequence <= std::max(known->last, known->recorded_head);
}

bool VerifyState::has(RoomId id, uint64_t sequence) {
  const CheckedRoom* known = room(id);
  return known != nullptr && known->first != 0 && sequence >= known->first && sequence <= known->last;
}

std::optional<LogHeader> VerifyState::header_of(RoomId id, uint64_t sequence) {
  if (!has(id, sequence)) return std::nullopt;
  const CheckedRoom& known = *room(id);
  const uint64_t closed = known.last - known.last % kSegmentEntries;
  uint64_t position = kUnknownPosition;
  if (sequence > closed) {
    position = known.open[sequence - closed - 1];
  } else {
    const Key16 key = segment_key(id, (sequence - 1) / kSegmentEntries);
    const auto record = get(tables().index, key);
    Segment positions;
    if (record && decode_index(key, *record, positions)) position = positions[(sequence - 1) % kSegmentEntries];
  }
  const auto record = get(tables().log, number_key(position));
  return record ? decode_log_header(*record, LogPosition(position)) : std::nullopt;
}

}  // namespace parley::history
