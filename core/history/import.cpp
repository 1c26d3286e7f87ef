// SPDX-License-Identifier: Apache-2.0
#include "core/history/import.h"

#include <algorithm>
#include <array>

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/room/names.h"

namespace parley::history {
namespace {

constexpr size_t kScanEntries = 1024;

// FNV-1a, 64 bits: the same for a source for ever. Users' producers are keyed hashes, so the two meet with a chance of 2^-64.
ProducerId producer_of(std::string_view source) {
  const std::string label = "parley import " + std::string(source);
  uint64_t hash = 14695981039346656037ULL;
  for (const char c : label) hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211ULL;
  return ProducerId(hash == 0 ? 1 : hash);
}

}  // namespace

// A walk through the log, beside the lines: both ascend.
struct Importer::Known {
  uint64_t last = 0;  // number of the last line that was stored
  LogPosition next{1}, end{1};
  bool whole = true;  // retention took nothing
  std::deque<LogEntry> ahead{};

  // The stored entry of that line, if there is one.
  Result<const LogEntry*> find(const Store& store, ProducerId producer, uint64_t number) {
    while (true) {
      while (!ahead.empty() && ahead.front().number < number) ahead.pop_front();
      if (!ahead.empty()) return ahead.front().number == number ? &ahead.front() : nullptr;
      if (next >= end) return nullptr;
      auto scan = store.read_log({next, end, RoomId(), kScanEntries});
      if (!scan) return std::unexpected(std::move(scan.error()));
      next = scan->next;
      for (LogEntry& each : scan->entries) {
        if (each.producer == producer) ahead.push_back(std::move(each));
      }
    }
  }
};

Result<std::unique_ptr<Importer>> Importer::open(const StoreOptions& options, std::string_view source) {
  auto store = Store::open(options);
  if (!store) return std::unexpected(std::move(store.error()));
  const auto range = (*store)->log_range();
  if (!range) return std::unexpected(range.error());
  std::unique_ptr<Importer> importer(new Importer(std::move(*store), producer_of(source)));
  importer->known_ = std::make_unique<Known>();
  importer->known_->last = importer->table_.producer(importer->producer_).last.value;
  importer->known_->next = range->begin;
  importer->known_->end = range->end;
  importer->known_->whole = range->begin.value <= 1;
  return importer;
}

Importer::Importer(std::unique_ptr<Store> store, ProducerId producer)
    : store_(std::move(store)), producer_(producer), table_(store_->snapshot()) {
  entries_.reserve(kMaxCommitEntries);
}

Importer::~Importer() = default;

bool Importer::full() const { return entries_.size() >= kMaxCommitEntries; }

Result<void> Importer::add(ImportLine line) {
  highest_ = std::max(highest_, line.number);
  if (line.number <= known_->last) {
    pass_known(line);
    return {};
  }
  if (auto valid = validate_name(line.room, "room name"); !valid) return valid;
  const auto target = target_of(line);
  if (!target) return std::unexpected(target.error());
  line.entry.target = *target;
  const room::RoomState* there = table_.find(line.room);
  if (auto valid = validate(line.entry, there == nullptr ? Sequence(0) : there->head); !valid) return valid;
  std::vector<uint8_t> bytes = entry_bytes(line.entry, producer_, ProducerNumber(line.number));
  if (bytes.size() > kMaxRecordBytes) return fail(ErrorCode::kMessageTooLong, "with all that belongs to it, it is too large for an entry");
  const auto room = room_of(line.room);
  if (!room) return std::unexpected(room.error());

  bus::RecordHeader header;
  header.kind = bus::RecordKind::kEntry;
  header.content = line.entry.kind;
  header.room = *room;
  header.producer = producer_;
  header.number = ProducerNumber(line.number);
  const room::Applied applied = table_.apply({header, bytes});
  if (applied.outcome != room::Outcome::kApplied)
    return fail(ErrorCode::kInvalidArgument, "its number isn't above that of the line before it");
  bytes_.push_back(std::move(bytes));
  entries_.push_back({*room, applied.sequence, producer_, header.number, line.entry.wall, bytes_.back(), line.entry.kind});
  note_place(line, applied.sequence);
  return {};
}

// Of an earlier import: is it what is stored, and under which number?
void Importer::pass_known(const ImportLine& line) {
  const auto found = known_->find(*store_, producer_, line.number);
  if (!found) {
    foreign_ = found.error();
    return;
  }
  if (*found == nullptr) {
    ++(known_->whole ? report_.refused : report_.known);
    return;
  }
  const LogEntry& stored = **found;
  const room::RoomState* room = table_.find(stored.room);
  const auto entry = plain_entry(stored.bytes, EntryKind::kText);
  const bool same = room != nullptr && room->name == line.room && entry && entry->wall == line.entry.wall &&
                    (entry->author == line.entry.author || entry->author.empty());
  if (!same && !foreign_) {
    foreign_ = Error{ErrorCode::kInvalidArgument,
                     "line " + std::to_string(line.number) +
                         " isn't what was imported under this name before; give this file a name of its own with --name"};
  }
  ++report_.known;
  note_place(line, stored.sequence);
}

Result<RoomId> Importer::room_of(const std::string& name) {
  std::array<uint8_t, room::kMaxNamesBytes> names;
  bus::RecordHeader header;
  header.kind = bus::RecordKind::kJoin;
  const room::Applied applied = table_.apply({header, room::encode_names({name, {}, {}}, names)});
  if (applied.outcome != room::Outcome::kApplied)
    return fail(ErrorCode::kTooManyRooms, "a server has at most " + std::to_string(kMaxRooms) + " rooms; this would be one more");
  if (applied.new_room) rooms_.push_back({applied.room, names_.emplace_back(name)});
  return applied.room;
}

Result<Sequence> Importer::target_of(const ImportLine& line) const {
  const uint64_t there = line.entry.target.value;
  if (there == 0) return Sequence(0);
  if (const auto runs = places_.find(line.room); runs != places_.end()) {
    const auto after = std::ranges::upper_bound(runs->second, there, {}, &Run::there);
    if (after != runs->second.begin()) {
      const Run& run = *std::prev(after);
      if (there < run.there + run.count) return Sequence(run.here + (there - run.there));
    }
  }
  return fail(ErrorCode::kNotFound,
              "no line of room \"" + line.room + "\" before it has the sequence " + std::to_string(there) + ", which it is about");
}

void Importer::note_place(const ImportLine& line, Sequence here) {
  const uint64_t there = line.sequence.value;
  if (there == 0) return;
  std::vector<Run>& runs = places_[line.room];
  if (!runs.empty() && there < runs.back().there + runs.back().count) return;  // doubled or backwards: the first one counts
  if (!runs.empty() && there == runs.back().there + runs.back().count && here.value == runs.back().here + runs.back().count) {
    ++runs.back().count;
  } else {
    runs.push_back({there, here.value, 1});
  }
}

Result<void> Importer::commit() {
  if (foreign_) return std::unexpected(*foreign_);
  if (auto stored = store_->append(rooms_, entries_); !stored) return stored;
  report_.stored += entries_.size();
  clear();
  return {};
}

Result<void> Importer::finish() {
  if (highest_ < known_->last && !foreign_) {
    foreign_ = Error{ErrorCode::kInvalidArgument,
                     "it ends before line " + std::to_string(known_->last) +
                         ", up to which it was imported under this name before; give this file a name of its own with --name"};
  }
  return commit();
}

void Importer::clear() {
  entries_.clear();
  rooms_.clear();
  bytes_.clear();
  names_.clear();
}

}  // namespace parley::history
