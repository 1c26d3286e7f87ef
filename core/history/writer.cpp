// SPDX-License-Identifier: Apache-2.0
#include "core/history/writer.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/room/names.h"

namespace parley::history {
namespace {

constexpr Micros kRetryEvery = Seconds(1);
// A commit costs two syncs whatever is in it. With so many entries in the last one, waiting longer shares them among more.
constexpr size_t kManyEntries = 4;
constexpr int kMaxRecordsPerRound = kBusSlots;  // joins and leaves aren't stored, so the batch alone bounds nothing

}  // namespace

class Writer::Batch {
 public:
  Batch() : bytes_(std::make_unique_for_overwrite<uint8_t[]>(kMaxCommitBytes)) {
    entries_.reserve(kMaxCommitEntries);
    rooms_.reserve(kMaxCommitEntries);
    marks_.reserve(kMaxCommitEntries);
  }
  bool empty() const { return entries_.empty() && rooms_.empty() && marks_.empty(); }
  // The next record might not fit: each has at most one thing to keep.
  bool full() const {
    return entries_.size() + rooms_.size() + marks_.size() >= kMaxCommitEntries || used_ + kMaxRecordBytes > kMaxCommitBytes;
  }
  std::span<const NewEntry> entries() const { return entries_; }
  std::span<const NewRoom> rooms() const { return rooms_; }
  std::span<const NewMark> marks() const { return marks_; }

  void add(NewEntry entry) {
    entry.bytes = keep(entry.bytes);
    entries_.push_back(entry);
  }
  void add(NewRoom room) {
    room.name = as_text(keep(as_bytes(room.name)));
    rooms_.push_back(room);
  }
  void add(NewMark mark) {
    mark.user = as_text(keep(as_bytes(mark.user)));
    marks_.push_back(mark);
  }
  void clear() {
    entries_.clear();
    rooms_.clear();
    marks_.clear();
    used_ = 0;
  }

 private:
  static constexpr size_t kAlignment = 8;  // entries are read as FlatBuffers (Effects)
  static_assert(kMaxRecordBytes % kAlignment == 0 && kMaxCommitBytes % kAlignment == 0);

  ByteView keep(ByteView bytes) {
    CHECK(bytes.size() <= kMaxRecordBytes && used_ + bytes.size() <= kMaxCommitBytes, "the bus takes no larger records");
    uint8_t* place = bytes_.get() + used_;
    if (!bytes.empty()) std::memcpy(place, bytes.data(), bytes.size());
    used_ += (bytes.size() + kAlignment - 1) / kAlignment * kAlignment;
    return {place, bytes.size()};
  }

  std::vector<NewEntry> entries_;
  std::vector<NewRoom> rooms_;
  std::vector<NewMark> marks_;
  std::unique_ptr<uint8_t[]> bytes_;
  size_t used_ = 0;
};

Writer::Writer(Store& store, bus::BroadcastRing::Reader& reader, std::vector<bus::Wakeup*> subscribers)
    : store_(store),
      reader_(reader),
      subscribers_(std::move(subscribers)),
      table_(store.snapshot()),
      batch_(std::make_unique<Batch>()),
      durable_through_(reader.position()) {}

Writer::~Writer() = default;

int Writer::do_work(Now now) {
  if (retry_at_ != kNever) {
    if (now.mono < retry_at_) return 0;
    commit(now);
    return 1;
  }
  const int records = collect(now);
  if (commit_is_due(now)) {
    commit(now);
    return records + 1;
  }
  if (records > 0 && batch_->empty()) publish(StorageState::kWorking);  // nothing of it is stored, so nothing has to be waited for
  return records;
}

MonoTime Writer::next_deadline() const { return retry_at_ != kNever ? retry_at_ : commit_by_; }

bool Writer::drain(Now now) {
  if (retry_at_ != kNever) commit(now);
  while (retry_at_ == kNever) {
    const int records = collect(now);
    if (!batch_->empty()) {
      commit(now);
    } else if (records > 0) {
      publish(StorageState::kWorking);
    } else {
      return true;
    }
  }
  return false;
}

int Writer::collect(Now now) {
  int records = 0;
  while (!batch_->full() && records < kMaxRecordsPerRound) {
    const std::optional<bus::Record> record = reader_.peek();
    if (!record) break;
    take(*record);
    reader_.advance();
    ++records;
  }
  measure_commit(now);
  if (commit_by_ == kNever && !batch_->empty()) commit_by_ = now.mono + delay_;
  return records;
}

// The round after a commit knows how long it took. With much to store, entries wait as long again: then half of the time is left for them
// to gather, and a receipt, which may have come just after a commit began, waits for no more than three of them.
void Writer::measure_commit(Now now) {
  if (committing_since_ == kNever) return;
  delay_ = busy_ ? std::clamp(now.mono - committing_since_, kCommitDelay, kMaxCommitDelay) : kCommitDelay;
  committing_since_ = kNever;
}

void Writer::take(const bus::Record& record) {
  const room::Applied applied = table_.apply(record);
  if (applied.outcome != room::Outcome::kApplied) return;
  const bus::RecordHeader& header = record.header;
  if (applied.new_room) batch_->add(NewRoom{applied.room, room::decode_names(record.payload).room});
  if (header.kind == bus::RecordKind::kMark) {
    batch_->add(NewMark{applied.room, room::decode_names(record.payload).user, Sequence(header.number.value)});
  }
  if (header.kind != bus::RecordKind::kEntry) return;
  batch_->add(NewEntry{applied.room, applied.sequence, header.producer, header.number, header.wall, record.payload, header.content});
}

bool Writer::commit_is_due(Now now) const { return batch_->full() || now.mono >= commit_by_; }

void Writer::commit(Now now) {
  if (const auto stored = store_.append({batch_->rooms(), batch_->entries(), batch_->marks()}); !stored) return failed(stored.error(), now);
  ++commits_;
  entries_ += batch_->entries().size();
  busy_ = batch_->entries().size() >= kManyEntries;
  committing_since_ = now.mono;
  batch_->clear();
  commit_by_ = retry_at_ = kNever;
  publish(StorageState::kWorking);
}

void Writer::failed(const Error& error, Now now) {
  ++failed_commits_;
  retry_at_ = now.mono + kRetryEvery;
  {
    const std::lock_guard lock(error_mutex_);
    last_error_ = error.text;
  }
  publish(error.code == ErrorCode::kStorageFull ? StorageState::kFull : StorageState::kFailed);
}

// Only called when the batch is stored (then all that was read is durable) or refused (then nothing changes but the state).
void Writer::publish(StorageState state) {
  bool news = state_.exchange(state) != state;
  if (state == StorageState::kWorking) {
    news |= durable_through_.exchange(reader_.position()) != reader_.position();
    if (news) {
      const std::lock_guard lock(error_mutex_);
      last_error_.clear();
    }
  }
  if (!news) return;
  for (bus::Wakeup* subscriber : subscribers_) subscriber->notify();
}

bus::BusPosition Writer::durable_through() const { return durable_through_.load(); }
StorageState Writer::state() const { return state_.load(); }
WriterCounters Writer::counters() const { return {commits_.load(), entries_.load(), failed_commits_.load()}; }
std::string Writer::last_error() const {
  const std::lock_guard lock(error_mutex_);
  return last_error_;
}

}  // namespace parley::history
