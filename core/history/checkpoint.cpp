// SPDX-License-Identifier: Apache-2.0
#include "core/history/checkpoint.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "core/base/limits.h"
#include "core/history/records.h"

namespace parley::history {

Checkpoint::Checkpoint(RoomHeads& heads, const Tables& tables) : heads_(heads), tables_(tables) {}

void Checkpoint::set_interval(size_t entries) {
  every_ = entries;
  journal_.reserve(entries + kMaxCommitEntries);  // so that no entry allocates
  producers_.reserve(entries + kMaxCommitEntries);
}

void Checkpoint::note(const room::ProducerState& state, LogPosition position) {
  ++noted_;
  last_ = position;
  const uint32_t hash = hash_(state.id.value);
  const uint32_t known = journal_by_id_.find(hash, [&](uint32_t at) { return journal_[at].id == state.id; });
  if (known != room::FlatIndex::kNone) {
    journal_[known] = state;
    return;
  }
  journal_by_id_.insert(hash, static_cast<uint32_t>(journal_.size()));
  journal_.push_back(state);
}

void Checkpoint::write_some(WriteTransaction& txn, size_t entries) {
  if (!due()) return;
  if (!cycling_) begin_cycle();
  write(txn, 2 * entries + 64);
}

void Checkpoint::write_early(WriteTransaction& txn, size_t records) {
  if (!cycling_) begin_cycle();
  write(txn, records);
}

void Checkpoint::write_all(WriteTransaction& txn) {
  if (cycling_) {  // its rest and then what came since, under one checkpoint
    write(txn, std::numeric_limits<size_t>::max());
    done();
  }
  begin_cycle();
  write(txn, std::numeric_limits<size_t>::max());
}

void Checkpoint::begin_cycle() {
  std::swap(producers_, journal_);
  journal_.clear();
  journal_by_id_.clear();
  noted_ = 0;
  std::ranges::sort(producers_, {}, &room::ProducerState::id);  // in key order, so that neighbours share the pages they touch
  heads_.take_dirty(rooms_);
  cycling_ = true;
  cycle_position_ = last_;
  producers_written_ = rooms_written_ = 0;
}

void Checkpoint::write(WriteTransaction& txn, size_t budget) {
  producers_in_transaction_ = producers_written_;
  rooms_in_transaction_ = rooms_written_;
  for (; budget > 0 && producers_in_transaction_ < producers_.size(); --budget) {
    const room::ProducerState& state = producers_[producers_in_transaction_++];
    std::array<uint8_t, kProducerBytes> record;
    encode_producer(state, record);
    txn.put(tables_.producers, number_key(state.id.value), record);
  }
  for (; budget > 0 && rooms_in_transaction_ < rooms_.size(); --budget) {
    const RoomId room = rooms_[rooms_in_transaction_++];
    std::array<uint8_t, kMaxRoomBytes> record;
    txn.put(tables_.rooms, number_key(room.value), heads_.encode(room, record));
  }
  const bool complete = producers_in_transaction_ == producers_.size() && rooms_in_transaction_ == rooms_.size();
  if (complete && cycle_position_) put_meta(txn, tables_, "checkpoint", cycle_position_.value);
}

void Checkpoint::done() {
  producers_written_ = producers_in_transaction_;
  rooms_written_ = rooms_in_transaction_;
  if (!cycling_ || producers_written_ != producers_.size() || rooms_written_ != rooms_.size()) return;
  cycling_ = false;
  covered_ = std::max(covered_, cycle_position_);
}

void keep_newest(std::vector<room::ProducerState>& states) {
  std::ranges::sort(states, [](const auto& a, const auto& b) { return std::tie(a.id, b.last) < std::tie(b.id, a.last); });
  const auto rest = std::ranges::unique(states, {}, &room::ProducerState::id);
  states.erase(rest.begin(), rest.end());
}

void put_meta(WriteTransaction& txn, const Tables& tables, std::string_view name, uint64_t value) {
  std::array<uint8_t, kNumberBytes> record;
  encode_number(as_bytes(name), value, record);
  txn.put(tables.meta, as_bytes(name), record);
}

}  // namespace parley::history
