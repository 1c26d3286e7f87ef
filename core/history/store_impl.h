// SPDX-License-Identifier: Apache-2.0
// The inside of the Store, shared by store.cpp (append, close), store_open.cpp (open, replay) and page.cpp (reading). Fields by thread:
// what the writer thread alone touches, what anybody reads.
#pragma once

#include <atomic>

#include "core/history/checkpoint.h"
#include "core/history/lmdb_env.h"
#include "core/history/room_heads.h"
#include "core/history/store.h"
#include "core/history/store_lock.h"

namespace parley::history {

struct Store::Impl {
  Result<void> open(const StoreOptions& options);
  Result<void> append(const NewRecords& batch);
  void close();

  // open(), in this order (store_open.cpp)
  Result<void> load_rooms(MDB_txn* txn);
  Result<void> load_producers(MDB_txn* txn);
  Result<void> replay(MDB_txn* txn);
  Result<void> start_epoch(uint32_t step, bool synced_always);

  void write_rooms(WriteTransaction& txn, std::span<const NewRoom> rooms);
  void write_entries(WriteTransaction& txn, std::span<const NewEntry> entries);
  void write_segments(WriteTransaction& txn);
  void write_effects(WriteTransaction& txn, const NewRecords& batch);

  StoreLock lock;  // first, so that it goes last
  Environment environment;
  RoomHeads heads;
  room::Snapshot snapshot;  // as of the open, then never changed
  bool opened = false;

  // Writer thread.
  Checkpoint checkpoint{heads, environment.tables()};
  LogPosition next{1};

  // Any thread.
  mutable std::atomic<uint64_t> damaged{0};
};

}  // namespace parley::history
