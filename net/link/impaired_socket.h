// SPDX-License-Identifier: Apache-2.0
// A real socket that behaves as if its network were bad (path_model.h), in both directions: for developing a game against the network that
// its players will have. Wraps any DatagramSocket; made by the client library when its options ask for it. Owned by one thread, the
// socket's; nothing waits. Delayed datagrams need a receive() at next_deadline(), although nothing arrives on fd().
//
// What must hold: a datagram leaves this socket and reaches its reader once, unless the conditions double it; at most kMaxUnderWay wait
// each way, further ones are lost and counted. Buffers are made as they are needed and then used again.
#pragma once

#include <memory>
#include <queue>
#include <vector>

#include "core/base/limits.h"
#include "net/link/datagram_socket.h"
#include "net/link/path_model.h"

namespace parley::link {

class ImpairedSocket final : public DatagramSocket {
 public:
  static constexpr size_t kMaxUnderWay = 4096;

  // `conditions` passed check_conditions().
  ImpairedSocket(std::unique_ptr<DatagramSocket> socket, const PathConditions& conditions, Random& random);
  // What is under way to the network leaves at once, so that a goodbye is heard.
  ~ImpairedSocket() override;

  size_t receive(std::span<InDatagram> out, Now now) override;
  void send(std::span<const OutDatagram> datagrams, Now now) override;
  Endpoint local() const override { return socket_->local(); }
  int fd() const override { return socket_->fd(); }
  SocketCounters counters() const override { return socket_->counters(); }
  // What is under way to us went to the old address: lost.
  Result<void> reopen() override;
  MonoTime next_deadline() const override;

 private:
  struct Flight {
    Endpoint peer;  // where it comes from or goes to
    size_t size = 0;
    std::array<uint8_t, kMaxDatagramBytes> bytes;
  };
  struct Due {  // ties in the order of sending
    MonoTime arrival;
    uint64_t serial;
    Flight* flight;
    auto operator<=>(const Due&) const = default;
  };
  // One direction: what the path makes of its datagrams, and those under way.
  class Way {
   public:
    explicit Way(uint64_t seed) : model_(seed) {}
    void enter(const PathConditions& conditions, const Endpoint& peer, ByteView bytes, MonoTime now);
    // The next that is due, until recycle(); nullptr: none is.
    Flight* take(MonoTime now);
    void recycle();
    void lose_all();
    MonoTime next() const { return due_.empty() ? kNever : due_.top().arrival; }

   private:
    PathModel model_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
    uint64_t serial_ = 0;
    std::vector<std::unique_ptr<Flight>> flights_;
    std::vector<Flight*> free_, taken_;
  };
  void read_socket(Now now);
  void let_go(MonoTime due, Now now);

  std::unique_ptr<DatagramSocket> socket_;
  PathConditions conditions_;
  Now last_{};  // when it was last called
  Way in_, out_;
};

}  // namespace parley::link
