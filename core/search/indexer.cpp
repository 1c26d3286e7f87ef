// SPDX-License-Identifier: Apache-2.0
#include "core/search/indexer.h"

#include <algorithm>
#include <charconv>

#include "core/base/limits.h"
#include "core/search/index_writer.h"
#include "core/search/terms.h"

namespace parley::search {
namespace {

constexpr Micros kLookEvery = Seconds(1);
constexpr Micros kRetryEvery = Seconds(10);

// Says which entry stands at a position, whatever becomes of its text.
std::string fingerprint_of(const history::LogEntry& entry) {
  std::string out = std::to_string(entry.position.value);
  for (const uint64_t number : {uint64_t{entry.epoch.value}, entry.room.value, entry.sequence.value, entry.producer.value, entry.number})
    out += ' ' + std::to_string(number);
  return out;
}

std::optional<uint64_t> shard_in(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  constexpr std::string_view kPrefix = "shard-";
  uint64_t shard = 0;
  if (!name.starts_with(kPrefix)) return std::nullopt;
  const char* end = name.data() + name.size();
  const auto parsed = std::from_chars(name.data() + kPrefix.size(), end, shard);
  return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(shard) : std::nullopt;
}

}  // namespace

Indexer::Indexer(history::Store& store, ShardLayout layout, IndexNews& news, bool sync)
    : store_(store), layout_(std::move(layout)), news_(news), writer_(std::make_unique<IndexWriter>(store, layout_, sync)) {}

Indexer::~Indexer() = default;

int Indexer::do_work(Now now) {
  if (now.mono < look_at_) return 0;
  look_at_ = now.mono + kLookEvery;
  const auto range = store_.log_range();
  if (!range) {
    failed(range.error(), now);
    return 0;
  }
  log_ = *range;
  if (!loaded_) {
    if (const auto loaded = load(); !loaded) {
      failed(loaded.error(), now);
      return 0;
    }
    loaded_ = true;
  }
  if (const uint64_t damaged = news_.damaged.exchange(0); damaged != 0) drop(damaged - 1);
  drop_below(log_.begin);
  const auto job = next_job(now);
  if (const auto done = work_on(job); !done) {
    failed(done.error(), now);
    const bool unusable = done.error().code == ErrorCode::kStoreDamaged || done.error().code == ErrorCode::kStoreVersion;
    if (unusable) drop(writer_->failed_shard());
    return 1;
  }
  publish();
  const bool more = job || forgetting_ || removed_;
  if (more) look_at_ = now.mono;
  return more ? 1 : 0;
}

Result<void> Indexer::work_on(const std::optional<Job>& job) {
  if (job) {
    if (auto indexed = index(*job); !indexed) return indexed;
  }
  if (auto dropped = drop_removed(); !dropped) return dropped;
  return forget_some();
}

Result<void> Indexer::load() {
  std::error_code error;
  std::filesystem::create_directory(layout_.directory, error);
  if (!error) std::filesystem::permissions(layout_.directory, std::filesystem::perms::owner_all, error);
  if (error)
    return fail(ErrorCode::kStorageFailed, "can't make the directory of the search index " + layout_.directory.string() + ": " +
                                               error.message() + "; see to it that the server may write there");
  next_.clear();
  std::vector<uint64_t> found;
  for (const auto& each : std::filesystem::directory_iterator(layout_.directory, error)) {
    if (const auto shard = shard_in(each.path())) found.push_back(*shard);
  }
  for (const uint64_t shard : found) check_shard(shard);
  return {};
}

void Indexer::check_shard(uint64_t shard) {
  const auto reader = ShardReader::open(layout_.path_of(shard));
  const bool sound = reader && is_of_this_log((*reader)->mark());
  if (!sound && !reader && reader.error().code == ErrorCode::kStorageFailed)
    return;  // says nothing about the shard; index() tries it again
  if (!sound) return drop(shard);
  next_[shard] = std::max((*reader)->mark().next, layout_.first_of(shard));
}

bool Indexer::is_of_this_log(const ShardMark& mark) const {
  if (mark.next > log_.end) return false;  // the log lost its end
  if (mark.fingerprint.empty()) return true;
  uint64_t number = 0;
  std::from_chars(mark.fingerprint.data(), mark.fingerprint.data() + mark.fingerprint.size(), number);
  const LogPosition position(number);
  const auto scan = store_.read_log({position, position.next(), RoomId(), 1});
  return !scan || scan->entries.empty() || fingerprint_of(scan->entries.front()) == mark.fingerprint;
}

void Indexer::drop(uint64_t shard) {
  writer_->close(shard);
  std::error_code ignored;  // what can't be removed is found out when it is opened again
  std::filesystem::remove_all(layout_.path_of(shard), ignored);
  next_.erase(shard);
  ++news_.drops;
  ++rebuilt_;
}

void Indexer::drop_below(LogPosition begin) {
  while (!next_.empty() && layout_.first_of(next_.begin()->first + 1) <= begin) {
    drop(next_.begin()->first);
    --rebuilt_;  // it isn't
  }
}

std::optional<Indexer::Job> Indexer::next_job(Now now) {
  if (log_.begin >= log_.end) return std::nullopt;
  const uint64_t newest = layout_.shard_of(LogPosition(log_.end.value - 1));
  const uint64_t oldest = layout_.shard_of(log_.begin);
  for (uint64_t shard = newest + 1; shard-- > oldest;) {
    const LogPosition to = std::min(log_.end, layout_.first_of(shard + 1));
    const auto known = next_.find(shard);
    const LogPosition from = std::max(known == next_.end() ? layout_.first_of(shard) : known->second, log_.begin);
    if (from >= to) continue;
    const bool may_wait = to == log_.end && to.value - from.value < kIndexAtEntries;
    if (may_wait && waiting_since_ == kNever) waiting_since_ = now.mono;
    if (may_wait && now.mono - waiting_since_ < kIndexDelay) continue;
    return Job{shard, from, to};
  }
  return std::nullopt;
}

Result<void> Indexer::index(const Job& job) {
  std::string fingerprint;
  LogPosition next = job.from;
  while (next < job.to && next.value - job.from.value < kMaxIndexBatch) {
    const auto scan = store_.read_log({next, job.to, RoomId(), kMaxIndexBatch});
    if (!scan) return fail(ErrorCode::kStorageFailed, scan.error().text);
    for (const history::LogEntry& entry : scan->entries) {
      if (auto added = writer_->add(entry); !added) return added;
    }
    if (!scan->entries.empty()) fingerprint = fingerprint_of(scan->entries.back());
    next = scan->next;
  }
  if (auto committed = writer_->commit(job.shard, ShardMark{next, fingerprint}); !committed) return committed;
  next_[job.shard] = next;
  if (job.to == log_.end) waiting_since_ = kNever;
  ++news_.commits;
  ++commits_;
  return {};
}

void Indexer::forget(std::string user) {
  const std::lock_guard lock(mutex_);
  forget_.push_back(std::move(user));
}

// A bounded part of one user's documents. What isn't indexed yet will be read as it is then.
Result<void> Indexer::forget_some() {
  if (!forgetting_) {
    const std::lock_guard lock(mutex_);
    if (forget_.empty()) return {};
    forgetting_ = Forgetting{forget_.front(), 0, 0};
  }
  const auto shard = next_.lower_bound(forgetting_->shard);
  if (shard == next_.end()) {
    forgetting_.reset();
    const std::lock_guard lock(mutex_);
    forget_.erase(forget_.begin());
    return {};
  }
  if (shard->first != forgetting_->shard) *forgetting_ = {forgetting_->user, shard->first, 0};
  return look_again(*forgetting_);
}

Result<void> Indexer::look_again(Forgetting& at) {
  const auto reader = ShardReader::open(layout_.path_of(at.shard));
  const auto documents =
      reader ? (*reader)->documents_with(author_term(at.user), {at.after + 1, kMaxIndexBatch}) : std::unexpected(reader.error());
  if (!documents) {
    if (documents.error().code == ErrorCode::kStoreDamaged) news_.damaged = at.shard + 1;  // built anew without what is gone
    return fail(ErrorCode::kStorageFailed, documents.error().text);
  }
  for (const DocumentNumber document : *documents) {
    if (auto refreshed = writer_->refresh(layout_.position_of(at.shard, document)); !refreshed) return refreshed;
  }
  if (documents->empty()) {
    at = {at.user, at.shard + 1, 0};
    return {};
  }
  if (auto committed = writer_->commit(at.shard, std::nullopt); !committed) return committed;
  ++news_.commits;
  at.after = documents->back();
  return {};
}

bool Indexer::has_forgotten(const std::string& user) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::find(forget_, user) == forget_.end();
}

// One piece of the log at a time. Its documents go in one commit of each of its shards; if that fails, the piece comes again.
Result<void> Indexer::drop_removed() {
  if (!removed_) removed_ = store_.take_removed();
  if (!removed_) return {};
  const uint64_t last = layout_.shard_of(LogPosition(removed_->end.value - 1));
  for (auto shard = next_.lower_bound(layout_.shard_of(removed_->begin)); shard != next_.end() && shard->first <= last; ++shard) {
    const history::LogRange part{std::max(removed_->begin, layout_.first_of(shard->first)),
                                 std::min(removed_->end, layout_.first_of(shard->first + 1))};
    if (auto dropped = drop_removed(shard->first, part); !dropped) return dropped;
  }
  removed_ = store_.take_removed();
  return {};
}

Result<void> Indexer::drop_removed(uint64_t shard, const history::LogRange& range) {
  const auto reader = ShardReader::open(layout_.path_of(shard));
  const DocumentNumber first = layout_.document_of(LogPosition(range.end.value - 1));
  const auto documents =
      reader ? (*reader)->documents_with({}, {first, range.end.value - range.begin.value}) : std::unexpected(reader.error());
  if (!documents) {
    if (documents.error().code == ErrorCode::kStoreDamaged) news_.damaged = shard + 1;  // built anew without what is gone
    return fail(ErrorCode::kStorageFailed, documents.error().text);
  }
  const auto there = store_.positions(range);
  if (!there) return fail(ErrorCode::kStorageFailed, there.error().text);
  size_t gone = 0;
  for (const DocumentNumber document : *documents) {
    const LogPosition position = layout_.position_of(shard, document);
    if (position < range.begin) break;
    if (std::ranges::binary_search(*there, position)) continue;
    if (auto dropped = writer_->refresh(position); !dropped) return dropped;
    ++gone;
  }
  if (gone == 0) return {};
  if (auto committed = writer_->commit(shard, std::nullopt); !committed) return committed;
  ++news_.commits;
  return {};
}

void Indexer::failed(const Error& error, Now now) {
  writer_->close();
  look_at_ = now.mono + kRetryEvery;
  const std::lock_guard lock(mutex_);
  error_ = error.text;
}

void Indexer::publish() {
  uint64_t indexed = 0;
  for (const auto& [shard, next] : next_) {
    const LogPosition first = std::max(layout_.first_of(shard), log_.begin);
    indexed += next > first ? next.value - first.value : 0;
  }
  entries_ = log_.end.value - log_.begin.value;
  indexed_ = indexed;
  const std::lock_guard lock(mutex_);
  error_.clear();
}

IndexStatus Indexer::status() const {
  const std::lock_guard lock(mutex_);
  IndexStatus status{entries_, indexed_, commits_, rebuilt_, forget_.size(), error_};
  return status;
}

}  // namespace parley::search
