// SPDX-License-Identifier: Apache-2.0
// `parley-bench soak`: chat for hours while faults come in turns: loss, outages, delay, duplicates and reorder on the path, changed
// addresses, a killed server. Every message is followed until it has its place and reached everybody; the verdict names what was lost,
// doubled or out of order, and whether memory grew. Ctrl-C ends it early, with the verdict.
#pragma once

#include <string>

#include "tools/bench/measure/report.h"

namespace parley::bench {

struct SoakOptions {
  double minutes = 60;
  int clients = 200;
  int rooms = 10;
  int rate = 100;         // messages/s over all rooms
  int turn_seconds = 20;  // of each fault
  int kill_every = 5;     // rounds of all faults: in the first, and each so many, the server is killed
  uint64_t seed = 1;      // of what the path does
  std::string server_flags = {};
};

// False when the server or the clients didn't come up; the reason is on stderr.
bool run_soak(const SoakOptions& options, Report& report);

}  // namespace parley::bench
