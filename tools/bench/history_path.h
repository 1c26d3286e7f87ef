// SPDX-License-Identifier: Apache-2.0
// The way that a message takes to the disk in a server, alone: a bus of the server's size, the history writer on a thread of its own with
// the server's runner, the store. The thread that makes a HistoryPath is the I/O thread of it: it publishes, and is woken when the durable
// watermark moved. All calls on that thread.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "core/base/random.h"
#include "core/bus/broadcast_ring.h"
#include "core/bus/runner.h"
#include "core/history/writer.h"
#include "tools/bench/measure/histogram.h"

namespace parley::bench {

// Who says what where: entries whose texts MadeUpChat made, from producers and in rooms by chance. The same seed says the same.
class HistoryTraffic {
 public:
  struct Options {
    uint64_t rooms = 0;
    uint64_t producers = 0;
    uint64_t first_producer = 0;  // of these; so that two traffics have none in common
    uint64_t seed = 1;
  };
  explicit HistoryTraffic(const Options& options);

  // The next message; the view lives as long as the traffic.
  bus::Record next(WallTime wall);
  // Their Entry buffers, which come in turns.
  const std::vector<ByteView>& bodies() const { return views_; }

 private:
  const Options options_;
  SeededRandom random_;
  std::vector<std::vector<uint8_t>> bodies_;
  std::vector<ByteView> views_;
  std::vector<uint64_t> numbers_;  // of each producer
  uint64_t said_ = 0;
};

class HistoryPath {
 public:
  explicit HistoryPath(history::Store& store);

  // Joins that make the rooms of a new store, and waits until they are stored.
  Result<void> make_rooms(uint64_t rooms);
  // Publishes, waiting while the bus is full; the position behind it. An error when the store refuses.
  Result<bus::BusPosition> publish(const bus::Record& record);
  Result<void> wait_durable(bus::BusPosition end);
  // Sleeps until the watermark isn't what the caller saw, at most so long.
  void wait(bus::BusPosition seen, Micros most);
  void wake_writer() { writer_wakeup_.notify(); }

  bus::BusPosition durable_through() const { return agent_.writer.durable_through(); }
  history::WriterCounters counters() const { return agent_.writer.counters(); }
  double writer_cpu_s() const { return agent_.cpu_s; }
  // Ends the writer's thread. How long its rounds with a commit took, in ns.
  const Histogram& stop();

 private:
  // The writer, watched.
  struct WatchedWriter final : Agent {
    WatchedWriter(history::Store& store, bus::BroadcastRing& ring, bus::Wakeup& subscriber)
        : writer(store, ring.add_reader(), {&subscriber}, keep_all) {}
    int do_work(Now now) override;
    MonoTime next_deadline() const override { return writer.next_deadline(); }

    const room::RoomRules keep_all{};
    history::Writer writer;
    Histogram commits;               // its thread's until stop()
    std::atomic<double> cpu_s{0.0};  // of its thread
  };
  Result<void> refused() const;

  bus::BroadcastRing ring_;
  bus::Wakeup subscriber_, writer_wakeup_;
  WatchedWriter agent_;
  SystemClock clock_;
  bus::AgentRunner runner_;
  uint64_t published_ = 0;
};

}  // namespace parley::bench
