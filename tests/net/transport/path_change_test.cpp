// SPDX-License-Identifier: Apache-2.0
// A client whose address changes in the middle of a burst, again and again: in virtual time, where it is measured how long the stream
// stands still, and with real sockets. Both directions at once, through ENet.
#include <poll.h>

#include <optional>

#include "net/link/udp_socket.h"
#include "tests/net/transport/transport_fixture.h"

namespace parley::transport::test {
namespace {

constexpr int kMoves = 20;

// What should come: "0", "1", "2", each once and in order. Notes how much later than a still network would have brought it.
class Stream {
 public:
  void sent(Micros at) { sent_.push_back(at); }
  std::string next() const { return std::to_string(sent_.size()); }
  void arrived(const std::string& text, Micros at, Micros transit) {
    EXPECT_EQ(text, std::to_string(arrived_)) << "lost, doubled or out of order";
    if (arrived_ < sent_.size()) longest_stall_ = std::max(longest_stall_, at - sent_[arrived_] - transit);
    ++arrived_;
  }
  bool complete() const { return arrived_ == sent_.size(); }
  size_t size() const { return sent_.size(); }
  Micros longest_stall() const { return longest_stall_; }

 private:
  std::vector<Micros> sent_;
  size_t arrived_ = 0;
  Micros longest_stall_{0};
};

class PathChangeTest : public TransportTest {
 protected:
  // One message each way every 10 ms; a move every 700 ms, of which the client is told or isn't.
  void burst_over_moves(bool told, Micros delay) {
    network.set_conditions({.delay = delay});
    client.keep_messages = server.keep_messages = true;
    establish();
    uint16_t port = 2000;
    for (int step = 0; step < (kMoves + 1) * 70; ++step) {
      if (step % 70 == 35 && port < 2000 + kMoves) {
        network.move(client_socket.local(), *link::parse_endpoint("10.0.7." + std::to_string(port % 200) + ":" + std::to_string(port)));
        ++port;
        if (told) client_transport->rebound(now());
      }
      ASSERT_TRUE(say(*client_transport, client_session, up.next()));
      up.sent(time);
      ASSERT_TRUE(say(*server_transport, server_session, down.next()));
      down.sent(time);
      for (int i = 0; i < 10; ++i) {
        run_for(Millis(1));
        take(delay);
      }
    }
    for (int i = 0; i < 5'000 && !(up.complete() && down.complete()); ++i) {
      run_for(Millis(1));
      take(delay);
    }
  }
  void take(Micros delay) {
    for (const Message& message : server.messages) up.arrived(message.text, time, delay);
    for (const Message& message : client.messages) down.arrived(message.text, time, delay);
    server.messages.clear();
    client.messages.clear();
  }
  void expect_no_stall_above(Micros most) {
    EXPECT_TRUE(up.complete());
    EXPECT_TRUE(down.complete());
    EXPECT_TRUE(client.closed.empty());
    EXPECT_TRUE(server.closed.empty());
    EXPECT_EQ(server.ready.size(), 1u) << "it's the same session all the time";
    EXPECT_GE(server_transport->counters().path_changes, static_cast<uint64_t>(kMoves));
    EXPECT_LE(up.longest_stall(), most);
    EXPECT_LE(down.longest_stall(), most);
  }

  Stream up, down;
};

TEST_F(PathChangeTest, AClientThatIsToldLosesNothingAndStandsStillForARoundTripAnd250Ms) {
  burst_over_moves(true, Millis(50));
  expect_no_stall_above(Millis(100) + Millis(250));
}

TEST_F(PathChangeTest, AClientBehindANatThatForgetsLosesNothingAndStandsStillForARoundTripAnd250Ms) {
  burst_over_moves(false, Millis(50));
  expect_no_stall_above(Millis(100) + Millis(250));
}

TEST_F(PathChangeTest, AClientFarAwayAsWell) {
  burst_over_moves(false, Millis(100));
  expect_no_stall_above(Millis(200) + Millis(250));
}

// Real sockets on loopback: the client's is opened anew, so it has another port each time.
class ReboundTest : public testing::Test {
 protected:
  static std::unique_ptr<link::DatagramSocket> open() {
    return std::move(*link::open_udp({.bind = *link::parse_endpoint("127.0.0.1:0"), .ipv4_only = true}));
  }
  void SetUp() override {
    server_transport = std::move(*make_server_transport({.link_private = &server_keys.secret}, *server_socket, random, server));
    client_transport = std::move(*make_client_transport({.device_private = &client_keys.secret}, *client_socket, random, client));
    session = client_transport->connect(server_socket->local(), server_keys.open, as_bytes("hello"), clock.now());
    ASSERT_TRUE(work_until([this] { return !server.ready.empty() && !client.answers.empty(); }));
  }
  void work() {
    const Now now = clock.now();
    for (Transport* node : {static_cast<Transport*>(client_transport.get()), server_transport.get()}) {
      node->receive(now);
      node->flush(now);
    }
  }
  // False: not within a minute, which is for a test that would else never end.
  template <class Condition>
  bool work_until(Condition condition) {
    const MonoTime give_up = clock.now().mono + Seconds(60);
    while (!condition()) {
      work();
      if (clock.now().mono > give_up) return false;
      pollfd files[] = {{client_socket->fd(), POLLIN, 0}, {server_socket->fd(), POLLIN, 0}};
      ::poll(files, 2, 1);
    }
    return true;
  }

  SystemClock clock;
  SystemRandom random;
  Keys server_keys{1}, client_keys{2};
  std::unique_ptr<link::DatagramSocket> server_socket = open(), client_socket = open();
  Server server;
  Client client;
  std::unique_ptr<Transport> server_transport;
  std::unique_ptr<ClientTransport> client_transport;
  SessionId session;
};

TEST_F(ReboundTest, TwentyNewPortsInTheMiddleOfABurstLoseNothing) {
  constexpr size_t kBetween = 40;
  size_t sent = 0;
  for (int moves = 0; moves < kMoves; ++moves) {
    for (size_t i = 0; i < kBetween; ++i, ++sent) {
      if (i == kBetween / 2) {
        ASSERT_TRUE(client_socket->reopen());
        client_transport->rebound(clock.now());
      }
      const std::string text = std::to_string(sent);
      const auto say = [&](Transport& by, SessionId to) { return by.send(to, 0, by.make_packet(as_bytes(text), Delivery::kReliable)); };
      ASSERT_TRUE(say(*client_transport, session));
      ASSERT_TRUE(say(*server_transport, server.ready[0]));
      work();
    }
    const auto moved = [&] { return server_transport->counters().path_changes >= static_cast<uint64_t>(moves + 1); };
    ASSERT_TRUE(work_until(moved));
  }
  ASSERT_TRUE(work_until([&] { return server.messages.size() >= sent && client.messages.size() >= sent; }));
  for (size_t i = 0; i < sent; ++i) {
    ASSERT_EQ(server.messages[i].text, std::to_string(i));
    ASSERT_EQ(client.messages[i].text, std::to_string(i));
  }
  EXPECT_EQ(server.ready.size(), 1u);
  EXPECT_TRUE(server.closed.empty());
}

}  // namespace
}  // namespace parley::transport::test
