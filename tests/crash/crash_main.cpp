// SPDX-License-Identifier: Apache-2.0
// test_crash [--kills N] [--seed S] [gtest flags]: kills the server N times (default: as often as it can in some
// seconds), by the dice of that seed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

#include "tests/crash/crash_options.h"

namespace parley::crash {

CrashOptions& crash_options() {
  static CrashOptions options;  // main and the test have no other way to meet
  return options;
}

}  // namespace parley::crash

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  auto& options = parley::crash::crash_options();
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], "--kills") == 0) options.kills = std::strtoull(argv[++i], nullptr, 10);
    if (std::strcmp(argv[i], "--seed") == 0) options.seed = std::strtoull(argv[++i], nullptr, 10);
  }
  return RUN_ALL_TESTS();
}
