// SPDX-License-Identifier: Apache-2.0
// A ClientTransport without a network: keeps what the client sends, and says to it what the test wants, from inside receive() as the real
// one does. One connection at a time is enough for one session.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "net/client/decode.h"
#include "net/transport/transport.h"

namespace parley::client {

class FakeTransport final : public transport::ClientTransport {
 public:
  explicit FakeTransport(transport::ClientHandler& handler) : handler_(handler) {}

  SessionId connect(const link::Endpoint&, const std::array<uint8_t, 32>&, ByteView hello, Now) override {
    current_ = SessionId{++last_id_};
    hellos.emplace_back(hello.begin(), hello.end());
    sent.clear();
    return current_;
  }
  void rebound(Now) override { ++rebinds; }
  int receive(Now) override {
    ++receives;
    if (script_.empty()) return 0;
    auto next = std::move(script_.front());
    script_.pop_front();
    next();
    return 1;
  }
  int flush(Now) override { return 0; }
  MonoTime next_deadline() const override { return kNever; }
  transport::PacketPtr make_packet(ByteView message, transport::Delivery delivery) override {
    delivery_ = delivery;
    packet_.assign(message.begin(), message.end());
    return nullptr;
  }
  transport::PacketPtr make_entries(ByteView message, uint16_t) override { return make_packet(message, transport::Delivery::kReliable); }
  bool send_early(SessionId, uint8_t, const transport::PacketPtr&) override { return false; }
  size_t early_room(SessionId) const override { return 0; }
  bool send(SessionId id, uint8_t, const transport::PacketPtr&) override {
    if (id != current_ || !ready_) return false;
    sent.push_back(packet_);
    if (delivery_ == transport::Delivery::kUnsequenced) ++unsequenced;
    return true;
  }
  void close(SessionId id) override {
    closed.push_back(id);
    if (id == current_) ready_ = false;
  }
  transport::SessionStats stats(SessionId) const override { return {.datagrams_received = datagrams_received}; }
  uint32_t queued_bytes(SessionId) const override { return 0; }
  transport::Backlog backlog(SessionId) const override { return {}; }
  transport::TransportCounters counters() const override { return {}; }

  // What the network will bring, one step a receive().
  void will_answer(bool accepted, const std::vector<uint8_t>& answer) {
    script_.push_back([this, accepted, answer] {
      ready_ = accepted;
      handler_.on_answer(current_, accepted, answer);
    });
  }
  void will_bring(const std::vector<uint8_t>& message) {
    script_.push_back([this, message] {
      ++datagrams_received;
      handler_.on_message(current_, 0, message);
    });
  }
  void will_close(transport::CloseReason reason) {
    script_.push_back([this, reason] {
      ready_ = false;
      handler_.on_closed(current_, reason);
    });
  }

  // What the client sent on this connection, by body; views into `sent`.
  template <class Body>
  std::vector<const Body*> sent_of() const {
    std::vector<const Body*> found;
    for (const auto& bytes : sent)
      if (const Body* body = decode_message(bytes)->body_as<Body>()) found.push_back(body);
    return found;
  }

  std::vector<std::vector<uint8_t>> hellos;
  std::vector<std::vector<uint8_t>> sent;
  std::vector<SessionId> closed;
  uint64_t datagrams_received = 1;
  int receives = 0, rebinds = 0, unsequenced = 0;

 private:
  transport::ClientHandler& handler_;
  SessionId current_;
  uint32_t last_id_ = 0;
  bool ready_ = false;
  std::vector<uint8_t> packet_;
  transport::Delivery delivery_ = transport::Delivery::kReliable;
  std::deque<std::function<void()>> script_;
};

}  // namespace parley::client
