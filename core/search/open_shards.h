// SPDX-License-Identifier: Apache-2.0
// The shards that the searcher keeps open, each as of the indexer's last commit when it is asked for. At most kMaxOpenShards; the one that
// was asked for longest ago is closed. Searcher's thread.
#pragma once

#include <map>

#include "core/search/index_news.h"
#include "core/search/shard.h"

namespace parley::search {

class OpenShards {
 public:
  OpenShards(ShardLayout layout, IndexNews& news) : layout_(std::move(layout)), news_(news) {}

  const ShardLayout& layout() const { return layout_; }
  // Null: nothing of it is indexed, or it was damaged, of which the indexer then hears. The pointer lives until the next call. kBusy and
  // kStorageFailed: try later.
  Result<const ShardReader*> get(uint64_t shard);
  // To be called for an error of a call on a shard's database. True if there is nothing to search in it now; false: an error to pass on.
  bool give_up(uint64_t shard, const Error& error);

 private:
  struct Open {
    std::unique_ptr<ShardReader> reader;
    uint64_t commits = 0;   // news of the time when it was opened
    uint64_t asked_at = 0;  // counts calls
  };
  Result<const ShardReader*> open(uint64_t shard, uint64_t commits);
  void close_oldest();

  const ShardLayout layout_;
  IndexNews& news_;
  std::map<uint64_t, Open> open_;
  uint64_t drops_ = 0;
  uint64_t calls_ = 0;
};

}  // namespace parley::search
