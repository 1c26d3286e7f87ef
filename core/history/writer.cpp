// SPDX-License-Identifier: Apache-2.0
#include "core/history/writer.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/history/records.h"
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
    joins_.reserve(kMaxCommitEntries);
  }
  bool empty() const { return entries_.empty() && rooms_.empty() && marks_.empty() && joins_.empty() && erasures_.empty(); }
  // The next record might not fit: each has at most one thing to keep.
  bool full() const {
    return entries_.size() + rooms_.size() + marks_.size() + joins_.size() >= kMaxCommitEntries ||
           used_ + kMaxRecordBytes > kMaxCommitBytes;
  }
  std::span<const NewEntry> entries() const { return entries_; }
  NewRecords records() const { return {rooms_, entries_, marks_, joins_, erasures_}; }

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
  void add(NewJoin join) {
    join.user = as_text(keep(as_bytes(join.user)));
    joins_.push_back(join);
  }
  // Live until clear().
  void set_erasures(const std::vector<std::string>& users) { erasures_.assign(users.begin(), users.end()); }
  void clear() {
    entries_.clear();
    rooms_.clear();
    marks_.clear();
    joins_.clear();
    erasures_.clear();
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
  std::vector<NewJoin> joins_;
  std::vector<std::string_view> erasures_;
  std::unique_ptr<uint8_t[]> bytes_;
  size_t used_ = 0;
};

Writer::Writer(Store& store, bus::BroadcastRing::Reader& reader, std::vector<bus::Wakeup*> subscribers, const room::RoomRules& rules)
    : store_(store),
      reader_(reader),
      subscribers_(std::move(subscribers)),
      table_(store.snapshot()),
      rules_(rules),
      retention_(store, rules),
      erasures_(store, subscribers_),
      batch_(std::make_unique<Batch>()),
      durable_through_(reader.position()) {}

Writer::~Writer() = default;

int Writer::do_work(Now now) {
  if (retry_at_ != kNever) {
    const int maintained = maintain(now);
    if (maintained == 0 && now.mono < retry_at_) return 0;
    commit(now);
    return 1;
  }
  const int records = collect(now);
  if (commit_is_due(now)) {
    commit(now);
    if (retry_at_ == kNever) maintain(now);  // else never, while there is always something to store
    return records + 1;
  }
  if (records > 0 && batch_->empty()) publish(StorageState::kWorking);  // nothing of it is stored, so nothing has to be waited for
  return batch_->empty() ? records + maintain(now) : records;
}

// A transaction of retention's at most. Returns whether it took something.
int Writer::maintain(Now now) {
  const bool had_error = !retention_.error().empty();
  const bool took = retention_.do_work(now) || erasures_.do_work(now);
  removed_ = retention_.removed();
  if (!had_error && retention_.error().empty()) return took ? 1 : 0;
  const std::lock_guard lock(error_mutex_);
  retention_error_ = retention_.error();
  return took ? 1 : 0;
}

MonoTime Writer::next_deadline() const {
  return std::min(retry_at_ != kNever ? retry_at_ : commit_by_,
                  batch_->empty() || retry_at_ != kNever ? std::min(retention_.next_deadline(), erasures_.next_deadline()) : kNever);
}

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
  // An order is about all that was said before it: what is on the ring goes first.
  if (!batch_->full() && records < kMaxRecordsPerRound) batch_->set_erasures(erasures_.take_orders());
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
  if (applied.new_room) {
    const std::string_view name = room::decode_names(record.payload).room;
    batch_->add(NewRoom{applied.room, name});
    retention_.on_room(applied.room, name);
  }
  if (header.kind == bus::RecordKind::kJoin) take_join(record, applied);
  if (header.kind == bus::RecordKind::kLeave) retention_.on_leave(applied.room);
  if (header.kind == bus::RecordKind::kMark) {
    batch_->add(NewMark{applied.room, room::decode_names(record.payload).user, Sequence(header.number.value)});
  }
  if (header.kind != bus::RecordKind::kEntry) return;
  retention_.on_entry(applied.room, record.payload.size() + kLogHeaderBytes);
  batch_->add(NewEntry{applied.room, applied.sequence, header.producer, header.number, header.wall, record.payload, header.content});
}

void Writer::take_join(const bus::Record& record, const room::Applied& applied) {
  retention_.on_join(applied.room);
  const room::Names names = room::decode_names(record.payload);
  if (rules_.of(names.room).late_joiners != room::LateJoiners::kSinceJoining) return;
  batch_->add(NewJoin{applied.room, names.user, table_.find(applied.room)->head.next()});
}

bool Writer::commit_is_due(Now now) const { return batch_->full() || now.mono >= commit_by_; }

void Writer::commit(Now now) {
  if (const auto stored = store_.append(batch_->records()); !stored) return failed(stored.error(), now);
  ++commits_;
  entries_ += batch_->entries().size();
  busy_ = batch_->entries().size() >= kManyEntries;
  committing_since_ = now.mono;
  batch_->clear();
  erasures_.stored();
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
WriterCounters Writer::counters() const { return {commits_.load(), entries_.load(), failed_commits_.load(), removed_.load()}; }
std::string Writer::last_error() const {
  const std::lock_guard lock(error_mutex_);
  return last_error_;
}

std::string Writer::retention_error() const {
  const std::lock_guard lock(error_mutex_);
  return retention_error_;
}

}  // namespace parley::history
