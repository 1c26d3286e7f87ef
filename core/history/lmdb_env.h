// SPDX-License-Identifier: Apache-2.0
// A thin hold on LMDB: an environment with the store's tables, transactions that end with their scope, and its error numbers as our errors.
// The only header of the folder that includes lmdb.h. An environment is opened once per process (an LMDB rule), which the lock in
// store_lock.h guarantees. Transactions belong to the thread that began them; one write transaction at a time, LMDB waits.
#pragma once

#include <lmdb.h>

#include <array>
#include <filesystem>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/history/store.h"

namespace parley::history {

inline constexpr const char* kStoreFile = "data.mdb";  // LMDB's name for it

struct Tables {
  MDB_dbi log = 0;        // position → header + body
  MDB_dbi large = 0;      // position → body above kMaxInlineBody
  MDB_dbi index = 0;      // (room, segment) → 256 positions
  MDB_dbi rooms = 0;      // id → name, head, open segment as of a checkpoint
  MDB_dbi producers = 0;  // id → last number and where it went, as of a checkpoint
  MDB_dbi epochs = 0;     // epoch → first log position it could write
  MDB_dbi meta = 0;       // "format", "epoch", "checkpoint" → number
  MDB_dbi notes = 0;      // (room, sequence) → what later entries said about it, notes.h
  MDB_dbi pins = 0;       // (room, sequence) → the Pin's sequence
  MDB_dbi reactions = 0;  // (room, sequence, emoji, user) → the Reaction's sequence
  MDB_dbi topics = 0;     // room → the Topic's sequence
  MDB_dbi marks = 0;      // (user, room) → read mark and mentions, notes.h
  MDB_dbi retained = 0;   // room → what retention took of it, retained.h
  MDB_dbi joined = 0;     // (user, room) → the first sequence that he may see of it
  MDB_dbi erasures = 0;   // user → how far he is erased, erasure.h
  MDB_dbi ends = 0;       // (room, epoch) → its last sequence of an epoch of which nothing is retained

  std::array<MDB_dbi, 16> all() const {
    return {log, large, index, rooms, producers, epochs, meta, notes, pins, reactions, topics, marks, retained, joined, erasures, ends};
  }
};

inline MDB_val to_val(ByteView bytes) { return {bytes.size(), const_cast<uint8_t*>(bytes.data())}; }
inline ByteView to_view(const MDB_val& val) { return {static_cast<const uint8_t*>(val.mv_data), val.mv_size}; }

// Ends (aborts) with its scope; what it returned as views ends with it.
class ReadTransaction {
 public:
  explicit ReadTransaction(MDB_env* env) : status_(mdb_txn_begin(env, nullptr, MDB_RDONLY, &txn_)) {}
  ~ReadTransaction();
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  int status() const { return status_; }
  MDB_txn* get() const { return txn_; }

 private:
  MDB_txn* txn_ = nullptr;
  int status_;
};

// Aborts with its scope unless committed. The first error sticks: later calls do nothing and commit() returns it.
class WriteTransaction {
 public:
  explicit WriteTransaction(MDB_env* env) : status_(mdb_txn_begin(env, nullptr, 0, &txn_)) {}
  ~WriteTransaction();
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  int status() const { return status_; }
  MDB_txn* get() const { return txn_; }

  void put(MDB_dbi table, ByteView key, ByteView value);
  // Room for a value of that size under a key above all others in the table, to be filled by the caller; null after an error.
  uint8_t* append(MDB_dbi table, ByteView key, size_t bytes);
  // Nothing happens if it isn't there.
  void remove(MDB_dbi table, ByteView key);
  // All records whose keys are in [first, end) or begin with one of these, `most` of them; returns how many.
  struct KeyRange {
    std::array<uint8_t, 16> first, end;
  };
  size_t remove_range(MDB_dbi table, const KeyRange& keys, size_t most);
  // All records whose keys begin so.
  void remove_prefix(MDB_dbi table, ByteView prefix);
  // Lives until the next change. Nothing after an error, too.
  std::optional<ByteView> get(MDB_dbi table, ByteView key) const;
  int commit();

 private:
  MDB_txn* txn_ = nullptr;
  int status_;
};

class Environment {
 public:
  Environment() = default;
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  // 0 or an LMDB/errno number. A store that isn't there is made beside its place and moved there when it is whole and synced: a power cut
  // meanwhile leaves none, never half a one. `tables` are made if missing.
  int open(const StoreOptions& options);
  int open_tables();
  // An existing store, its directory or a file, to read only. `alone`: the caller holds the store's lock, so LMDB needs none of its own and
  // nothing is made beside the file; else other processes may have it open, a server as well. Then find_tables(). 0 or an LMDB/errno
  // number.
  int open_to_read(const std::filesystem::path& place, bool alone);
  int find_tables();
  // All commits so far reach the disk, also with skip_meta_sync.
  int sync();
  // Processes that read beside us and were killed hold no pages any longer. Without any it costs a walk through the few slots of readers.
  void forget_dead_readers();
  MDB_env* get() const { return env_; }
  const Tables& tables() const { return tables_; }

  // 0 when the store stays below its limit with so many bytes more, and the disk has them and kDiskReserveBytes beyond; else MDB_MAP_FULL
  // or ENOSPC. What retention and the checkpoint write isn't asked: it may go up to kStoreReserveBytes beyond the limit and uses what is
  // kept of the disk, since a full store gets room by nothing else.
  int make_room_for(uint64_t bytes);
  static uint64_t free_pages(MDB_txn* reading);

  // An LMDB or errno number as an error that says what was tried, why it failed and what helps.
  Error error(int status, std::string_view doing) const;

 private:
  static int make_file(const StoreOptions& options, const std::filesystem::path& file);
  int open_file(const StoreOptions& options, const std::filesystem::path& file, unsigned flags);
  bool disk_is_full() const;
  int grow_to(uint64_t end);

  MDB_env* env_ = nullptr;
  Tables tables_;
  std::filesystem::path directory_;
  size_t max_bytes_ = 0;
  bool reserves_ = false;  // the file system can
  uint64_t reserved_ = 0;  // the disk has the file up to there
};

}  // namespace parley::history
