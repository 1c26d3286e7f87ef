// SPDX-License-Identifier: Apache-2.0
// A server's transport and clients' transports on a simulated network, run in virtual time from one event to the next. One thread.
// Loss, delay and reorder are the simulated network's; a run repeats itself exactly.
#pragma once

#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "net/link/sim_network.h"
#include "net/transport/transport.h"

namespace parley::transport::test {

struct Message {
  SessionId session;
  uint8_t channel;
  std::string text;
  bool operator==(const Message&) const = default;
};

// Writes down what a transport says. Tests react by the hooks.
class Server final : public ServerHandler {
 public:
  HelloReply on_hello(SessionId session, const HelloInfo& info) override {
    hellos.emplace_back(as_text(info.hello));
    if (hello_hook) hello_hook(session);
    return {accept, as_bytes(answer)};
  }
  void on_ready(SessionId session) override {
    ready.push_back(session);
    if (ready_hook) ready_hook(session);
  }
  void on_message(SessionId session, uint8_t channel, ByteView message) override {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(message.data()) % 8, 0u);
    if (keep_messages) messages.push_back({session, channel, std::string(as_text(message))});
    ++message_count;
    if (message_hook) message_hook(session);
  }
  void on_closed(SessionId session, CloseReason reason) override { closed.emplace_back(session, reason); }

  bool accept = true, keep_messages = true;
  std::string answer = "welcome";
  std::vector<std::string> hellos;
  std::vector<SessionId> ready;
  std::vector<Message> messages;
  size_t message_count = 0;
  std::vector<std::pair<SessionId, CloseReason>> closed;
  std::function<void(SessionId)> hello_hook, ready_hook, message_hook;
};

class Client final : public ClientHandler {
 public:
  void on_answer(SessionId session, bool accepted, ByteView answer) override {
    answers.emplace_back(accepted, as_text(answer));
    if (answer_hook) answer_hook(session);
  }
  void on_message(SessionId session, uint8_t channel, ByteView message) override {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(message.data()) % 8, 0u);
    if (keep_messages) messages.push_back({session, channel, std::string(as_text(message))});
    ++message_count;
  }
  void on_closed(SessionId session, CloseReason reason) override { closed.emplace_back(session, reason); }

  bool keep_messages = true;
  std::vector<std::pair<bool, std::string>> answers;
  std::vector<Message> messages;
  size_t message_count = 0;
  std::vector<std::pair<SessionId, CloseReason>> closed;
  std::function<void(SessionId)> answer_hook;
};

struct Keys {
  Keys(uint8_t fill) {
    std::fill_n(secret.data(), secret.size(), fill);
    crypto_scalarmult_base(open.data(), secret.data());
  }
  Secret<32> secret;
  std::array<uint8_t, 32> open{};
};

class TransportTest : public testing::Test {
 protected:
  static constexpr Micros kDelay{50'000};  // one way

  explicit TransportTest(uint64_t seed = 1) : network(seed), random(seed) {
    network.set_conditions({.delay = kDelay});
    auto made = make_server_transport({.link_private = &server_keys.secret}, server_socket, random, server);
    EXPECT_TRUE(made);
    server_transport = std::move(*made);
    client_transport = make_client(client, client_keys, client_socket);
  }

  std::unique_ptr<ClientTransport> make_client(Client& handler, const Keys& keys, link::DatagramSocket& socket) {
    auto made = make_client_transport({.device_private = &keys.secret}, socket, random, handler);
    EXPECT_TRUE(made);
    nodes.push_back(made->get());
    return std::move(*made);
  }

  Now now() const { return {MonoTime(time), WallTime(time)}; }
  // Everything due up to then, one event after the other.
  void run_until(Micros end) {
    while (true) {
      for (Transport* node : nodes) work(*node);
      work(*server_transport);
      for (const auto& other : others) other();
      MonoTime next = std::min(network.next_arrival(), server_transport->next_deadline());
      for (Transport* node : nodes) next = std::min(next, node->next_deadline());
      for (const auto& other : others) next = std::min(next, other());
      if (next > MonoTime(end)) break;
      time = std::max(time + Micros(1), next.time_since_epoch());
    }
    time = std::max(time, end);
  }
  void run_for(Micros duration) { run_until(time + duration); }
  void work(Transport& transport) {
    while (transport.receive(now()) > 0) {
    }
    transport.flush(now());
  }

  SessionId connect(std::string_view hello = "hello") {
    return client_transport->connect(server_socket.local(), server_keys.open, as_bytes(hello), now());
  }
  // A session that both sides hold ready.
  void establish() {
    client_session = connect();
    run_for(Seconds(5));
    ASSERT_EQ(server.ready.size(), 1u);
    server_session = server.ready[0];
  }
  // The server may ask a stranger to show that its address is true, which costs a round trip; not so one that was here before.
  void be_known() {
    const SessionId first = connect();
    run_for(Seconds(5));
    client_transport->close(first);
    run_for(Seconds(5));
    ASSERT_EQ(server.ready.size(), 1u);
    ASSERT_EQ(server.closed.size(), 1u);
    server.ready.clear();
    server.closed.clear();
    server.hellos.clear();
    client.answers.clear();
  }
  static bool say(Transport& transport, SessionId session, std::string_view text, uint8_t channel = 0,
                  Delivery delivery = Delivery::kReliable) {
    return transport.send(session, channel, transport.make_packet(as_bytes(text), delivery));
  }

  link::SimNetwork network;
  SeededRandom random;
  Micros time{1'000'000};
  Keys server_keys{1}, client_keys{2};
  link::DatagramSocket& server_socket = network.open(*link::parse_endpoint("10.0.0.1:7777"));
  link::DatagramSocket& client_socket = network.open(*link::parse_endpoint("10.0.0.2:1000"));
  Server server;
  Client client;
  std::vector<Transport*> nodes;
  std::vector<std::function<MonoTime()>> others;  // do their work at now() and say when they have more
  std::unique_ptr<Transport> server_transport;
  std::unique_ptr<ClientTransport> client_transport;
  SessionId client_session, server_session;
};

}  // namespace parley::transport::test
