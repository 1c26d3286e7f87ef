// SPDX-License-Identifier: Apache-2.0
// `parley-bench loss`: how much later messages arrive over a lossy path than over the same path without loss, and what that costs in bytes;
// beside it plain ENet (the same program, the link's features off) and the channel's bound. The goals are those of the design: a chat
// should feel as if nothing were lost. In virtual time (loss_world.h), so the same seed gives the same table on any machine.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/measure/report.h"

namespace parley::bench {

struct LossOptions {
  std::vector<std::string> rows;  // empty: all
  uint64_t messages = 25'000;     // of each row: more than ten simulated hours
  uint64_t seed = 1;
  double duplicate = 0, reorder = 0;
  int threads = 2;
  bool alone = false;
};

std::vector<std::string> loss_row_names();
bool run_loss(const LossOptions& options, Report& report);

}  // namespace parley::bench
