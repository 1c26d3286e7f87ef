// SPDX-License-Identifier: Apache-2.0
// A datagram socket of two queues, for targets that speak to a link or a transport: what is put into `inbox` arrives from `peer`, what is
// sent lies in `outbox`. And keys that are the same in every run. One thread.
#pragma once

#include <deque>
#include <vector>

#include "core/base/random.h"
#include "core/base/secret.h"
#include "net/link/datagram_socket.h"

namespace parley::fuzz {

using Bytes = std::vector<uint8_t>;

class MemorySocket final : public link::DatagramSocket {
 public:
  explicit MemorySocket(uint16_t port) { local_.port = port; }
  size_t receive(std::span<link::InDatagram> out, Now) override {
    if (inbox.empty()) return 0;
    held_ = std::move(inbox.front());
    inbox.pop_front();
    out[0] = {peer, held_};
    return 1;
  }
  void send(std::span<const link::OutDatagram> datagrams, Now) override {
    for (const link::OutDatagram& datagram : datagrams) outbox.emplace_back(datagram.bytes.begin(), datagram.bytes.end());
  }
  link::Endpoint local() const override { return local_; }
  int fd() const override { return -1; }

  link::Endpoint peer;
  std::deque<Bytes> inbox, outbox;

 private:
  link::Endpoint local_;
  Bytes held_;
};

inline Secret<32> secret_of(uint64_t seed) {
  Secret<32> out;
  SeededRandom(seed).fill(out.bytes());
  return out;
}

}  // namespace parley::fuzz
