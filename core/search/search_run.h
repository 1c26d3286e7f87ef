// SPDX-License-Identifier: Apache-2.0
// One search from question to page. It goes through the positions of the log backwards, shard by shard: first those that aren't indexed
// yet, by reading them; then the index's candidates, each read and compared. It ends when the page is full, the room's readable part is
// through, or the budget is spent. Used once, on the searcher's thread.
#pragma once

#include "core/search/open_shards.h"
#include "core/search/posting_walk.h"
#include "core/search/search_page.h"

namespace parley::search {

class SearchRun {
 public:
  SearchRun(const history::Store& store, OpenShards& shards, const SearchRequest& request, const Query& query);
  Result<SearchPage> run();

 private:
  enum class Verdict {
    kGoOn,
    kFull,  // the page is full, and there is a further match
    kSpent  // the budget is; `reached_` says where
  };

  Result<history::LogRange> readable() const;
  Result<Verdict> search_shard(uint64_t shard, history::LogRange range);
  Result<Verdict> read_through(history::LogRange range);
  Result<Verdict> search_index(uint64_t shard, history::LogRange range, const ShardReader& reader);
  Result<Verdict> walk_through(uint64_t shard, history::LogRange range, const Xapian::Database& database);
  Result<Verdict> consider(LogPosition position);
  Verdict take(history::LogEntry&& entry);
  Result<SearchPage> finish(Verdict verdict);

  const history::Store& store_;
  OpenShards& shards_;
  const SearchRequest& request_;
  const Query& query_;
  const size_t limit_;
  SearchBudget budget_;
  size_t may_read_through_;
  int retries_ = 3;      // of shards that changed under the search
  LogPosition reached_;  // all from here on was looked at
  size_t bytes_ = 0;
  SearchPage page_;
};

}  // namespace parley::search
