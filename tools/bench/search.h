// SPDX-License-Identifier: Apache-2.0
// `parley-bench search`: how long the first page of a search takes in a room with a million messages, by kind of query; and what the index
// costs: messages a second to build it, bytes on disk, memory. The messages are made up, in several scripts, with words as frequent as
// Zipf's law says; the same seed makes the same. Store and index lie in a temporary directory, which goes when it is done.
#pragma once

#include <cstdint>

#include "tools/bench/measure/report.h"

namespace parley::bench {

struct SearchOptions {
  uint64_t messages = 1'000'000;
  uint64_t rooms = 1;  // messages go to them in turns
  int queries = 300;   // of each kind
  uint64_t seed = 1;
  bool sync = true;  // the index's commits, as a server does
};

// False when the store or the index couldn't be made; the reason is on stderr.
bool run_search(const SearchOptions& options, Report& report);

}  // namespace parley::bench
