// SPDX-License-Identifier: Apache-2.0
// `parley-bench history`: what the store costs. Durable writes on the way that a message takes in a server (bus, writer, store), beside
// LMDB alone with an append-only log of the same records; how long receipts take at a small load; then, with all messages in the store: a
// page, a start after a clean close and after a kill, and memory. The messages are made up; store and log lie in a temporary directory,
// which goes when it is done: 20 million messages need some 10 GiB there.
#pragma once

#include <cstdint>
#include <string>

#include "tools/bench/measure/report.h"

namespace parley::bench {

struct HistoryOptions {
  uint64_t messages = 6'000'000;  // in the store
  uint64_t rooms = 1000;
  uint64_t producers = 10'000;
  int rounds = 3;      // in which they are written, LMDB alone before each
  int seconds = 10;    // of receipts, at 1,000 messages/s
  int pages = 20'000;  // of 50, at random places
  uint64_t seed = 1;
  std::string directory;  // below which all is made; empty: the temporary directory
};

// False when the store couldn't be made or written; the reason is on stderr.
bool run_history(const HistoryOptions& options, Report& report);

}  // namespace parley::bench
