// SPDX-License-Identifier: Apache-2.0
// `parley-bench join`: what it costs a server to take somebody in, and how long a player waits for the first message. Many sessions join as
// fast as handshakes go; then a few join over a path with a delay (parley.h's `network`), where round trips are what counts.
#pragma once

#include <string>

#include "tools/bench/measure/report.h"

namespace parley::bench {

struct JoinOptions {
  int sessions = 4'000;  // that join as fast as it goes, in rooms of 20
  int in_flight = 100;   // handshakes at a time
  int over_path = 50;    // sessions that are timed over the path, one after the other
  int path_rtt_ms = 60;  // of the path
  int runs = 5;
  std::string server_flags = {};
  bool anywhere = false;
};

// False when the server or a session didn't come up; the reason is on stderr.
bool run_join(const JoinOptions& options, Report& report);

}  // namespace parley::bench
