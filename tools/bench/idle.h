// SPDX-License-Identifier: Apache-2.0
// `parley-bench idle`: what sessions cost that only are there. Memory of the server a session (what it allocated; README.md says more),
// from 1,000 to 20,000, and what a delivery costs among so many, for the same chat each time (rooms of the same size, the same rate): a
// crowd that is silent should cost the others nothing.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/measure/report.h"

namespace parley::bench {

struct IdleOptions {
  std::vector<int> sessions = {100, 1'000, 5'000, 20'000};  // the first is what the others are compared with
  int room_members = 20;
  int rate = 500;   // messages/s over all rooms
  int seconds = 5;  // of chat
  int runs = 3;
  std::string target = "parley";
  std::string server_flags = {};
  bool anywhere = false;
};

// False when the server or the sessions didn't come up; the reason is on stderr.
bool run_idle(const IdleOptions& options, Report& report);

}  // namespace parley::bench
