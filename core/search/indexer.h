// SPDX-License-Identifier: Apache-2.0
// Builds the search index from the store's log and keeps it up to date. An agent with a thread of its own: its commits block on the disk.
//
// It looks at the log once a second and indexes what is new when that is kIndexAtEntries or has waited for kIndexDelay; the searcher reads
// newer entries from the log itself, so nobody waits for this. Older shards that aren't complete come next, newest first. A shard that is
// missing, damaged, of another format, or made from another log (a restored backup) is dropped and built anew, while the server serves.
// What retention took from the log goes from the shards, too: piece by piece as the store names it, and once for all after a start.
// What the shards say about themselves is all that it remembers. do_work on its thread, status() on any.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/agent.h"
#include "core/history/erasures.h"
#include "core/history/store.h"
#include "core/search/index_news.h"
#include "core/search/shard_layout.h"

namespace parley::search {

class IndexWriter;
struct ShardMark;

struct IndexStatus {
  uint64_t entries = 0;  // log positions that are retained ...
  uint64_t indexed = 0;  // ... and those of them that the index has
  uint64_t commits = 0;
  uint64_t rebuilt = 0;     // shards that were dropped since the start because they couldn't be used
  uint64_t forgetting = 0;  // users who are still to be forgotten
  std::string error;        // why nothing is indexed at the moment; empty: all is well
};

class Indexer final : public Agent, public history::IndexForgetter {
 public:
  // `sync` false: only where the index needn't survive the machine.
  Indexer(history::Store& store, ShardLayout layout, IndexNews& news, bool sync = true);
  ~Indexer() override;

  int do_work(Now now) override;
  MonoTime next_deadline() const override { return look_at_; }
  // What this user said is looked at again in all rooms, and what is gone from the store goes from the index. To be called once the store
  // has erased it; done when status() has no more of them. Again after a restart that came between: then it isn't remembered. Any thread.
  void forget(std::string user) override;
  bool has_forgotten(const std::string& user) const override;
  IndexStatus status() const;

 private:
  // What there is to do next: positions [from, to) of a shard.
  struct Job {
    uint64_t shard = 0;
    LogPosition from, to;
  };

  // Whom to forget, and how far that is: documents of `shard` up to `after`.
  struct Forgetting {
    std::string user;
    uint64_t shard = 0;
    DocumentNumber after = 0;
  };

  Result<void> load();
  void check_shard(uint64_t shard);
  bool is_of_this_log(const ShardMark& mark) const;
  void drop(uint64_t shard);
  void drop_below(LogPosition begin);
  std::optional<Job> next_job(Now now);
  Result<void> index(const Job& job);
  Result<void> forget_some();
  Result<void> drop_removed();
  Result<void> drop_removed(uint64_t shard, const history::LogRange& range);
  Result<void> look_again(Forgetting& at);
  Result<void> work_on(const std::optional<Job>& job);
  void failed(const Error& error, Now now);
  void publish();

  history::Store& store_;  // read only, but for what it says once of what retention took
  const ShardLayout layout_;
  IndexNews& news_;

  // Indexer's thread:
  bool loaded_ = false;
  history::LogRange log_;                 // as of the last look
  std::map<uint64_t, LogPosition> next_;  // by shard that is there: what its mark says
  std::unique_ptr<IndexWriter> writer_;   // keeps the shard that is being filled open
  std::optional<Forgetting> forgetting_;
  std::optional<history::LogRange> removed_;  // from which something was taken, to be looked at
  MonoTime waiting_since_ = kNever;           // the oldest entry that is too new to be indexed alone
  MonoTime look_at_{};                        // when there may be something to do

  std::atomic<uint64_t> entries_{0}, indexed_{0}, commits_{0}, rebuilt_{0};
  mutable std::mutex mutex_;
  std::string error_;                // guarded by mutex_
  std::vector<std::string> forget_;  // likewise; the first is being worked on
};

}  // namespace parley::search
