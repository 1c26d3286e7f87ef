// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/load/delivery_check.h"

#include "core/base/check.h"

namespace parley::bench {

uint64_t DeliveryCheck::pairs(int clients, int rooms) {
  return static_cast<uint64_t>(clients) * static_cast<uint64_t>((clients + rooms - 1) / rooms);
}

DeliveryCheck::DeliveryCheck(int clients, int rooms, bool echoes)
    : clients_(clients), rooms_(rooms), most_members_((clients + rooms - 1) / rooms), echoes_(echoes) {
  CHECK(pairs(clients, rooms) <= kMostPairs, "the caller bounds a room's members");
  next_.resize(pairs(clients, rooms));
  numbers_.resize(static_cast<size_t>(clients));
}

void DeliveryCheck::sent(int sender) {
  expected_ += static_cast<uint64_t>(members_of(sender % rooms_) - (echoes_ ? 0 : 1));
  ++numbers_[static_cast<size_t>(sender)];
}

// A hole is counted when what follows it comes: that one is out of order, or the hole was lost, which `missing` says at the end.
bool DeliveryCheck::received(int client, const Stamp& stamp) {
  const bool ours = stamp.sender < static_cast<uint32_t>(clients_) && static_cast<int>(stamp.sender) % rooms_ == client % rooms_;
  const size_t pair = static_cast<size_t>(client) * static_cast<size_t>(most_members_) + stamp.sender / static_cast<uint32_t>(rooms_);
  if (!ours || stamp.number < next_[pair]) {
    ++doubled_;
    return false;
  }
  if (stamp.number > next_[pair]) ++out_of_order_;
  next_[pair] = stamp.number + 1;
  ++delivered_;
  return true;
}

}  // namespace parley::bench
