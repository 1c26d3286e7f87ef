// SPDX-License-Identifier: Apache-2.0
// `parley-bench stages`: where a message's time goes on its way from the speaker's plan to the listener's callback, stage by stage, with
// the real library, server and threads on loopback sockets. Stages follow each other without a hole, so they add up to the whole.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/measure/report.h"
#include "tools/bench/stages/world.h"

namespace parley::bench {

struct Stage {
  const char* part;   // several stages of one kind are summed under it
  const char* where;  // "sender", "server in", …
  Point from, to;
};

const std::vector<Stage>& stages();

// What a trace says: of each stage, of each part, and of the whole. Messages that lack a point are counted and left out, as are the first
// ones, when all memory was still cold.
struct StageTimes {
  struct Row {
    std::string name{};
    Histogram ns{};
    double share = 0;  // of all messages' time together
  };
  std::vector<Row> stages{}, parts{};
  Histogram whole{}, durable{};
  size_t used = 0, left_out = 0;
};
StageTimes stage_times(const Trace& trace, size_t warm_up);

// False when the server or a client couldn't be started; the reason is on stderr.
bool run_stages(const StagesOptions& options, Report& report);

}  // namespace parley::bench
