// SPDX-License-Identifier: Apache-2.0
#include "core/history/removal.h"

#include <algorithm>

#include "core/base/limits.h"
#include "core/history/notes.h"
#include "core/history/room_cursor.h"

namespace parley::history {

bool Removal::add(const Cut& cut, LogPosition covered, size_t most) {
  const auto view = heads_.view(cut.room);
  if (!view) return true;
  Part part{.room = cut.room, .from = heads_.first(cut.room), .to = {}, .retained = read_retained(txn_.get(), tables_, cut.room)};
  const Sequence end = std::min(cut.keep_from, view->head.next());
  RoomCursor cursor(*view, txn_.get(), tables_, damaged_);
  part.to = part.from;
  for (; part.to < end && planned_.size() < most; part.to = part.to.next()) {
    const LogPosition position = cursor.position(part.to);
    if (position > covered) break;
    planned_.push_back({position, parts_.size(), part.to});
  }
  const bool all = part.to >= end;
  if (part.to > part.from) parts_.push_back(part);
  return all;
}

bool Removal::run() {
  bool all = true;
  for (Part& part : parts_) all = remove_reactions(part) && all;
  // In the order of the log, so that neighbours share the pages they touch. Of one room that is the order of its sequences.
  std::ranges::stable_sort(planned_, {}, &Planned::position);
  for (const Planned& planned : planned_) remove_entry(planned);
  for (const Part& part : parts_) remove_about(part);
  return all;
}

bool Removal::remove_reactions(Part& part) {
  const size_t left = kMaxRemovedReactions - std::min(reactions_, kMaxRemovedReactions);
  const size_t removed = txn_.remove_range(tables_.reactions, {target_key(part.room, part.from), target_key(part.room, part.to)}, left);
  reactions_ += removed;
  if (removed < left) return true;
  part.to = part.from;  // there may be more of them: the entries stay until these are gone
  return false;
}

void Removal::remove_entry(const Planned& planned) {
  Part& part = parts_[planned.part];
  if (planned.sequence >= part.to) return;
  part.retained.first = planned.sequence.next();
  if (!planned.position) return;  // of a damaged index record: what it pointed to isn't known
  const Key8 key = number_key(planned.position.value);
  const auto record = txn_.get(tables_.log, key);
  const auto header = record ? decode_log_header(*record, planned.position) : std::nullopt;
  if (header) {
    if (part.retained.epoch && part.retained.epoch != header->epoch) put_end_of_epoch(part, Sequence(planned.sequence.value - 1));
    part.retained.epoch = header->epoch;
    part.retained.messages = header->messages;
  }
  if (!header || header->large) txn_.remove(tables_.large, key);
  txn_.remove(tables_.log, key);
  positions_.push_back(planned.position);
}

void Removal::put_end_of_epoch(const Part& part, Sequence end) {
  const Key16 key = epoch_end_key(part.room, part.retained.epoch);
  std::array<uint8_t, kNumberBytes> record;
  encode_number(key, end.value, record);
  txn_.put(tables_.ends, key, record);
}

void Removal::remove_about(const Part& part) {
  if (part.to == part.from) return;
  constexpr size_t kAll = ~size_t{0};  // one of an entry at most, and one for 256 of them
  const WriteTransaction::KeyRange about{target_key(part.room, part.from), target_key(part.room, part.to)};
  txn_.remove_range(tables_.notes, about, kAll);
  txn_.remove_range(tables_.pins, about, kAll);
  const auto segment_of = [](Sequence sequence) { return (sequence.value - 1) / kSegmentEntries; };
  txn_.remove_range(tables_.index, {segment_key(part.room, segment_of(part.from)), segment_key(part.room, segment_of(part.to))}, kAll);
  const Key8 room = number_key(part.room.value);
  const auto topic = txn_.get(tables_.topics, room);
  if (topic && decode_number(room, *topic).value_or(0) < part.to.value) txn_.remove(tables_.topics, room);
  std::array<uint8_t, kRetainedBytes> record;
  encode_retained(part.room, part.retained, record);
  txn_.put(tables_.retained, room, record);
}

}  // namespace parley::history
