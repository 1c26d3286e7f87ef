// SPDX-License-Identifier: Apache-2.0
// How often the test kills the server, and by which dice; set by crash_main.cpp from the command line before the test starts.
// Constant afterwards; one thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace parley::crash {

struct CrashOptions {
  uint64_t kills = 0;             // 0: as many as come in `time`
  std::chrono::seconds time{12};  // with the start before and the settled end behind about 20
  uint64_t seed = 1;
};

CrashOptions& crash_options();

}  // namespace parley::crash
