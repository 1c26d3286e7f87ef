// SPDX-License-Identifier: Apache-2.0
// test_sim [--seeds N] [--seed S] [--soak M] [--quiet-hours H] [gtest flags]: N worlds from seed S on (default: kDefaultSeeds from 1).
// --seed alone replays that one. --soak: so many messages in soak worlds from that seed on; with --gtest_filter='*Soak*' only these.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

#include "tests/sim/sim_options.h"

namespace parley::sim {

SimOptions& sim_options() {
  static SimOptions options;  // main and the tests have no other way to meet
  return options;
}

}  // namespace parley::sim

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  auto& options = parley::sim::sim_options();
  bool counted = false;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], "--seeds") == 0) {
      options.count = std::strtoull(argv[++i], nullptr, 10);
      counted = true;
    } else if (std::strcmp(argv[i], "--quiet-hours") == 0) {
      options.quiet_hours = static_cast<uint32_t>(std::strtoul(argv[++i], nullptr, 10));
    } else if (std::strcmp(argv[i], "--soak") == 0) {
      options.soak = std::strtoull(argv[++i], nullptr, 10);
    } else if (std::strcmp(argv[i], "--seed") == 0) {
      options.first = std::strtoull(argv[++i], nullptr, 10);
      if (!counted) options.count = 1;
    }
  }
  return RUN_ALL_TESTS();
}
