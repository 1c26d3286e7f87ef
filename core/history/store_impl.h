// SPDX-License-Identifier: Apache-2.0
// The inside of the Store, shared by store.cpp (append, close), store_open.cpp (open, replay) and page.cpp (reading). Fields by thread:
// what the writer thread alone touches, what anybody reads.
#pragma once

#include <atomic>
#include <mutex>
#include <set>

#include "core/history/checkpoint.h"
#include "core/history/erasure.h"
#include "core/history/lmdb_env.h"
#include "core/history/room_heads.h"
#include "core/history/store.h"
#include "core/history/store_lock.h"

namespace parley::history {

struct Store::Impl {
  Result<void> open(const StoreOptions& options);
  Result<void> append(const NewRecords& batch);
  Result<RemovedSome> remove(const RemoveRequest& request);
  Result<ErasedSome> erase_some(const std::string& user);
  Result<void> finish_erasure(const std::string& user);
  void close();

  // open(), in this order (store_open.cpp)
  Result<void> load_rooms(MDB_txn* txn);
  Result<void> load_producers(MDB_txn* txn);
  void load_retained(MDB_txn* txn);
  void load_erasures(MDB_txn* txn);
  Result<void> replay(MDB_txn* txn);
  Result<void> start_epoch(uint32_t step, bool synced_always);
  void note_removed_before();

  void write_rooms(WriteTransaction& txn, std::span<const NewRoom> rooms);
  void write_entries(WriteTransaction& txn, std::span<const NewEntry> entries);
  void write_segments(WriteTransaction& txn);
  void write_effects(WriteTransaction& txn, const NewRecords& batch);
  void write_joins(WriteTransaction& txn, const NewRecords& batch);
  void write_erasures(WriteTransaction& txn, const NewRecords& batch);
  void note_erasures(const NewRecords& batch);

  StoreLock lock;  // first, so that it goes last
  Environment environment;
  RoomHeads heads;
  room::Snapshot snapshot;  // as of the open, then never changed
  bool opened = false;
  bool removed_before = false;  // something was taken before this start

  // Writer thread.
  Checkpoint checkpoint{heads, environment.tables()};
  LogPosition next{1};
  std::vector<std::pair<std::string, ErasureRecord>> erasures;  // that aren't finished

  // Any thread.
  mutable std::atomic<uint64_t> damaged{0};
  std::atomic<uint64_t> log_end{1};  // `next` as of the last commit
  std::mutex removed_mutex;
  std::set<uint64_t> removed_chunks;  // guarded by removed_mutex
};

}  // namespace parley::history
