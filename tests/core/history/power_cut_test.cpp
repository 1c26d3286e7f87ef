// SPDX-License-Identifier: Apache-2.0
// What a store holds after its process or its power died at any operation of the disk, over many seeds. PARLEY_SEEDS=N and PARLEY_SEED=S
// run N of them from S on (kSeeds from 1 if not said); a failure names its seed.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "tests/core/history/store_life.h"

namespace parley::history::test {
namespace {

#if defined(NDEBUG) && !defined(__SANITIZE_THREAD__)
constexpr uint64_t kSeeds = 100;
#else
constexpr uint64_t kSeeds = 20;
#endif
constexpr int kLives = 12;

uint64_t from_environment(const char* name, uint64_t otherwise) {
  const char* const value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

class PowerCutTest : public ::testing::Test {
 protected:
  void run(const LifePlan& plan) {
    const uint64_t first = from_environment("PARLEY_SEED", 1);
    const uint64_t count = from_environment("PARLEY_SEEDS", std::getenv("PARLEY_SEED") != nullptr ? 1 : kSeeds);
    std::printf("seeds %llu to %llu\n", static_cast<unsigned long long>(first), static_cast<unsigned long long>(first + count - 1));
    for (uint64_t seed = first; seed < first + count; ++seed) {
      const std::string broken = live(seed, plan);
      if (!broken.empty()) ADD_FAILURE() << "seed " << seed << ": " << broken;
    }
    std::printf("%llu batches answered, %llu under way at a death, %llu of these arrived, %llu taken back, %llu opens cut short\n",
                static_cast<unsigned long long>(sum_.answered), static_cast<unsigned long long>(sum_.under_way),
                static_cast<unsigned long long>(sum_.arrived), static_cast<unsigned long long>(sum_.taken_back),
                static_cast<unsigned long long>(sum_.failed_opens));
  }
  std::string live(uint64_t seed, const LifePlan& plan) {
    const TemporaryDirectory directory(in_memory());
    StoreLife life(directory.path(), seed, plan);
    std::string broken = life.live(kLives);
    add(life.facts());
    return broken;
  }
  static std::filesystem::path in_memory() {
    return std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
  }
  void add(const StoreLife::Facts& facts) {
    sum_.answered += facts.answered;
    sum_.under_way += facts.under_way;
    sum_.arrived += facts.arrived;
    sum_.taken_back += facts.taken_back;
    sum_.failed_opens += facts.failed_opens;
  }
  // The deaths hit what they are meant to hit.
  void expect_rough() const {
    if (std::getenv("PARLEY_SEED") != nullptr) return;
    EXPECT_GT(sum_.answered, 0u);
    EXPECT_GT(sum_.under_way, 0u);
    EXPECT_GT(sum_.arrived, 0u);
    EXPECT_GT(sum_.failed_opens, 0u);
  }

  StoreLife::Facts sum_;
};

TEST_F(PowerCutTest, WhatWasAnsweredOutlivesTheProcess) {
  run({.death = Death::kProcess});
  expect_rough();
}

TEST_F(PowerCutTest, WhatWasAnsweredOutlivesTornAndLostWrites) {
  run({.death = Death::kPower});
  expect_rough();
  EXPECT_EQ(sum_.taken_back, 0u);
}

TEST_F(PowerCutTest, WithoutMetaSyncWhatWasAnsweredOutlivesTheProcess) {
  run({.death = Death::kProcess, .fast = true});
  EXPECT_EQ(sum_.taken_back, 0u);
}

TEST_F(PowerCutTest, WithoutMetaSyncATornWriteTakesBackTheLastCommitAtMost) {
  run({.death = Death::kPower, .fast = true});
  expect_rough();
  EXPECT_GT(sum_.taken_back, 0u) << "else --fast loses nothing, and its manual is wrong";
}

// The tests above would notice: a drive that ignores syncs is the same as a store that leaves them out. In a child, because LMDB may well
// fall over what it finds then.
TEST_F(PowerCutTest, AStoreWithoutSyncsIsFoundOut) {
  bool found_out = false;
  for (uint64_t seed = 1; seed <= kSeeds && !found_out; ++seed) {
    const TemporaryDirectory directory(in_memory());
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);  // a sanitizer's words about LMDB would be taken for ours
      StoreLife life(directory.path(), seed, {.death = Death::kPower, .without_syncs = true});
      _exit(life.live(kLives).empty() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    found_out = status != 0;
  }
  EXPECT_TRUE(found_out);
}

}  // namespace
}  // namespace parley::history::test
