// SPDX-License-Identifier: Apache-2.0
// `parley-bench sessions`: many sessions in rooms of a fixed size, chatting at a given rate, from one process that holds them all. Prints
// what an idle session costs in server memory and what a delivery costs in server CPU, beside the cost of a bare sendto + recv in the same
// run. Every delivery is checked: in order, none twice, none missing.
#pragma once

#include <cstdint>
#include <string>

#include "tools/bench/measure/report.h"

namespace parley::bench {

struct SessionsOptions {
  int sessions = 10'000;
  int rooms = 500;
  int rate = 2'000;  // messages/s over all rooms
  int seconds = 30;
  int message_bytes = 64;
  std::string server_flags;  // passed on to parleyd, split at spaces
  std::string idle = "block";
};

// False when the server or the sessions didn't come up; the reason is on stderr.
bool run_sessions(const SessionsOptions& options, Report& report);

}  // namespace parley::bench
