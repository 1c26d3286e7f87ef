// SPDX-License-Identifier: Apache-2.0
// What the parts of a verification share: the transaction, where findings go, and what is known so far of rooms and epochs. Made by
// verify_store for one run; one thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/history/records.h"
#include "core/history/store_view.h"
#include "core/history/verify.h"

namespace parley::history {

struct CheckedRoom {
  std::string name;
  bool sound = false;  // its record is
  bool told = false;   // that its record lags: once is enough
  uint64_t recorded_head = 0, recorded_messages = 0;
  Segment recorded_open{};  // of the recorded head's open segment
  uint64_t retained = 1;    // all before it were taken by retention
  // Of the log:
  uint64_t first = 0, last = 0, messages = 0;
  std::vector<uint64_t> open{};  // positions of the last segment so far; kUnknownPosition where one is missing
};

class VerifyState {
 public:
  VerifyState(const StoreView& store, MDB_txn* txn, VerifyWatcher& watcher) : store_(store), txn_(txn), watcher_(watcher) {}

  // All records of a table; an LMDB error ends it and is kept in `status`.
  void for_each(MDB_dbi table, const std::function<void(ByteView key, ByteView value)>& visit);
  std::optional<ByteView> get(MDB_dbi table, ByteView key) const;
  void find(const char* table, std::string where, std::string problem, const char* cure);

  const Tables& tables() const { return store_.tables(); }
  MDB_txn* txn() const { return txn_; }
  CheckedRoom* room(RoomId id) { return id.value >= 1 && id.value <= rooms.size() ? &rooms[id.value - 1] : nullptr; }
  std::string name_of(RoomId id, uint64_t sequence = 0);
  // After the log was read. Whether the entry is there, or was before retention took it.
  bool knows(RoomId id, uint64_t sequence);
  bool has(RoomId id, uint64_t sequence);  // is there now
  std::optional<LogHeader> header_of(RoomId id, uint64_t sequence);

  VerifyReport report;
  uint64_t total = 0;
  int status = 0;
  std::vector<CheckedRoom> rooms;                     // by id - 1
  std::vector<std::pair<uint64_t, uint64_t>> epochs;  // first position and epoch, ascending
  uint64_t checkpoint = 0;
  uint64_t log_end = 1;            // behind the last position
  uint64_t missing_positions = 0;  // before that
  uint64_t removed = 0;            // entries that retention took, of all rooms
  uint64_t damaged_headers = 0;

 private:
  const StoreView& store_;
  MDB_txn* const txn_;
  VerifyWatcher& watcher_;
};

}  // namespace parley::history
