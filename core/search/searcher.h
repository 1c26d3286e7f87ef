// SPDX-License-Identifier: Apache-2.0
// Answers searches for the I/O threads on a thread of its own, as the page reader does with pages: one request queue and one answer queue
// (SPSC) for each I/O thread, at most kMaxPendingSearches of its requests asked and not yet taken, I/O threads served in turn.
//
// An answer comes from the index and is proven by the store: candidates are read from the log, and only what has the words now and is this
// room's gets in. The newest entries, not indexed yet, are read through, so a message is found as soon as it is durable. What a search may
// cost is bounded in steps, not in time, so that the same question to the same store ends at the same place; one that ends early says so.
// ask() and take() on the I/O thread `io`; do_work on the searcher's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/agent.h"
#include "core/bus/wakeup.h"
#include "core/history/store.h"
#include "core/search/index_news.h"
#include "core/search/search_page.h"
#include "core/search/shard_layout.h"

namespace parley::search {

class OpenShards;

class Searcher final : public Agent {
 public:
  // One Wakeup for each I/O thread, notified when an answer is there. `news` is the indexer's.
  Searcher(const history::Store& store, ShardLayout layout, IndexNews& news, const std::vector<bus::Wakeup*>& io_wakeups);
  ~Searcher() override;

  bool ask(size_t io, SearchRequest request);  // false: busy
  std::optional<SearchAnswer> take(size_t io);
  int do_work(Now now) override;
  bus::Wakeup& wakeup();

  // What do_work does for each request. Searcher's thread.
  Result<SearchPage> search(const SearchRequest& request);

 private:
  struct Lane;  // one I/O thread's queues

  const history::Store& store_;
  std::unique_ptr<OpenShards> shards_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  bus::Wakeup wakeup_;
};

}  // namespace parley::search
