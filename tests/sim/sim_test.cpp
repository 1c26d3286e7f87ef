// SPDX-License-Identifier: Apache-2.0
// Worlds and the promises that must hold in each. A failing seed is printed with the command that replays it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <thread>
#include <utility>

#include "core/base/check.h"
#include "tests/sim/checkers.h"
#include "tests/sim/places.h"
#include "tests/sim/sim_options.h"
#include "tests/sim/world.h"

namespace parley::sim {
namespace {

struct Outcome {
  Observed seen;
  WorldFacts facts;
};

Outcome run_world(uint64_t seed, const Plan& plan = {}) {
  const TemporaryDirectory directory;
  World world(seed, keys(), directory.path(), plan);
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
  sum.gaps += facts.gaps;
  sum.power_cuts += facts.power_cuts;
  sum.steps += facts.steps;
  sum.moves += facts.moves;
  sum.attacks += facts.attacks;
  sum.reconnects += facts.reconnects;
}

void print(const WorldFacts& sum) {
  const std::pair<const char*, uint64_t> figures[] = {
      {"messages", sum.messages},     {"stored", sum.stored},      {"server deaths", sum.restarts},
      {"power cuts", sum.power_cuts}, {"client kills", sum.kills}, {"partitions", sum.partitions},
      {"moves", sum.moves},           {"attacks", sum.attacks},    {"reconnects", sum.reconnects},
      {"rollbacks", sum.rollbacks},   {"gaps", sum.gaps},          {"holes", sum.holes},
      {"datagrams", sum.datagrams},   {"steps", sum.steps}};
  const char* separator = "";
  for (const auto& [name, value] : figures) {
    std::printf("%s%llu %s", separator, static_cast<unsigned long long>(value), name);
    separator = ", ";
  }
  std::printf("\n");
}

// Worlds [first, first + count) on all cores; a world is one thread and knows nothing of the others.
WorldFacts run_worlds(uint64_t first, uint64_t count, const Plan& plan) {
  std::printf("seeds %llu to %llu; one alone: test_sim --seed N\n", static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(first + count - 1));
  keys();
  std::atomic<uint64_t> next{first};
  std::mutex mutex;
  WorldFacts sum;
  const auto work = [&] {
    for (uint64_t seed = next++; seed < first + count; seed = next++) {
      const Outcome outcome = run_world(seed, plan);
      const Violations violations = check_all(outcome.seen);
      const std::lock_guard lock(mutex);
      add(sum, outcome.facts);
      for (const std::string& each : violations) ADD_FAILURE() << "seed " << seed << ": " << each;
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < std::thread::hardware_concurrency() && i < count; ++i) threads.emplace_back(work);
  work();
  threads.clear();
  print(sum);
  return sum;
}

TEST(SimTest, KeepsItsPromisesInEveryWorld) {
  const SimOptions& options = sim_options();
  const WorldFacts sum = run_worlds(options.first, options.count, {});
  if (options.count >= 20) {  // the worlds are as rough as they are meant to be
    EXPECT_GT(sum.restarts, options.count / 4);
    EXPECT_GT(sum.power_cuts, 0u);
    EXPECT_GT(sum.rollbacks, 0u);
    EXPECT_GT(sum.stored, options.count * 20);
    EXPECT_GT(sum.moves, 0u);
    EXPECT_GT(sum.attacks, 0u);
  }
}

// The worlds would notice a server that loses what it called durable. In a child, because LMDB may well fall over what it finds.
TEST(SimTest, AServerWhoseDriveIgnoresSyncsIsFoundOut) {
  keys();
  bool found_out = false;
  for (uint64_t seed = 1; seed <= 40 && !found_out; ++seed) {
    const TemporaryDirectory directory;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);  // a sanitizer's words about LMDB would be taken for ours
      World world(seed, keys(), directory.path(), {.drive_ignores_syncs = true});
      _exit(check_all(world.run()).empty() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    found_out = status != 0;
  }
  EXPECT_TRUE(found_out);
}

// At 10 % loss with duplicates, reorder, flipped bits, an attacker, addresses that change and a server that is killed again and again.
TEST(SoakTest, OfManyMessagesNoneIsLostAndNoneDoubled) {
  constexpr uint64_t kMessagesAWorld = 20'000;  // so that a world's store and what was seen of it stay small
  const SimOptions& options = sim_options();
  const uint64_t each = std::min(options.soak, kMessagesAWorld);
  if (each == 0) GTEST_SKIP() << "--soak 0";
  const WorldFacts sum = run_worlds(options.first, (options.soak + each - 1) / each, {.soak_messages = each});
  EXPECT_EQ(sum.stored, sum.messages) << "no client is killed in a soak, so all that was sent is there";
  EXPECT_GT(sum.moves, 0u);
  EXPECT_GT(sum.attacks, 0u);
}

// The link asks for a sign of life after 10 s of silence, and the client gives its server up after 15.
TEST(QuietTest, AtTwentyPercentLossNobodyHasToConnectAnewForHours) {
  const WorldFacts facts = run_worlds(sim_options().first, 1, {.quiet = std::chrono::hours(sim_options().quiet_hours)});
  EXPECT_EQ(facts.reconnects, 0u);
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
