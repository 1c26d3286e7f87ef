// SPDX-License-Identifier: Apache-2.0
#include "core/search/index_writer.h"

#include "core/search/entry_text.h"
#include "core/search/terms.h"

namespace parley::search {

Result<ShardWriter*> IndexWriter::writer_of(uint64_t shard) {
  failed_shard_ = shard;  // if anything fails from here on
  const auto found = writers_.find(shard);
  if (found != writers_.end()) return found->second.get();
  if (writers_.size() >= kMaxOpenWriters) {
    if (auto committed = commit_all_but(shard); !committed) return std::unexpected(std::move(committed.error()));
    failed_shard_ = shard;
  }
  auto opened = ShardWriter::open(layout_.path_of(shard), sync_);
  if (!opened) return std::unexpected(std::move(opened.error()));
  return (writers_[shard] = std::move(*opened)).get();
}

Result<void> IndexWriter::add(const history::LogEntry& entry) {
  if (const auto target = target_of(entry.bytes)) {
    const auto range = store_.room_range(entry.room, *target, target->next());
    if (!range) return fail(ErrorCode::kStorageFailed, range.error().text);
    return range->begin < range->end ? refresh(range->begin) : Result<void>();
  }
  const auto text = searchable_of(entry.bytes);
  return text ? put(entry) : Result<void>();
}

Result<void> IndexWriter::put(const history::LogEntry& entry) {
  const std::vector<std::string> terms = terms_of(entry.room, *searchable_of(entry.bytes));
  auto writer = writer_of(layout_.shard_of(entry.position));
  if (!writer) return std::unexpected(std::move(writer.error()));
  return (*writer)->put(layout_.document_of(entry.position), terms);
}

Result<void> IndexWriter::refresh(LogPosition position) {
  auto writer = writer_of(layout_.shard_of(position));
  if (!writer) return std::unexpected(std::move(writer.error()));
  if (auto removed = (*writer)->remove(layout_.document_of(position)); !removed) return removed;
  const auto now = store_.read_log({position, position.next(), RoomId(), 1});
  if (!now) return fail(ErrorCode::kStorageFailed, now.error().text);  // says nothing about a shard
  if (now->entries.empty() || !searchable_of(now->entries.front().bytes)) return {};
  return put(now->entries.front());
}

Result<void> IndexWriter::commit(uint64_t shard, const std::optional<ShardMark>& mark) {
  if (auto committed = commit_all_but(shard); !committed) return committed;
  auto writer = writer_of(shard);
  if (!writer) return std::unexpected(std::move(writer.error()));
  return (*writer)->commit(mark);
}

Result<void> IndexWriter::commit_all_but(uint64_t shard) {
  for (auto each = writers_.begin(); each != writers_.end();) {
    if (each->first == shard) {
      ++each;
      continue;
    }
    failed_shard_ = each->first;
    if (auto committed = each->second->commit(std::nullopt); !committed) return committed;
    each = writers_.erase(each);
  }
  return {};
}

}  // namespace parley::search
