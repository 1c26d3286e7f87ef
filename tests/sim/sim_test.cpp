// SPDX-License-Identifier: Apache-2.0
// Worlds and the promises that must hold in each. A failing seed is printed with the command that replays it.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <thread>

#include "core/base/check.h"
#include "tests/sim/checkers.h"
#include "tests/sim/sim_options.h"
#include "tests/sim/world.h"

namespace parley::sim {
namespace {

namespace fs = std::filesystem;

// A directory in memory where the system has one; gone with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    const fs::path base = fs::exists("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
    std::string pattern = base / "parley-sim-XXXXXX";
    CHECK(mkdtemp(pattern.data()) != nullptr, "a temporary directory can be made");
    path_ = pattern;
  }
  ~TemporaryDirectory() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Made once: what a world costs should be the world.
const identity::ServerKeys& keys() {
  static const identity::ServerKeys made = [] {
    const TemporaryDirectory directory;
    SeededRandom random(1);
    auto keys = identity::load_or_make_keys(directory.path(), random);
    CHECK(keys.has_value(), "keys can be made");
    return std::move(*keys);
  }();
  return made;
}

struct Outcome {
  Observed seen;
  WorldFacts facts;
};

Outcome run_world(uint64_t seed) {
  const TemporaryDirectory directory;
  World world(seed, keys(), directory.path());
  Observed seen = world.run();
  return {std::move(seen), world.facts()};
}

void add(WorldFacts& sum, const WorldFacts& facts) {
  sum.messages += facts.messages;
  sum.stored += facts.stored;
  sum.restarts += facts.restarts;
  sum.kills += facts.kills;
  sum.partitions += facts.partitions;
  sum.datagrams += facts.datagrams;
  sum.holes += facts.holes;
  sum.rollbacks += facts.rollbacks;
  sum.steps += facts.steps;
}

TEST(SimTest, KeepsItsPromisesInEveryWorld) {
  const SimOptions& options = sim_options();
  std::printf("seeds %llu to %llu; one alone: test_sim --seed N\n", static_cast<unsigned long long>(options.first),
              static_cast<unsigned long long>(options.first + options.count - 1));
  keys();
  std::atomic<uint64_t> next{options.first};
  std::mutex mutex;
  WorldFacts sum;
  // A world is one thread and knows nothing of the others.
  const auto work = [&] {
    for (uint64_t seed = next++; seed < options.first + options.count; seed = next++) {
      const Outcome outcome = run_world(seed);
      const Violations violations = check_all(outcome.seen);
      const std::lock_guard lock(mutex);
      add(sum, outcome.facts);
      for (const std::string& each : violations) ADD_FAILURE() << "seed " << seed << ": " << each;
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < std::thread::hardware_concurrency() && i < options.count; ++i) threads.emplace_back(work);
  work();
  threads.clear();
  std::printf(
      "%llu messages, %llu stored, %llu server kills, %llu client kills, %llu partitions, %llu rollbacks, %llu holes, %llu datagrams, %llu "
      "steps\n",
      static_cast<unsigned long long>(sum.messages), static_cast<unsigned long long>(sum.stored),
      static_cast<unsigned long long>(sum.restarts), static_cast<unsigned long long>(sum.kills),
      static_cast<unsigned long long>(sum.partitions), static_cast<unsigned long long>(sum.rollbacks),
      static_cast<unsigned long long>(sum.holes), static_cast<unsigned long long>(sum.datagrams),
      static_cast<unsigned long long>(sum.steps));
  if (options.count >= 20) {  // the worlds are as rough as they are meant to be
    EXPECT_GT(sum.restarts, options.count / 4);
    EXPECT_GT(sum.rollbacks, 0u);
    EXPECT_GT(sum.stored, options.count * 20);
  }
}

TEST(SimTest, TheSameSeedIsTheSameWorld) {
  const Outcome first = run_world(7);
  const Outcome second = run_world(7);
  EXPECT_EQ(first.facts.steps, second.facts.steps);
  EXPECT_EQ(first.facts.datagrams, second.facts.datagrams);
  EXPECT_EQ(first.facts.ended, second.facts.ended);
  EXPECT_EQ(first.seen.history, second.seen.history);
}

}  // namespace
}  // namespace parley::sim
