// SPDX-License-Identifier: Apache-2.0
// The log on disk: LMDB with the tables log, index, rooms, producers, meta (core/history/README.md has the layout and its measurements).
// One writer thread calls append(); any thread reads. All calls may block on the disk, so never on an I/O thread.
// A batch is one synced transaction: after append() returned without error all of it survives a crash; after an error none of it is there.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/entry_kind.h"
#include "core/base/error.h"
#include "core/base/gap_reason.h"
#include "core/base/ids.h"
#include "core/base/time.h"
#include "core/bus/record.h"
#include "core/history/log_scan.h"
#include "core/room/room_table.h"

namespace parley::history {

class StoreCopy;

struct StoreOptions {
  std::filesystem::path directory;  // created (0700) if missing, its parent must exist
  // Sparse map size and so the store's bound: above it append says kStorageFull. 0, where there is a store already: what it had so far.
  size_t max_bytes = size_t{1} << 40;
  bool skip_meta_sync = false;          // --fast, MDB_NOMETASYNC: a system crash (not a process crash) may take the last commit back
  bool no_sync_for_simulation = false;  // no fsync at all: only for stores that needn't survive the machine
  // This start's epoch is so much above the last one. More than 1 where the store was restored from a backup: the server it is from may
  // have gone on under the next numbers, and clients know entries of these that aren't here.
  uint32_t epoch_step = 1;
  size_t checkpoint_every = 131'072;  // entries between checkpoints; a start replays at most about three times as many
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
  EntryKind kind = EntryKind::kText;
};

// A user has read a room up to there. Marks only go forward: a lower one than the store has is without effect.
struct NewMark {
  RoomId room;
  std::string_view user;
  Sequence read;
};

// A user joined a room that shows what was said since then. Without effect if he did before.
struct NewJoin {
  RoomId room;
  std::string_view user;
  Sequence first;  // that he may see
};

// One transaction.
struct NewRecords {
  std::span<const NewRoom> rooms;
  std::span<const NewEntry> entries;
  std::span<const NewMark> marks{};
  std::span<const NewJoin> joins{};
  std::span<const std::string_view> erasures{};  // users: what they said up to this transaction is to be erased, see erase_some()
  bool empty() const { return rooms.empty() && entries.empty() && marks.empty() && joins.empty() && erasures.empty(); }
};

struct StoredEntry {
  Sequence sequence;
  Epoch epoch;
  std::vector<uint8_t> bytes;
  EntryKind kind = EntryKind::kText;  // what it was when it was said
  uint64_t messages = 0;              // how many of its room's entries up to it are messages
};

enum class Reading : uint8_t {
  kBackward,  // entries before `from` (0: from the newest)
  kForward,   // from `from` on
  kAround,    // half of `limit` before `from`, the rest from there on; otherwise as kForward
  kFromTime,  // from the first one on that was said at `time` or later, as far as the server's clock went forward
};

struct PageRequest {
  RoomId room;
  Sequence from{};
  Reading reading = Reading::kBackward;
  size_t limit = 0;  // entries, ≤ kMaxPageEntries; bytes are bounded by kMaxPageBytes
  WallTime time{};
  Sequence floor{};  // what is before this isn't for the asker
  GapReason floor_reason = GapReason::kLateJoiner;
  std::string_view user{};  // whose reactions are `mine`
};

// What later entries said about one of the page.
struct ReactionCount {
  std::string emoji;
  uint32_t count = 0;
  bool mine = false;  // the asking user's is among them
};
struct PageNote {
  Sequence sequence;
  bool pinned = false;
  Sequence through;  // the last Reaction or Pin that is in it
  std::vector<ReactionCount> reactions;
};

struct Page {
  std::vector<StoredEntry> entries;  // ascending
  std::vector<PageNote> notes;       // of those of them that have any, ascending
  bool more = false;                 // further entries exist in that direction
  // [from, to) was asked for and isn't there; 0, 0 = none. It lies before the entries when reading forward. When reading backward: before
  // them, the end of what there is; or, for damaged ones, behind them.
  Sequence gap_from, gap_to;
  GapReason gap_reason = GapReason::kUnknown;
  Sequence head;  // newest stored of the room at the time of reading
};

// What must be known of an entry before somebody may edit it, delete it, react to it or pin it.
struct TargetRequest {
  RoomId room;
  Sequence target;
  std::string_view user, emoji;
};
struct TargetFacts {
  bool found = false;  // a message that is stored and neither deleted nor erased
  std::string author{};
  bool reacted = false;      // the user, with that emoji
  bool known_emoji = false;  // somebody has
  size_t reaction_kinds = 0;
  bool pinned = false;
  size_t pins = 0;  // of the room
};

// What a member wants to know of a room beside its entries.
struct RoomInfo {
  std::vector<uint8_t> topic;    // Entry buffer of the last Topic; empty: there was none
  std::vector<Sequence> pinned;  // ascending
  Sequence read;                 // how far the user has read it
  uint64_t unread = 0;           // messages after that
  uint64_t mentions = 0;         // of those that name him; counts up to kMaxMentionsKept
  Sequence peer_read;            // likewise the other one of a direct room
  Sequence head;                 // as of then
};
struct RoomInfoRequest {
  RoomId room;
  std::string_view user;
  std::string_view peer{};  // of a direct room
};

// Entries of a room before `keep_from` are to go.
struct Cut {
  RoomId room;
  Sequence keep_from;
};
struct RemoveRequest {
  std::span<const Cut> cuts;
  size_t most = 0;  // entries
};
struct RemovedSome {
  size_t records = 0;
  bool done = false;  // nothing of the cuts is left
};
// What there is of a room: first = head + 1 when nothing is.
struct RoomExtent {
  Sequence first{1}, head;
};
// Sizes of a room's entries, added up from one downwards.
struct SizeRequest {
  RoomId room;
  Sequence before;     // begins with the one before it
  uint64_t bytes = 0;  // ends when they are above this ...
  size_t limit = 0;    // ... or after so many
};
struct SizeSum {
  Sequence down_to;  // the last that was added; the first retained: that was all
  uint64_t bytes = 0;
};

// A room in which something of a user was erased, up to where.
struct ErasedRoom {
  RoomId room;
  Sequence through;
};
struct ErasedSome {
  std::vector<ErasedRoom> rooms{};
  bool done = false;  // the log is through
};
// An order that isn't finished.
struct Erasure {
  std::string user;
  bool searched = false;           // the log is through, the search index perhaps not
  uint64_t looked_at = 0, of = 0;  // positions of the log
};
// What stands about a user and a room.
struct UserMark {
  RoomId room;
  Sequence read{};       // 0: nothing
  Sequence joined_at{};  // the first sequence that he may see, where that is known; else 0
};

struct StoreStatus {
  uint64_t entries = 0;
  uint64_t bytes_used = 0;
  uint64_t bytes_free = 0;  // of these: what deletions left, used before the file grows
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
  Result<void> append(const NewRecords& batch);
  Result<void> append(std::span<const NewRoom> rooms, std::span<const NewEntry> entries) { return append({rooms, entries}); }

  // Writer thread. Takes away the oldest of these entries with all that was said about them, in one transaction; again and again until it
  // is done. kStorageFull, kStorageFailed: nothing was taken; a smaller `most` needs less room.
  Result<RemovedSome> remove(const RemoveRequest& request);
  // Writer thread; costs nothing.
  RoomExtent extent(RoomId room) const;
  // Any thread; empty for a room that isn't there.
  std::string room_name(RoomId room) const;
  // Writer thread. What was ordered by NewRecords::erasures, also before this start. One step: looks through a part of the log and erases
  // what it finds, in one transaction. finish_erasure: the search index is through, too.
  std::vector<Erasure> erasures() const;
  Result<ErasedSome> erase_some(const std::string& user);
  Result<void> finish_erasure(const std::string& user);
  // Any thread. The first sequence that the user may see of a room that shows what was said since he joined it; 0: he never did.
  Result<Sequence> joined_at(RoomId room, std::string_view user) const;
  Result<std::vector<UserMark>> marks_of(std::string_view user) const;
  // Any thread. The first of the room's entries that was said at that time or later; head + 1 if none was.
  Result<Sequence> first_since(RoomId room, WallTime time) const;
  Result<SizeSum> sizes(const SizeRequest& request) const;

  // Any thread; a short read transaction, everything is copied out.
  Result<Page> read_page(const PageRequest& request) const;
  // The highest s ≤ since such that what a client learned in `epoch` up to s is what is stored; below `since` where a tail was never
  // stored.
  Result<Sequence> valid_through(RoomId room, Epoch epoch, Sequence since) const;
  Result<TargetFacts> target(const TargetRequest& request) const;
  Result<RoomInfo> room_info(const RoomInfoRequest& request) const;
  // The log itself, for those who follow it (log_scan.h). Any thread, likewise.
  Result<LogRange> log_range() const;
  Result<LogScan> read_log(const LogRequest& request) const;
  // Where the log holds the room's entries from ≤ sequence < before (0: up to the newest): its first is at begin, its last at end - 1.
  // Empty where there are none.
  Result<LogRange> room_range(RoomId room, Sequence from, Sequence before) const;
  // How many of the room's entries stand before a position; so also the sequence of the last of them.
  Result<Sequence> sequence_before(RoomId room, LogPosition position) const;
  // Those positions of [begin, end) that the log has.
  Result<std::vector<LogPosition>> positions(const LogRange& range) const;
  // A piece of the log from which something was taken since this was last asked of it, or before the start; nothing: there is none. For
  // one follower. Any thread.
  std::optional<LogRange> take_removed();
  StoreStatus status() const;
  // A copy of all that is stored by now, for a backup (store_copy.h). Blocks for as long as the disk needs; any thread.
  Result<void> copy_to(const std::filesystem::path& file, StoreCopy& copy) const;

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::history
