// SPDX-License-Identifier: Apache-2.0
// A server's transport without a network: what clients say is queued and handed to the handler from inside receive(), as the real one does;
// what the server sends is kept. One thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "net/transport/transport.h"

namespace parley::server {

class FakeTransport final : public transport::Transport {
 public:
  struct Sent {
    SessionId to;
    uint8_t channel = 0;
    std::vector<uint8_t> bytes;
    transport::Delivery delivery = transport::Delivery::kReliable;
  };

  explicit FakeTransport(transport::ServerHandler& handler) : handler_(handler) {}

  int receive(Now) override {
    const int steps = static_cast<int>(script_.size());
    for (int i = 0; i < steps; ++i) {
      auto next = std::move(script_.front());
      script_.pop_front();
      next();
    }
    return steps;
  }
  int flush(Now) override { return 0; }
  MonoTime next_deadline() const override { return kNever; }
  // A packet is sent before the next one is made, so the last bytes are enough.
  transport::PacketPtr make_packet(ByteView message, transport::Delivery delivery) override {
    ++packets;
    delivery_ = delivery;
    if (keep) packet_.assign(message.begin(), message.end());
    return nullptr;
  }
  transport::PacketPtr make_entries(ByteView message, uint16_t) override { return make_packet(message, transport::Delivery::kReliable); }
  bool send(SessionId to, uint8_t channel, const transport::PacketPtr&) override {
    if (!open_[to]) return false;
    ++sends;
    if (keep) sent.push_back({to, channel, packet_, delivery_});
    return true;
  }
  bool send_early(SessionId to, uint8_t channel, const transport::PacketPtr&) override {
    if (packet_.size() > early_room(to)) return false;
    early_rooms[to] -= packet_.size();
    early.push_back({to, channel, packet_, delivery_});
    return true;
  }
  size_t early_room(SessionId session) const override {
    const auto found = early_rooms.find(session);
    return found == early_rooms.end() ? 0 : found->second;
  }
  void close(SessionId session) override {
    open_[session] = false;
    closed.push_back(session);
  }
  transport::SessionStats stats(SessionId session) const override { return {.queued_bytes = queued_bytes(session)}; }
  uint32_t queued_bytes(SessionId session) const override {
    const auto found = queued.find(session);
    return found == queued.end() ? 0 : found->second;
  }
  transport::Backlog backlog(SessionId session) const override {
    const auto found = backlogs.find(session);
    return found == backlogs.end() ? transport::Backlog{} : found->second;
  }
  transport::TransportCounters counters() const override { return {.sessions = open_.size()}; }

  void will(std::function<void(transport::ServerHandler&)> step) {
    script_.push_back([this, step = std::move(step)] { step(handler_); });
  }
  void set_open(SessionId session, bool open) { open_[session] = open; }

  std::vector<Sent> sent, early;
  std::map<SessionId, size_t> early_rooms;  // what may go to a session before its proof
  std::vector<SessionId> closed;
  std::map<SessionId, uint32_t> queued;  // bytes that a session hasn't acknowledged
  std::map<SessionId, transport::Backlog> backlogs;
  size_t packets = 0, sends = 0;
  bool keep = true;  // false: count only, without allocating

 private:
  transport::ServerHandler& handler_;
  std::vector<uint8_t> packet_;
  transport::Delivery delivery_ = transport::Delivery::kReliable;
  std::map<SessionId, bool> open_;
  std::deque<std::function<void()>> script_;
};

}  // namespace parley::server
