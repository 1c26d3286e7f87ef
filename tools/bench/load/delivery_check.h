// SPDX-License-Identifier: Apache-2.0
// Whether everybody got everything: for each receiver and sender of a room the number that must come next. Knows nothing of the system
// under test, so it holds all of them to the same. One thread.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/bench/load/stamp.h"

namespace parley::bench {

class DeliveryCheck {
 public:
  // Client i is in room i mod `rooms`. Memory: 4 bytes for each pair of members of a room.
  DeliveryCheck(int clients, int rooms, bool echoes);
  static constexpr uint64_t kMostPairs = 1u << 27;
  static uint64_t pairs(int clients, int rooms);

  // Which number this sender's next message has.
  uint32_t next_number(int sender) const { return numbers_[static_cast<size_t>(sender)]; }
  // It was taken: from now on each member of the room is owed a delivery.
  void sent(int sender);
  // A client received it. False when it can't be counted: it came before, or after a later one of the same sender, or to another room.
  bool received(int client, const Stamp& stamp);

  uint64_t expected() const { return expected_; }
  uint64_t delivered() const { return delivered_; }            // the first time
  uint64_t missing() const { return expected_ - delivered_; }  // so far
  uint64_t doubled() const { return doubled_; }                // those that can't be counted
  uint64_t out_of_order() const { return out_of_order_; }      // left out one of the same sender that was said earlier

 private:
  int members_of(int room) const { return (clients_ - room + rooms_ - 1) / rooms_; }

  int clients_, rooms_, most_members_;
  bool echoes_;
  std::vector<uint32_t> next_;     // of receiver and sender
  std::vector<uint32_t> numbers_;  // of each sender
  uint64_t expected_ = 0, delivered_ = 0, doubled_ = 0, out_of_order_ = 0;
};

}  // namespace parley::bench
