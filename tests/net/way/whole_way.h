// SPDX-License-Identifier: Apache-2.0
// A server and its clients in one thread and virtual time, whole: client library, FlatBuffers, ENet, link, policy, bus, fan-out, store.
// Between them a wire that loses nothing and allocates nothing, so that what is counted is Parley's own.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/history/store.h"
#include "core/identity/server_keys.h"
#include "net/client/client.h"
#include "net/server/server_core.h"

namespace parley::way {

// One end of the wire: what is sent to an endpoint's port waits at the socket with that port.
class WireSocket final : public link::DatagramSocket {
 public:
  WireSocket(std::vector<std::unique_ptr<WireSocket>>& all, uint16_t port);
  size_t receive(std::span<link::InDatagram> out, Now now) override;
  void send(std::span<const link::OutDatagram> datagrams, Now now) override;
  link::Endpoint local() const override { return local_; }
  int fd() const override { return -1; }

 private:
  struct Waiting {
    link::Endpoint from;
    std::array<uint8_t, kMaxDatagramBytes> bytes;
    size_t size = 0;
  };
  std::vector<std::unique_ptr<WireSocket>>& all_;
  link::Endpoint local_;
  std::vector<Waiting> ring_;
  size_t head_ = 0, tail_ = 0;  // of all that ever came
};

// Allocations by who made them.
struct Allocations {
  uint64_t server = 0, send = 0, poll = 0;
  uint64_t enet_blocks = 0;  // new ones that ENet got, at both ends
};

class WholeWay {
 public:
  explicit WholeWay(int members);
  ~WholeWay();
  WholeWay(const WholeWay&) = delete;
  WholeWay& operator=(const WholeWay&) = delete;

  size_t joined() const { return joined_; }
  uint64_t delivered() const { return delivered_; }
  uint64_t durable() const { return durable_; }
  // The first member says it; then everything runs for that long.
  void say(const std::string& text, Millis then);
  void run(Millis time);
  Allocations allocations() const;

 private:
  void open_server();
  void add_member(int number);
  void step();
  void poll_clients();
  void on_event(const parley_event& event);

  std::filesystem::path directory_;
  SeededRandom random_{1};
  Now now_;
  server::ServerConfig config_;
  std::vector<std::unique_ptr<WireSocket>> sockets_;  // the server's first
  std::unique_ptr<identity::ServerKeys> keys_;
  std::unique_ptr<history::Store> store_;
  std::unique_ptr<server::ServerCore> core_;
  std::vector<Agent*> others_;  // all of the server's but its I/O agent
  std::vector<std::unique_ptr<client::Client>> clients_;
  std::vector<client::ClientSession*> sessions_;
  size_t joined_ = 0;
  uint64_t delivered_ = 0, durable_ = 0;
  Allocations allocations_;
};

}  // namespace parley::way
