// SPDX-License-Identifier: Apache-2.0
// The log on disk: LMDB with the tables log, index, rooms, producers, meta (core/history/README.md has the layout and its measurements).
// One writer thread calls append(); any thread reads. All calls may block on the disk, so never on an I/O thread.
// A batch is one synced transaction: after append() returned without error all of it survives a crash; after an error none of it is there.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/base/time.h"
#include "core/bus/record.h"
#include "core/room/room_table.h"

namespace parley::history {

struct StoreOptions {
  std::filesystem::path directory;      // created (0700) if missing, its parent must exist
  size_t max_bytes = size_t{1} << 40;   // sparse map size and so the store's bound: above it append says kStorageFull
  bool skip_meta_sync = false;          // --fast, MDB_NOMETASYNC: a system crash (not a process crash) may take the last commit back
  bool no_sync_for_simulation = false;  // no fsync at all: only for stores that needn't survive the machine
  size_t checkpoint_every = 131'072;    // entries between checkpoints; a start replays at most about three times as many
};

struct NewRoom {
  RoomId id;
  std::string_view name;
};

// One entry as the writer hands it over: applied already, so with its place. The views live until append() returns.
struct NewEntry {
  RoomId room;
  Sequence sequence;
  ProducerId producer;
  ProducerNumber number;
  WallTime wall;
  ByteView bytes;  // Entry buffer, schema/entry.fbs
};

struct StoredEntry {
  Sequence sequence;
  Epoch epoch;
  std::vector<uint8_t> bytes;
};

struct PageRequest {
  RoomId room;
  Sequence from;  // backward: entries before this (0: from the newest); forward: entries from this on
  bool forward = false;
  size_t limit = 0;  // entries, ≤ kMaxPageEntries; bytes are bounded by kMaxPageBytes
};

struct Page {
  std::vector<StoredEntry> entries;  // ascending
  bool more = false;                 // further entries exist in that direction
  Sequence gap_from, gap_to;         // [from, to) asked for but no longer retained; 0, 0 = none
  Sequence head;                     // newest stored of the room at the time of reading
};

struct StoreStatus {
  uint64_t entries = 0;
  uint64_t bytes_used = 0;
  uint64_t bytes_limit = 0;
  uint64_t damaged_records = 0;  // failed their check when read since start; reported and skipped, never served
};

class Store {
 public:
  // Opens or makes it, and starts a new epoch (one synced commit). Errors, each with cause and cure in its text: kPermission,
  // kStoreVersion, kStoreLocked (another process has it), kStoreDamaged, kStorageFull, kStorageFailed.
  static Result<std::unique_ptr<Store>> open(const StoreOptions& options);
  ~Store();  // with a checkpoint, so that the next start has nothing to replay
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Rooms, producers and epoch as of the open.
  const room::Snapshot& snapshot() const;

  // Writer thread. kStorageFull: nothing was written; try again later, the same batch. kStorageFailed: likewise, but somebody must look.
  Result<void> append(std::span<const NewRoom> rooms, std::span<const NewEntry> entries);

  // Any thread; a short read transaction, everything is copied out.
  Result<Page> read_page(const PageRequest& request) const;
  // The highest s ≤ since such that what a client learned in `epoch` up to s is what is stored; below `since` where a tail was never
  // stored.
  Result<Sequence> valid_through(RoomId room, Epoch epoch, Sequence since) const;
  StoreStatus status() const;

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::history
