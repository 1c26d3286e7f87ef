// SPDX-License-Identifier: Apache-2.0
// Datagrams on their way to the socket: sealed straight into an arena, handed over with one send() when the batch is full or flushed.
// No allocation after construction. Owned by the link's thread.
#pragma once

#include <array>
#include <vector>

#include "core/base/limits.h"
#include "net/link/datagram_socket.h"

namespace parley::link {

class SendBatch {
 public:
  static constexpr size_t kDatagrams = 64;

  explicit SendBatch(DatagramSocket& socket) : socket_(socket), arena_(kDatagrams * kMaxDatagramBytes) {}

  // Room for the next datagram; written by the caller, then commit()ted. A second call without commit() gives the same room.
  MutableBytes room() { return MutableBytes(arena_).subspan(count_ * kMaxDatagramBytes, kMaxDatagramBytes); }
  void commit(const Endpoint& to, size_t bytes, Now now) {
    datagrams_[count_] = {to, room().first(bytes)};
    if (++count_ == kDatagrams) flush(now);
  }
  void copy(const Endpoint& to, ByteView bytes, Now now) {
    std::memcpy(room().data(), bytes.data(), bytes.size());
    commit(to, bytes.size(), now);
  }
  bool empty() const { return count_ == 0; }
  void flush(Now now) {
    if (count_ > 0) socket_.send(std::span(datagrams_).first(count_), now);
    count_ = 0;
  }

 private:
  DatagramSocket& socket_;
  std::vector<uint8_t> arena_;
  std::array<OutDatagram, kDatagrams> datagrams_{};
  size_t count_ = 0;
};

}  // namespace parley::link
