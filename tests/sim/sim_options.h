// SPDX-License-Identifier: Apache-2.0
// Which worlds the test runs; set by sim_main.cpp from the command line before the tests start.
// Constant afterwards; one thread.
#pragma once

#include <cstdint>

namespace parley::sim {

// With sanitizers a world costs twenty times as much.
#ifdef NDEBUG
inline constexpr uint64_t kDefaultSeeds = 1000;
inline constexpr uint64_t kDefaultSoak = 40'000;
inline constexpr uint32_t kDefaultQuietHours = 10;
#else
inline constexpr uint64_t kDefaultSeeds = 40;
inline constexpr uint64_t kDefaultSoak = 1'000;
inline constexpr uint32_t kDefaultQuietHours = 1;
#endif

struct SimOptions {
  uint64_t first = 1;
  uint64_t count = kDefaultSeeds;
  uint64_t soak = kDefaultSoak;  // messages
  uint32_t quiet_hours = kDefaultQuietHours;
};

SimOptions& sim_options();

}  // namespace parley::sim
