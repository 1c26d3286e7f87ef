// SPDX-License-Identifier: Apache-2.0
// The history agent: reads the bus, applies it to its own RoomTable, and commits groups of entries (kMaxCommitEntries, kMaxCommitBytes or,
// by load, kCommitDelay to kMaxCommitDelay, whichever is first) to the store. What comes during a commit makes the next one larger, so it
// keeps up by itself. The only writer of the store. It gates the bus: it holds one batch, and when the disk is full it keeps that, says so
// in state(), reads no further, and tries again once a second; I/O threads refuse new sends meanwhile.
//
// Between commits it has Retention take what needn't be kept any more; while the store is full, that is all it does, and what it freed is
// used at once.
//
// A batch is copied out of the ring (in memory reserved at the start), because a record's slots are free as soon as it is consumed.
// do_work and drain on its own thread (they block in fsync); durable_through(), state(), counters() and last_error() from any.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/agent.h"
#include "core/base/limits.h"
#include "core/bus/broadcast_ring.h"
#include "core/bus/wakeup.h"
#include "core/history/erasures.h"
#include "core/history/retention.h"
#include "core/history/store.h"
#include "core/room/room_table.h"

namespace parley::history {

enum class StorageState : uint8_t { kWorking, kFull, kFailed };

struct WriterCounters {
  uint64_t commits = 0;
  uint64_t entries = 0;
  uint64_t failed_commits = 0;
  uint64_t removed = 0;  // records that retention took
};

class Writer final : public Agent {
 public:
  // `subscribers` are notified when the durable watermark or the state changed (the I/O threads' wake-ups). `rules` outlive it.
  Writer(Store& store, bus::BroadcastRing::Reader& reader, std::vector<bus::Wakeup*> subscribers, const room::RoomRules& rules);
  ~Writer() override;

  int do_work(Now now) override;
  MonoTime next_deadline() const override;

  // Commits what is on the bus now, without waiting for others to share the commit: before the server goes down. True when all of it is on
  // disk; false when the store refuses (state(), last_error()), and then the rest is still on the bus.
  bool drain(Now now);

  // Orders to erase users, and the news of it: each call says whose it is.
  Erasures& erasures() { return erasures_; }

  // All records before this bus position are on disk. Any thread (acquire).
  bus::BusPosition durable_through() const;
  StorageState state() const;           // any thread
  WriterCounters counters() const;      // any thread
  std::string last_error() const;       // any thread; why state() isn't kWorking, else empty
  std::string retention_error() const;  // any thread; why nothing could be taken at the last attempt, else empty

 private:
  // What waits for the commit, in memory that is reserved once: views point into it.
  class Batch;

  int collect(Now now);
  int maintain(Now now);
  void take(const bus::Record& record);
  void take_join(const bus::Record& record, const room::Applied& applied);
  bool commit_is_due(Now now) const;
  void commit(Now now);
  void measure_commit(Now now);
  void failed(const Error& error, Now now);
  void publish(StorageState state);

  Store& store_;
  bus::BroadcastRing::Reader& reader_;
  const std::vector<bus::Wakeup*> subscribers_;
  room::RoomTable table_;
  const room::RoomRules& rules_;
  Retention retention_;
  Erasures erasures_;
  std::unique_ptr<Batch> batch_;
  MonoTime commit_by_ = kNever;         // when the batch's oldest waited long enough
  bool busy_ = false;                   // the last commit had many entries
  MonoTime committing_since_ = kNever;  // when the last one began, until it is known how long it took
  Micros delay_ = kCommitDelay;         // how long the next batch's oldest waits
  MonoTime retry_at_ = kNever;          // set while the store refuses

  std::atomic<bus::BusPosition> durable_through_{0};
  std::atomic<StorageState> state_{StorageState::kWorking};
  std::atomic<uint64_t> commits_{0};
  std::atomic<uint64_t> entries_{0};
  std::atomic<uint64_t> failed_commits_{0};
  std::atomic<uint64_t> removed_{0};
  mutable std::mutex error_mutex_;
  std::string last_error_, retention_error_;  // guarded by error_mutex_
};

}  // namespace parley::history
