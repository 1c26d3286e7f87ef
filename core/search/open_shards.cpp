// SPDX-License-Identifier: Apache-2.0
#include "core/search/open_shards.h"

#include <algorithm>

namespace parley::search {
namespace {

constexpr size_t kMaxOpenShards = 64;  // 3 descriptors each

}  // namespace

Result<const ShardReader*> OpenShards::get(uint64_t shard) {
  if (const uint64_t drops = news_.drops; drops != drops_) {
    open_.clear();
    drops_ = drops;
  }
  const uint64_t commits = news_.commits;  // before opening: what is committed meanwhile is looked at the next time
  const auto found = open_.find(shard);
  if (found == open_.end()) return open(shard, commits);
  Open& kept = found->second;
  kept.asked_at = ++calls_;
  if (kept.commits == commits) return kept.reader.get();
  if (const auto reopened = kept.reader->reopen(); !reopened) {
    open_.erase(found);
    return open(shard, commits);
  }
  kept.commits = commits;
  return kept.reader.get();
}

Result<const ShardReader*> OpenShards::open(uint64_t shard, uint64_t commits) {
  auto opened = ShardReader::open(layout_.path_of(shard));
  if (!opened) {
    if (give_up(shard, opened.error())) return nullptr;
    return std::unexpected(std::move(opened.error()));
  }
  if (open_.size() >= kMaxOpenShards) close_oldest();
  Open& kept = open_[shard] = {std::move(*opened), commits, ++calls_};
  return kept.reader.get();
}

bool OpenShards::give_up(uint64_t shard, const Error& error) {
  open_.erase(shard);
  if (error.code == ErrorCode::kNotFound) return true;
  if (error.code != ErrorCode::kStoreDamaged && error.code != ErrorCode::kStoreVersion) return false;
  news_.damaged = shard + 1;
  return true;
}

void OpenShards::close_oldest() {
  open_.erase(std::ranges::min_element(open_, {}, [](const auto& each) { return each.second.asked_at; }));
}

}  // namespace parley::search
