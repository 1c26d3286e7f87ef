// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/memory_wire.h"

#include <algorithm>

namespace parley::bench {

void MemorySocket::put(const link::Endpoint& from, ByteView bytes) {
  forget_received();
  inbox_.push_back({from, bytes_.size(), bytes.size()});
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

// What was handed out stays where it is until all of it is.
void MemorySocket::forget_received() {
  if (received_ == 0 || received_ < inbox_.size()) return;
  inbox_.clear();
  bytes_.clear();
  received_ = 0;
}

size_t MemorySocket::receive(std::span<link::InDatagram> out, Now) {
  const size_t count = std::min(out.size(), inbox_.size() - received_);
  for (size_t i = 0; i < count; ++i) {
    const Waiting& each = inbox_[received_ + i];
    out[i] = {each.from, MutableBytes(bytes_).subspan(each.at, each.size)};
  }
  received_ += count;
  return count;
}

void MemorySocket::send(std::span<const link::OutDatagram> datagrams, Now) {
  for (const link::OutDatagram& datagram : datagrams) peer_->put(local_, datagram.bytes);
}

}  // namespace parley::bench
