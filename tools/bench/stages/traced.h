// SPDX-License-Identifier: Apache-2.0
// The real socket and transports with a Passage told of all that goes through: forwarding, and nothing else. So production code carries no
// trace points of its own, and what is measured is the code that users run. Each object belongs to its transport's thread.
#pragma once

#include <memory>
#include <utility>

#include "net/transport/transport.h"
#include "tools/bench/stages/passage.h"

namespace parley::bench {

class TracedSocket final : public link::DatagramSocket {
 public:
  TracedSocket(std::unique_ptr<link::DatagramSocket> socket, Passage& passage) : socket_(std::move(socket)), passage_(passage) {}

  size_t receive(std::span<link::InDatagram> out, Now now) override {
    const size_t got = socket_->receive(out, now);
    if (got > 0) passage_.on_arrived();
    return got;
  }
  void send(std::span<const link::OutDatagram> datagrams, Now now) override {
    passage_.before_send(datagrams);
    socket_->send(datagrams, now);
  }
  link::Endpoint local() const override { return socket_->local(); }
  int fd() const override { return socket_->fd(); }
  MonoTime next_deadline() const override { return socket_->next_deadline(); }
  link::SocketCounters counters() const override { return socket_->counters(); }
  Result<void> reopen() override { return socket_->reopen(); }

 private:
  std::unique_ptr<link::DatagramSocket> socket_;
  Passage& passage_;
};

// Interface: Transport or ClientTransport.
template <class Interface>
class TracedTransport : public Interface {
 public:
  explicit TracedTransport(Passage& passage) : passage_(passage) {}
  void wrap(std::unique_ptr<Interface> inner) { inner_ = std::move(inner); }

  int receive(Now now) override { return inner_->receive(now); }
  int flush(Now now) override { return inner_->flush(now); }
  MonoTime next_deadline() const override { return inner_->next_deadline(); }
  transport::PacketPtr make_packet(ByteView message, transport::Delivery delivery) override {
    auto packet = inner_->make_packet(message, delivery);
    passage_.on_packet_made(message, packet.get());
    return packet;
  }
  transport::PacketPtr make_entries(ByteView message, uint16_t entries) override {
    auto packet = inner_->make_entries(message, entries);
    passage_.on_packet_made(message, packet.get());
    return packet;
  }
  bool send(SessionId session, uint8_t channel, const transport::PacketPtr& packet) override {
    const bool taken = inner_->send(session, channel, packet);
    if (taken) passage_.on_given(session, packet.get());
    return taken;
  }
  bool send_early(SessionId session, uint8_t channel, const transport::PacketPtr& packet) override {
    return inner_->send_early(session, channel, packet);
  }
  size_t early_room(SessionId session) const override { return inner_->early_room(session); }
  void prefetch(std::span<const SessionId> sessions) const override { inner_->prefetch(sessions); }
  void close(SessionId session) override { inner_->close(session); }
  transport::SessionStats stats(SessionId session) const override { return inner_->stats(session); }
  uint32_t queued_bytes(SessionId session) const override { return inner_->queued_bytes(session); }
  transport::Backlog backlog(SessionId session) const override { return inner_->backlog(session); }
  transport::TransportCounters counters() const override { return inner_->counters(); }

 protected:
  Passage& passage_;
  std::unique_ptr<Interface> inner_;
};

class TracedServerTransport final : public TracedTransport<transport::Transport>, public transport::ServerHandler {
 public:
  static Result<std::unique_ptr<transport::Transport>> make(transport::ServerTransportOptions options, link::DatagramSocket& socket,
                                                            Random& random, transport::ServerHandler& handler, Passage& passage);

  std::optional<transport::HelloReply> refusal_of(const transport::HelloInfo& info) override { return handler_.refusal_of(info); }
  transport::HelloReply on_hello(SessionId session, const transport::HelloInfo& info) override;
  void on_ready(SessionId session) override { handler_.on_ready(session); }
  void on_message(SessionId session, uint8_t channel, ByteView message) override;
  void on_closed(SessionId session, transport::CloseReason reason) override { handler_.on_closed(session, reason); }

 private:
  TracedServerTransport(transport::ServerHandler& handler, Passage& passage) : TracedTransport(passage), handler_(handler) {}
  transport::ServerHandler& handler_;
};

class TracedClientTransport final : public TracedTransport<transport::ClientTransport>, public transport::ClientHandler {
 public:
  static Result<std::unique_ptr<transport::ClientTransport>> make(transport::ClientTransportOptions options, link::DatagramSocket& socket,
                                                                  Random& random, transport::ClientHandler& handler, Passage& passage);

  SessionId connect(const link::Endpoint& server, const std::array<uint8_t, 32>& server_key, ByteView hello, Now now) override;
  void rebound(Now now) override { inner_->rebound(now); }
  void on_answer(SessionId session, bool accepted, ByteView answer) override { handler_.on_answer(session, accepted, answer); }
  void on_message(SessionId session, uint8_t channel, ByteView message) override;
  void on_closed(SessionId session, transport::CloseReason reason) override { handler_.on_closed(session, reason); }

 private:
  TracedClientTransport(transport::ClientHandler& handler, Passage& passage) : TracedTransport(passage), handler_(handler) {}
  transport::ClientHandler& handler_;
};

}  // namespace parley::bench
