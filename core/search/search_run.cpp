// SPDX-License-Identifier: Apache-2.0
#include "core/search/search_run.h"

#include <algorithm>

#include "core/base/limits.h"
#include "core/search/entry_text.h"

namespace parley::search {
namespace {

using history::LogRange;

// In steps of the budget.
constexpr uint64_t kReadCost = 100;    // an entry read and compared
constexpr uint64_t kShardCost = 2000;  // a shard opened

constexpr size_t kEntryOverhead = 40;  // of an EntryBytes on the wire, as in a page

bool is_empty(const LogRange& range) { return range.begin >= range.end; }

}  // namespace

SearchRun::SearchRun(const history::Store& store, OpenShards& shards, const SearchRequest& request, const Query& query)
    : store_(store),
      shards_(shards),
      request_(request),
      query_(query),
      limit_(std::clamp<size_t>(request.limit, 1, kMaxSearchEntries)),
      budget_{kMaxSearchSteps},
      may_read_through_(kMaxUnindexedScan) {}

Result<SearchPage> SearchRun::run() {
  const auto range = readable();
  if (!range) return std::unexpected(range.error());
  if (is_empty(*range)) return std::move(page_);
  const ShardLayout& layout = shards_.layout();
  const uint64_t oldest = layout.shard_of(range->begin);
  for (uint64_t shard = layout.shard_of(LogPosition(range->end.value - 1));; --shard) {
    const LogRange part{std::max(range->begin, layout.first_of(shard)), std::min(range->end, layout.first_of(shard + 1))};
    const auto verdict = search_shard(shard, part);
    if (!verdict) return std::unexpected(verdict.error());
    if (*verdict != Verdict::kGoOn) return finish(*verdict);
    if (shard == oldest) return finish(Verdict::kGoOn);
  }
}

// What the asker may see of the log, from the room's first entry to its last: so that each answer has looked at one at least, and searching
// on gets somewhere.
Result<LogRange> SearchRun::readable() const {
  const auto log = store_.log_range();
  if (!log) return std::unexpected(log.error());
  auto range = store_.room_range(request_.room, request_.floor, request_.before);
  if (range) range->begin = std::max(range->begin, log->begin);
  return range;
}

Result<SearchRun::Verdict> SearchRun::search_shard(uint64_t shard, LogRange range) {
  reached_ = range.end;
  budget_.spend(kShardCost);
  if (budget_.spent()) return Verdict::kSpent;
  const auto reader = shards_.get(shard);
  if (!reader) return std::unexpected(reader.error());
  const LogPosition indexed = *reader == nullptr ? range.begin : std::clamp((*reader)->mark().next, range.begin, range.end);
  if (const auto verdict = read_through({indexed, range.end}); !verdict || *verdict != Verdict::kGoOn) return verdict;
  return *reader == nullptr ? Verdict::kGoOn : search_index(shard, {range.begin, indexed}, **reader);
}

Result<SearchRun::Verdict> SearchRun::search_index(uint64_t shard, LogRange range, const ShardReader& reader) {
  if (is_empty(range)) return Verdict::kGoOn;
  const auto walked = guarded("can't read the search index", [&] { return walk_through(shard, range, reader.database()); });
  if (walked) return *walked;
  if (shards_.give_up(shard, walked.error())) {
    page_.incomplete = true;
    return Verdict::kGoOn;
  }
  if (walked.error().code != ErrorCode::kBusy || retries_-- == 0) return std::unexpected(walked.error());
  const auto fresh = shards_.get(shard);  // two commits came since that one was opened
  if (!fresh) return std::unexpected(fresh.error());
  return *fresh == nullptr ? Verdict::kGoOn : search_index(shard, {range.begin, std::min(range.end, reached_)}, **fresh);
}

// Throws what Xapian throws.
Result<SearchRun::Verdict> SearchRun::walk_through(uint64_t shard, LogRange range, const Xapian::Database& database) {
  const ShardLayout& layout = shards_.layout();
  auto walk = PostingWalk::make(database, query_, request_.room, budget_);
  if (!walk) return std::unexpected(std::move(walk.error()));
  const DocumentNumber last = layout.document_of(range.begin);
  DocumentNumber from = layout.document_of(LogPosition(range.end.value - 1));
  while (const auto document = walk->next(from, budget_)) {
    if (*document > last) return Verdict::kGoOn;
    const auto verdict = consider(layout.position_of(shard, *document));
    if (!verdict || *verdict != Verdict::kGoOn) return verdict;
    from = *document + 1;
  }
  if (!budget_.spent()) return Verdict::kGoOn;
  reached_ = walk->reached() <= last ? layout.position_of(shard, walk->reached()).next() : range.begin;
  return Verdict::kSpent;
}

Result<SearchRun::Verdict> SearchRun::read_through(LogRange range) {
  if (is_empty(range)) return Verdict::kGoOn;
  const uint64_t count = std::min<uint64_t>(range.end.value - range.begin.value, may_read_through_);
  may_read_through_ -= count;
  const LogPosition from(range.end.value - count);
  if (from > range.begin) page_.incomplete = true;
  budget_.spend(count);
  auto scan = store_.read_log({from, range.end, request_.room, count});
  if (!scan) return std::unexpected(scan.error());
  for (size_t i = scan->entries.size(); i-- > 0;) {
    budget_.spend(kReadCost);
    if (take(std::move(scan->entries[i])) == Verdict::kFull) return Verdict::kFull;
  }
  return Verdict::kGoOn;
}

Result<SearchRun::Verdict> SearchRun::consider(LogPosition position) {
  budget_.spend(kReadCost);
  auto scan = store_.read_log({position, position.next(), request_.room, 1});
  if (!scan) return std::unexpected(scan.error());
  reached_ = position;
  if (scan->entries.empty()) return Verdict::kGoOn;  // no longer retained, or damaged
  return take(std::move(scan->entries.front()));
}

SearchRun::Verdict SearchRun::take(history::LogEntry&& entry) {
  const auto text = searchable_of(entry.bytes);
  if (!text || !matches(query_, *text)) return Verdict::kGoOn;
  const size_t bytes = entry.bytes.size() + kEntryOverhead;
  if (page_.entries.size() == limit_ || (!page_.entries.empty() && bytes_ + bytes > kMaxPageBytes)) return Verdict::kFull;
  bytes_ += bytes;
  page_.entries.push_back({entry.sequence, entry.epoch, std::move(entry.bytes)});
  return Verdict::kGoOn;
}

Result<SearchPage> SearchRun::finish(Verdict verdict) {
  if (verdict == Verdict::kFull) page_.rest = page_.entries.back().sequence;
  if (verdict == Verdict::kSpent) {
    const auto before = store_.sequence_before(request_.room, reached_);
    if (!before) return std::unexpected(before.error());
    if (*before >= request_.floor && *before) page_.rest = before->next();
  }
  return std::move(page_);
}

}  // namespace parley::search
