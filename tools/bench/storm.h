// SPDX-License-Identifier: Apache-2.0
// `parley-bench storm`: everybody in one large room closes and comes back within two seconds, as after a hiccup of the network, while chat
// goes on. How many bytes of who-came-and-went reach a client meanwhile, beside one list of all members; and how late the chat gets for
// those who are in the room, beside the same chat in calm. README.md says who is measured, and why not all.
#pragma once

#include <string>

#include "tools/bench/measure/report.h"

namespace parley::bench {

struct StormOptions {
  int members = 2'000;
  int within_ms = 2'000;  // everybody has closed and begun to connect again
  int rate = 5;           // messages/s: each goes to all members
  int calm_seconds = 5;
  int runs = 5;
  std::string server_flags = {};
  bool anywhere = false;
};

// False when the server or the members didn't come up; the reason is on stderr.
bool run_storm(const StormOptions& options, Report& report);

}  // namespace parley::bench
