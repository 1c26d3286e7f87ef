// SPDX-License-Identifier: Apache-2.0
// The history agent: reads the bus, applies it to its own RoomTable, and commits groups of entries (kMaxCommitEntries or kMaxCommitDelay,
// whichever is first) to the store. The only writer of the store. It gates the bus: what it hasn't stored isn't overwritten, so when the disk
// is full it keeps its batch, says so in state(), and tries again once a second; I/O threads refuse new sends meanwhile.
// do_work on its own thread (it blocks in fsync); durable_through() and state() from any.
#pragma once

#include <memory>
#include <vector>

#include "core/base/agent.h"
#include "core/bus/broadcast_ring.h"
#include "core/bus/wakeup.h"
#include "core/history/store.h"

namespace parley::history {

enum class StorageState : uint8_t { kWorking, kFull, kFailed };

struct WriterCounters {
  uint64_t commits = 0;
  uint64_t entries = 0;
  uint64_t failed_commits = 0;
};

class Writer final : public Agent {
 public:
  // `subscribers` are notified when the durable watermark or the state changed (the I/O threads' wake-ups).
  Writer(Store& store, bus::BroadcastRing::Reader& reader, std::vector<bus::Wakeup*> subscribers);
  ~Writer() override;

  int do_work(Now now) override;
  MonoTime next_deadline() const override;

  // All records before this bus position are on disk. Any thread (acquire).
  bus::BusPosition durable_through() const;
  StorageState state() const;      // any thread
  WriterCounters counters() const; // any thread
};

}  // namespace parley::history
