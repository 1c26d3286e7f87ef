// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/load/room_ledger.h"

#include <algorithm>

namespace parley::bench {

void RoomLedger::received(int member, uint64_t sequence, const Stamp& stamp) {
  uint64_t& last = last_[static_cast<size_t>(member)];
  if (sequence != last + 1) ++faults_.out_of_order;
  last = sequence;
  if (!started_) first_ = sequence;
  started_ = true;
  const bool fits = stamp.sender < next_number_.size() && sequence <= newest() + 1 && sequence >= first_;
  if (fits && sequence == newest() + 1) return append(stamp);
  if (!fits || !(entries_[sequence - first_] == Entry{stamp.sender, stamp.number})) ++faults_.out_of_order;
}

void RoomLedger::append(const Stamp& stamp) {
  uint32_t& next = next_number_[stamp.sender];
  if (stamp.number < next) ++faults_.doubled;
  if (stamp.number > next) faults_.lost += stamp.number - next;
  entries_.push_back({stamp.sender, stamp.number, next});
  next = std::max(next, stamp.number + 1);
  if (entries_.size() <= kKept) return;
  entries_.pop_front();
  ++first_;
}

void RoomLedger::rolled_back(int member, uint64_t sequence, uint64_t crash) {
  uint64_t& last = last_[static_cast<size_t>(member)];
  last = std::min(last, sequence);
  if (crash == crash_) return;
  crash_ = crash;
  for (; !entries_.empty() && newest() > sequence; entries_.pop_back()) next_number_[entries_.back().sender] = entries_.back().expected;
  if (sequence + 1 < first_) ++faults_.out_of_order;
}

RoomLedger::Faults RoomLedger::finish(const std::vector<uint32_t>& sent) const {
  Faults all = faults_;
  for (size_t i = 0; i < sent.size(); ++i) all.lost += sent[i] - std::min(sent[i], next_number_[i]);
  if (!started_) return all;
  for (const uint64_t last : last_) all.lost += newest() - std::min(newest(), last);
  return all;
}

}  // namespace parley::bench
