// SPDX-License-Identifier: Apache-2.0
// `parley-bench compare-servers`: Parley beside the servers that are installed here, each started on a loopback port, with the loads arena,
// room and flood on all of them in turns; one table.
#pragma once

#include "tools/bench/measure/report.h"

namespace parley::bench {

struct CompareServersOptions {
  int seconds = 10;  // of each run of each load
  int runs = 3;
  int message_bytes = 64;
  double scale = 1;  // of the loads' clients and rates
  bool anywhere = false;
};

// False when not even Parley could be measured; the reason is on stderr.
bool run_compare_servers(const CompareServersOptions& options, Report& report);

}  // namespace parley::bench
