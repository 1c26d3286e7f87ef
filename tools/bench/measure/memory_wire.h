// SPDX-License-Identifier: Apache-2.0
// Two datagram sockets with a piece of memory between them: what one sends, the other receives, at once and complete. For measuring what
// lies above the socket without the kernel. No allocation after the first datagrams. One thread.
#pragma once

#include <vector>

#include "net/link/datagram_socket.h"

namespace parley::bench {

class MemorySocket final : public link::DatagramSocket {
 public:
  explicit MemorySocket(const link::Endpoint& local) : local_(local) {}
  void connect(MemorySocket& peer) { peer_ = &peer; }
  // Puts a datagram in the inbox, as if `from` had sent it.
  void put(const link::Endpoint& from, ByteView bytes);

  size_t receive(std::span<link::InDatagram> out, Now now) override;
  void send(std::span<const link::OutDatagram> datagrams, Now now) override;
  link::Endpoint local() const override { return local_; }
  int fd() const override { return -1; }

 private:
  struct Waiting {
    link::Endpoint from;
    size_t at = 0, size = 0;
  };
  void forget_received();

  link::Endpoint local_;
  MemorySocket* peer_ = nullptr;
  std::vector<uint8_t> bytes_;  // of all that waits, one after the other
  std::vector<Waiting> inbox_;
  size_t received_ = 0;
};

}  // namespace parley::bench
