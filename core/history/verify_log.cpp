// SPDX-License-Identifier: Apache-2.0
#include "core/history/verify_log.h"

#include <algorithm>
#include <utility>

#include "core/history/crc32c.h"
#include "core/history/entry_bytes.h"
#include "core/history/format.h"
#include "core/history/retained.h"

namespace parley::history {
namespace {

constexpr const char* kLost = "it is skipped and never served; only a backup has it";
constexpr const char* kHidden = "they are in the log but not on pages; export, and import into a new store";
constexpr const char* kStopsStart = "a start refuses such a store or gives numbers twice; restore a backup";
constexpr const char* kTwice = "a client that repeats a send it has no receipt for may be stored twice; restore a backup if that matters";
constexpr const char* kWaste = "it only takes space; export, and import into a new store";
constexpr const char* kWritten = "it was written so; export what is whole, import it into a new store, and report this";

std::string at(LogPosition position) { return "log position " + std::to_string(position.value); }
std::string numbers(uint64_t first, uint64_t last) {
  return first == last ? "entry " + std::to_string(first) : "entries " + std::to_string(first) + " to " + std::to_string(last);
}

}  // namespace

void LogCheck::run() {
  load_rooms();
  load_epochs();
  load_producers();
  state_.for_each(state_.tables().log, [this](ByteView key, ByteView record) { check_entry(LogPosition(number_of_key(key)), record); });
  for (uint64_t id = 1; id <= state_.rooms.size(); ++id) {
    CheckedRoom& room = state_.rooms[id - 1];
    if (room.open.size() == kSegmentEntries) room.open.clear();
  }
  check_positions();
  check_heads();
  check_index();
  check_large();
  check_producers();
}

void LogCheck::load_rooms() {
  std::unordered_map<std::string, uint64_t> names;
  state_.for_each(state_.tables().rooms, [&](ByteView key, ByteView value) {
    const RoomId id(number_of_key(key));
    const std::string where = "room " + std::to_string(id.value);
    if (id.value != state_.rooms.size() + 1) state_.find("rooms", where, "the record of a room before it is missing", kStopsStart);
    if (!id || id.value > kMaxRooms) return;
    state_.rooms.resize(std::max<size_t>(state_.rooms.size(), id.value));
    CheckedRoom& room = *state_.room(id);
    const auto record = decode_room(id, value);
    if (!record) return state_.find("rooms", where, "its record fails its check", kStopsStart);
    room.sound = true;
    room.name = record->name;
    room.recorded_head = record->head.value;
    room.recorded_messages = record->messages;
    room.recorded_open = record->open;
    const Retained retained = read_retained(state_.txn(), state_.tables(), id);
    room.retained = retained.first.value;
    room.last = room.retained - 1;
    room.messages = retained.messages;
    state_.removed += room.last;
    if (!names.emplace(room.name, id.value).second) state_.find("rooms", state_.name_of(id), "another room has its name", kWritten);
  });
  state_.report.rooms = state_.rooms.size();
}

void LogCheck::load_epochs() {
  state_.for_each(state_.tables().epochs, [&](ByteView key, ByteView value) {
    const uint64_t epoch = number_of_key(key);
    const auto start = decode_number(key, value);
    if (!start)
      return state_.find("epochs", "epoch " + std::to_string(epoch), "its record fails its check",
                         "clients that come back after a crash load more than they need; nothing has to be done");
    if (!state_.epochs.empty() && state_.epochs.back().first > *start)
      return state_.find("epochs", "epoch " + std::to_string(epoch), "it begins before the epoch before it", kWritten);
    state_.epochs.emplace_back(*start, epoch);
  });
  const MDB_dbi meta = state_.tables().meta;
  state_.checkpoint = meta_number(state_.txn(), meta, "checkpoint").value_or(0);
  const auto epoch = meta_number(state_.txn(), meta, "epoch");
  if (!epoch || (!state_.epochs.empty() && state_.epochs.back().second != *epoch))
    state_.find("meta", "epoch", "it isn't the last one of the table of epochs, or fails its check", kStopsStart);
  state_.for_each(meta, [&](ByteView key, ByteView value) {
    if (!decode_number(key, value)) state_.find("meta", std::string(as_text(key)), "its record fails its check", kStopsStart);
  });
}

void LogCheck::load_producers() {
  state_.for_each(state_.tables().producers, [&](ByteView key, ByteView value) {
    const ProducerId id(number_of_key(key));
    const auto record = decode_producer(id, value);
    Producer& producer = producers_[id.value];
    producer.record = record;
    producer.told = !record.has_value();
    if (!record) state_.find("producers", "producer " + std::to_string(id.value), "its record fails its check", kTwice);
  });
}

void LogCheck::check_entry(LogPosition position, ByteView record) {
  if (position.value < state_.log_end) {
    return state_.find("log", at(position), "it comes behind " + at(LogPosition(state_.log_end - 1)) + ": a page of the file is damaged",
                       kLost);
  }
  const uint64_t missing = position.value - state_.log_end;
  state_.missing_positions += missing;
  if (missing > 0 && state_.removed == 0)  // else it can't be told which of them retention took; check_positions() counts
    state_.find("log", at(LogPosition(state_.log_end)), std::to_string(missing) + " positions from here are missing", kLost);
  state_.log_end = position.value + 1;
  ++state_.report.entries;
  const auto header = decode_log_header(record, position);
  if (!header) {
    ++state_.damaged_headers;
    return state_.find("log", at(position), "the header of this entry fails its check", kLost);
  }
  check_body(*header, position, record);
  check_epoch(*header, position);
  check_producer(*header, position);
  CheckedRoom* room = state_.room(header->room);
  if (room == nullptr)
    return state_.find("log", at(position), "it names room " + std::to_string(header->room.value) + ", which isn't there", kStopsStart);
  check_number(*header, *room);
  check_record(*header, position, *room);
  follow_segment(*header, position, *room);
}

void LogCheck::check_body(const LogHeader& header, LogPosition position, ByteView record) {
  const std::string where = state_.name_of(header.room, header.sequence.value);
  ByteView body = record.subspan(kLogHeaderBytes);
  if (header.large) {
    const auto found = state_.get(state_.tables().large, number_key(position.value));
    if (!found) return state_.find("large", where, "its body is missing", kLost);
    body = *found;
  }
  if (body.size() != header.body_bytes || crc32c(body) != header.body_check)
    return state_.find(header.large ? "large" : "log", where, "its body fails its check", kLost);
  body_.resize((body.size() + 7) / 8);
  if (!body.empty()) std::memcpy(body_.data(), body.data(), body.size());
  const entry::Entry* said = read_entry({reinterpret_cast<const uint8_t*>(body_.data()), body.size()});
  if (said == nullptr) return state_.find("log", where, "it isn't an entry that can be read", kWritten);
  const auto kind = static_cast<EntryKind>(said->content_type());
  if (kind != header.kind && kind != EntryKind::kGone) state_.find("log", where, "its header says another kind than it is of", kWritten);
}

void LogCheck::check_epoch(const LogHeader& header, LogPosition position) {
  const auto& epochs = state_.epochs;
  while (epoch_ + 1 < epochs.size() && epochs[epoch_ + 1].first <= position.value) ++epoch_;
  if (epochs.empty() || epochs[epoch_].second == header.epoch.value) return;
  const bool known = std::ranges::any_of(epochs, [&](const auto& each) { return each.second == header.epoch.value; });
  if (known)  // else its record is what is damaged
    state_.find("log", state_.name_of(header.room, header.sequence.value), "its epoch isn't the one that its place in the log is of",
                kWritten);
}

void LogCheck::check_number(const LogHeader& header, CheckedRoom& room) {
  const uint64_t sequence = header.sequence.value, expected = room.last + 1;
  const std::string where = state_.name_of(header.room, sequence);
  const uint64_t messages = room.messages + (is_message(header.kind) ? 1 : 0);
  if (sequence < room.retained) return state_.find("log", where, "retention took it, and it is still there", kWaste);
  if (sequence < expected) return state_.find("log", where, "its number is there a second time", kWritten);
  if (sequence > expected)
    state_.find("log", state_.name_of(header.room), numbers(expected, sequence - 1) + " can't be read or never were there", kLost);
  if (sequence == expected && header.messages != messages)
    state_.find("log", where, "its count of the room's messages doesn't follow from the entry before it", kWritten);
  room.messages = header.messages;
  if (room.first == 0) room.first = sequence;
}

// Each entry has a position: so many may be missing as retention took.
void LogCheck::check_positions() {
  if (state_.removed == 0 || state_.missing_positions <= state_.removed) return;
  state_.find(
      "log", "all of it",
      std::to_string(state_.missing_positions) + " positions are missing, of which retention took " + std::to_string(state_.removed),
      kLost);
}

void LogCheck::check_record(const LogHeader& header, LogPosition position, CheckedRoom& room) {
  if (!room.sound) return;
  const uint64_t sequence = header.sequence.value;
  const std::string where = state_.name_of(header.room, sequence);
  if (sequence > room.recorded_head && position.value <= state_.checkpoint && !std::exchange(room.told, true))
    state_.find("rooms", where, "the room's record doesn't know it, and a start wouldn't look for it", kStopsStart);
  if (sequence == room.recorded_head && header.messages != room.recorded_messages)
    state_.find("rooms", where, "the room's record counts other messages up to here", kWritten);
  const uint64_t closed = room.recorded_head - room.recorded_head % kSegmentEntries;
  if (sequence > closed && sequence <= room.recorded_head) {
    const uint64_t recorded = room.recorded_open[sequence - closed - 1];
    if (recorded != position.value) state_.find("rooms", where, "the room's record says that it stands elsewhere in the log", kHidden);
  }
}

void LogCheck::follow_segment(const LogHeader& header, LogPosition position, CheckedRoom& room) {
  const uint64_t sequence = header.sequence.value;
  if (sequence <= room.last) return;
  const uint64_t segment = (sequence - 1) / kSegmentEntries;
  const uint64_t before = room.last == 0 ? segment : (room.last - 1) / kSegmentEntries;
  if (segment != before) {
    if (!room.open.empty() && room.open.size() < kSegmentEntries) check_segment(header.room, before, room.open);  // its end is missing
    room.open.clear();
  }
  room.open.resize((sequence - 1) % kSegmentEntries, kUnknownPosition);
  room.open.push_back(position.value);
  room.last = sequence;
  if (room.open.size() == kSegmentEntries) check_segment(header.room, segment, room.open);
}

void LogCheck::check_segment(RoomId id, uint64_t segment, const std::vector<uint64_t>& positions) {
  const Key16 key = segment_key(id, segment);
  const auto record = state_.get(state_.tables().index, key);
  const std::string where = state_.name_of(id) + ", " + numbers(segment * kSegmentEntries + 1, (segment + 1) * kSegmentEntries);
  if (!record) return state_.find("index", where, "their index record is missing", kHidden);
  Segment recorded;
  if (!decode_index(key, *record, recorded)) return;  // check_index() says so
  for (size_t i = 0; i < positions.size(); ++i) {
    if (positions[i] == kUnknownPosition || recorded[i] == positions[i]) continue;
    return state_.find("index", where, "their index record names other places in the log", kHidden);
  }
}

void LogCheck::check_heads() {
  for (uint64_t id = 1; id <= state_.rooms.size(); ++id) {
    const CheckedRoom& room = state_.rooms[id - 1];
    if (!room.sound || room.recorded_head <= room.last) continue;
    state_.find("rooms", state_.name_of(RoomId(id)), numbers(room.last + 1, room.recorded_head) + " of its record aren't in the log",
                kLost);
  }
}

void LogCheck::check_index() {
  state_.for_each(state_.tables().index, [this](ByteView key, ByteView value) {
    if (key.size() != sizeof(Key16)) return state_.find("index", "a key", "it isn't one of this table", kWaste);
    Key16 own;
    std::ranges::copy(key, own.begin());
    const RoomId id(load_be<uint64_t>(own.data()));
    const uint64_t segment = load_be<uint64_t>(own.data() + 8);
    const std::string where = state_.name_of(id) + ", " + numbers(segment * kSegmentEntries + 1, (segment + 1) * kSegmentEntries);
    Segment positions;
    if (!decode_index(own, value, positions)) return state_.find("index", where, "their index record fails its check", kHidden);
    const CheckedRoom* room = state_.room(id);
    const uint64_t last = room == nullptr ? 0 : std::max(room->last, room->recorded_head);
    const bool wholly_gone = room != nullptr && (segment + 1) * kSegmentEntries < room->retained;
    if (segment >= last / kSegmentEntries || wholly_gone)
      state_.find("index", where, "an index record of entries that aren't there", kWritten);
  });
}

void LogCheck::check_large() {
  state_.for_each(state_.tables().large, [this](ByteView key, ByteView) {
    const LogPosition position(number_of_key(key));
    const auto record = state_.get(state_.tables().log, key);
    const auto header = record ? decode_log_header(*record, position) : std::nullopt;
    if (header ? !header->large : !record) state_.find("large", at(position), "a large body that no entry has", kWaste);
  });
}

void LogCheck::check_producer(const LogHeader& header, LogPosition position) {
  Producer& producer = producers_[header.producer.value];
  const std::string where = state_.name_of(header.room, header.sequence.value);
  if (header.number.value <= producer.last) state_.find("log", where, "its producer had that number before", kWritten);
  producer.last = std::max(producer.last, header.number.value);
  const uint64_t recorded = producer.record ? producer.record->last.value : 0;
  if (header.number.value > recorded && position.value <= state_.checkpoint && !std::exchange(producer.told, true))
    state_.find("producers", where, "the record of its producer doesn't know it", kTwice);
  if (producer.record && header.number == producer.record->last) {
    producer.confirmed = true;
    if (producer.record->room != header.room || producer.record->sequence != header.sequence)
      state_.find("producers", where, "the record of its producer says that it went elsewhere", kWritten);
  }
}

void LogCheck::check_producers() {
  state_.report.producers = producers_.size();
  if (state_.removed > 0 || state_.damaged_headers > 0) return;  // what a record speaks of may be gone
  for (const auto& [id, producer] : producers_) {
    if (!producer.record || producer.confirmed) continue;
    state_.find("producers", "producer " + std::to_string(id), "its record speaks of an entry that isn't in the log", kWritten);
  }
}

}  // namespace parley::history
