// SPDX-License-Identifier: Apache-2.0
// The client library behind parley.h: any number of sessions on one transport, one duty cycle (poll). The C API puts a UDP socket, the
// system's clock and its randomness under it, the simulation a simulated socket, virtual time and a seed. One thread at a time; never
// blocks.
//
// A poll reads the network only while fewer than kMaxEventsQueued events wait, so a program that doesn't take them slows its server down
// instead of filling its own memory.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "net/client/client_session.h"
#include "net/client/context.h"

namespace parley::client {

struct ClientOptions {
  std::string agent = "parley";
  const Secret<32>* device_key = nullptr;  // X25519, copied; null: a random one
};

// Makes the transport; the test puts a fake one in its place.
using TransportMaker =
    std::function<Result<std::unique_ptr<transport::ClientTransport>>(const transport::ClientTransportOptions&, transport::ClientHandler&)>;
// The real one on this socket. Both arguments outlive the Client.
TransportMaker over_socket(link::DatagramSocket& socket, Random& random);

class Client final : private transport::ClientHandler, private SessionHost {
 public:
  Client(const TransportMaker& make_transport, Random& random, const ClientOptions& options);
  ~Client() override;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // The handshake starts with the next poll. setup.producer 0: a random one.
  // Errors: kTicketMalformed (length), kLinkNotLinked (the transport couldn't be made).
  Result<ClientSession*> connect(SessionSetup setup);
  void close(ClientSession* session);

  // Network and timers, then up to events.size() events, whose strings live until the next poll. Returns how many.
  size_t poll(Now now, std::span<parley_event> events);
  // The socket has another address: sessions go on from there.
  void rebound(Now now);
  // When poll has something to do although nothing arrives; the time of the last poll when events wait.
  MonoTime next_deadline() const;

  const transport::Transport* transport() const { return transport_.get(); }
  const Counters& counters() const { return context_.counters; }
  size_t session_count() const { return sessions_.size(); }

 private:
  SessionId open_transport(ClientSession& session, const SessionSetup& setup, ByteView hello) override;
  void close_transport(SessionId id) override;
  void on_answer(SessionId id, bool accepted, ByteView answer) override;
  void on_message(SessionId id, uint8_t channel, ByteView message) override;
  void on_closed(SessionId id, transport::CloseReason reason) override;

  ClientSession* session_of(SessionId id);
  void read_network(size_t enough);
  void run_timers();

  Context context_;
  Secret<32> device_key_;
  std::unique_ptr<transport::ClientTransport> transport_;
  Error transport_error_;
  std::vector<std::unique_ptr<ClientSession>> sessions_;
  std::unordered_map<SessionId, ClientSession*> by_id_;
};

}  // namespace parley::client
