// SPDX-License-Identifier: Apache-2.0
// What the indexer's thread and the searcher's tell each other. Counters only; the data itself goes through the shards on disk, which
// Xapian shows to readers as of a commit. Any thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace parley::search {

struct IndexNews {
  // Indexer: counts its commits; readers opened before it changed may be behind.
  std::atomic<uint64_t> commits{0};
  // Indexer: counts shards that were dropped, after they were; readers opened before it changed look at files that are gone.
  std::atomic<uint64_t> drops{0};
  // Searcher: number of a shard that it found damaged, plus 1; the indexer drops it. 0: none. One at a time is enough, the next search
  // finds the next.
  std::atomic<uint64_t> damaged{0};
};

}  // namespace parley::search
