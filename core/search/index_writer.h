// SPDX-License-Identifier: Apache-2.0
// Entries into documents, over the shards that a commit of the index touches: mostly the one that is being filled, and those of older
// messages that were edited or deleted since. At most kMaxOpenWriters shards are open. Indexer's thread.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "core/history/store.h"
#include "core/search/shard.h"

namespace parley::search {

class IndexWriter {
 public:
  IndexWriter(const history::Store& store, const ShardLayout& layout, bool sync) : store_(store), layout_(layout), sync_(sync) {}

  // A document for the entry, if somebody said something in it. An Edit or Delete has none, but its target gets the one that it deserves
  // now.
  Result<void> add(const history::LogEntry& entry);
  // What stands at that position now: its document is made anew or removed.
  Result<void> refresh(LogPosition position);
  // All other shards first, so that an Edit counts as done only when its target is; then `shard`, with its mark. The others are closed.
  Result<void> commit(uint64_t shard, const std::optional<ShardMark>& mark);
  // After an error: what isn't committed is done again from the marks.
  void close() { writers_.clear(); }
  void close(uint64_t shard) { writers_.erase(shard); }

  // Which shard the last error is about.
  uint64_t failed_shard() const { return failed_shard_; }

 private:
  static constexpr size_t kMaxOpenWriters = 8;

  Result<ShardWriter*> writer_of(uint64_t shard);
  Result<void> put(const history::LogEntry& entry);
  Result<void> commit_all_but(uint64_t shard);

  const history::Store& store_;
  const ShardLayout& layout_;
  const bool sync_;
  std::map<uint64_t, std::unique_ptr<ShardWriter>> writers_;
  uint64_t failed_shard_ = 0;
};

}  // namespace parley::search
