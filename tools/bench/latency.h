// SPDX-License-Identifier: Apache-2.0
// `parley-bench latency`: one sender, one receiver, an open loop at a fixed rate; beside it, in the same run and in turns, a bare UDP relay
// of the same bytes, blocking and spinning: the physical limit on this machine, and Parley's ratio to it.
#pragma once

#include "tools/bench/measure/report.h"

namespace parley::bench {

struct LatencyOptions {
  int rate = 500;   // messages/s
  int seconds = 4;  // of each of the `rounds` of each contender
  int rounds = 5;   // medians are over these
  int message_bytes = 64;
};

bool run_latency(const LatencyOptions& options, Report& report);

}  // namespace parley::bench
