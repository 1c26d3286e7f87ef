// SPDX-License-Identifier: Apache-2.0
// What the store costs, in the terms of core/history/README.md: durable messages/s and bytes handed to the disk for each, a page, a start.
//   bench_history [--benchmark_filter=…]; the store is made below $PARLEY_BENCH_DIR (default: the temporary directory).
// PARLEY_BENCH_MESSAGES sets how many messages lie in the store for Page and Start (default 2,000,000).
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/limits.h"
#include "core/base/random.h"
#include "core/history/store.h"

namespace parley::history {
namespace {

constexpr uint64_t kRooms = 1000;
constexpr uint64_t kProducers = 10'000;
constexpr size_t kBodyBytes = 150;  // an Entry buffer with a line of text

std::filesystem::path new_directory() {
  const char* base = getenv("PARLEY_BENCH_DIR");
  const std::filesystem::path parent = base != nullptr ? std::filesystem::path(base) : std::filesystem::temp_directory_path();
  std::string name = (parent / "parley-bench-XXXXXX").string();
  return mkdtemp(name.data());
}

// Bytes this process had written to storage, as the kernel counts them (/proc/self/io, write_bytes).
uint64_t bytes_written() {
  std::ifstream io("/proc/self/io");
  std::string key;
  uint64_t value = 0;
  while (io >> key >> value) {
    if (key == "write_bytes:") return value;
  }
  return 0;
}

// A store that is filled by random producers in random rooms.
class Filled {
 public:
  Filled() : directory_(new_directory()), body_(kBodyBytes, 'b'), heads_(kRooms), numbers_(kProducers) {
    open(true);
    for (uint64_t id = 1; id <= kRooms; ++id) names_.push_back("room" + std::to_string(id));
    std::vector<NewRoom> rooms;
    for (uint64_t id = 1; id <= kRooms; ++id) rooms.push_back({RoomId(id), names_[id - 1]});
    if (!store_->append(rooms, {})) abort();
  }
  ~Filled() {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  Filled(const Filled&) = delete;
  Filled& operator=(const Filled&) = delete;

  void open(bool synced) {
    store_.reset();
    auto opened = Store::open({.directory = directory_ / "store", .no_sync_for_simulation = !synced});
    if (!opened) abort();
    store_ = std::move(*opened);
  }
  void append(size_t count) {
    batch_.clear();
    for (size_t i = 0; i < count; ++i) {
      const uint64_t room = random_.below(kRooms);
      const uint64_t producer = random_.below(kProducers);
      batch_.push_back({RoomId(room + 1), Sequence(++heads_[room]), ProducerId((producer + 1) * 0x9E3779B97F4A7C15ULL),
                        ProducerNumber(++numbers_[producer]), WallTime(), as_bytes(body_)});
    }
    if (!store_->append({}, batch_)) abort();
  }
  void close() { store_.reset(); }
  Store& store() { return *store_; }
  uint64_t below(uint64_t bound) { return random_.below(bound); }

 private:
  std::filesystem::path directory_;
  std::string body_;
  std::vector<uint64_t> heads_, numbers_;
  std::vector<std::string> names_;
  std::vector<NewEntry> batch_;
  SeededRandom random_{1};
  std::unique_ptr<Store> store_;
};

void DurableAppend(benchmark::State& state) {
  Filled filled;
  const auto batch = static_cast<size_t>(state.range(0));
  const uint64_t before = bytes_written();
  for (auto _ : state) filled.append(batch);
  const auto messages = static_cast<double>(state.iterations()) * static_cast<double>(batch);
  state.counters["messages/s"] = benchmark::Counter(messages, benchmark::Counter::kIsRate);
  state.counters["written_bytes/message"] = static_cast<double>(bytes_written() - before) / messages;
}
BENCHMARK(DurableAppend)->Arg(1)->Arg(64)->Arg(512)->UseRealTime()->MinTime(5);

// One store for Page and Start, as filling it takes longest.
Filled& large_store() {
  static Filled filled;
  static const bool done = [] {
    const char* wanted = getenv("PARLEY_BENCH_MESSAGES");
    const uint64_t messages = wanted != nullptr ? strtoull(wanted, nullptr, 10) : 2'000'000;
    filled.open(false);
    for (uint64_t i = 0; i < messages; i += kMaxCommitEntries) filled.append(kMaxCommitEntries);
    return true;
  }();
  benchmark::DoNotOptimize(done);
  return filled;
}

void PageOf50(benchmark::State& state) {
  Filled& filled = large_store();
  for (auto _ : state) {
    const RoomId room(1 + filled.below(kRooms));
    auto page = filled.store().read_page({.room = room, .from = Sequence(filled.below(2000)), .reading = Reading::kBackward, .limit = 50});
    benchmark::DoNotOptimize(page);
  }
}
BENCHMARK(PageOf50)->Unit(benchmark::kMicrosecond);

void StartAfterCleanClose(benchmark::State& state) {
  Filled& filled = large_store();
  for (auto _ : state) {
    state.PauseTiming();
    filled.close();
    state.ResumeTiming();
    filled.open(false);
  }
}
BENCHMARK(StartAfterCleanClose)->Unit(benchmark::kMillisecond)->Iterations(5);

}  // namespace
}  // namespace parley::history

BENCHMARK_MAIN();
