// SPDX-License-Identifier: Apache-2.0
// What strangers try at the server's door, by name: cookies that aren't theirs, floods, replays over restarts, and clocks that lie. The
// server of these tests asks every unproven address for a cookie unless a test says otherwise.
#include "net/link/link_core.h"
#include "tests/net/link/allocation_counter.h"
#include "tests/net/link/link_fixture.h"

namespace parley::link {
namespace {

using test::Bytes;
using test::LinkTest;

class CookieTest : public LinkTest {
 protected:
  static LinkOptions asking() {
    LinkOptions options;
    options.handshake_limits = {.unproven_per_second = 0, .unproven_burst = 0, .loopback = true};
    return options;
  }
  void SetUp() override {
    make_server(asking());
    make_client({});
  }
  void restart_server(LinkOptions options = {}) {
    pass(Seconds(1));
    make_server(options);
  }
  Bytes request() {
    client->flush(now);
    wire.queue.clear();
    connect();
    return take().bytes;
  }
  // What the server says next, and nothing that the client says meanwhile.
  Bytes reply() {
    wire.queue.clear();
    server->flush(now);
    if (wire.queue.empty()) return {};
    return wire.queue.front().bytes;
  }
  // The client's second request, with the cookie that the server gave for the first.
  Bytes request_with_cookie() {
    to_server(request());
    to_client(reply());
    wire.queue.clear();
    return take().bytes;
  }
  Bytes with_mac1(Bytes bytes) const {
    write_mac1(mac1_key(public_key_of(server_key)), bytes);
    return bytes;
  }
  bool asked_again() { return reply().size() == wire::kCookieBytes; }
};

TEST_F(CookieTest, AnUnknownAddressIsInAfterOneMoreRoundTrip) {
  connect();
  settle();
  EXPECT_EQ(at_server.proven.size(), 1u);
  EXPECT_EQ(at_server.hello, "hello");
  EXPECT_EQ(at_server.early, "connect");
  EXPECT_EQ(server->counters().cookies_sent, 1u);
  EXPECT_EQ(client->counters().cookies_answered, 1u);
  EXPECT_EQ(at_server.requests.size(), 1u) << "nothing of the first request was kept";
}

TEST_F(CookieTest, AReturningClientNeedsNoCookie) {
  open();
  client->close(id, now);
  connect();
  settle();
  EXPECT_EQ(at_server.proven.size(), 2u);
  EXPECT_EQ(server->counters().cookies_sent, 1u) << "the first time";
}

TEST_F(CookieTest, ATokenOfAnEarlierStartCostsACookieNotTheWayIn) {
  open();
  client->close(id, now);
  settle();
  restart_server(asking());
  connect();
  settle();
  EXPECT_EQ(at_server.proven.size(), 2u);
  EXPECT_EQ(server->counters().cookies_sent, 1u);
}

TEST_F(CookieTest, ACookieUsedFromAnotherAddressIsAskedForAgain) {
  to_server(request_with_cookie(), 6666);
  EXPECT_TRUE(asked_again());
  EXPECT_TRUE(at_server.requests.empty());
}

TEST_F(CookieTest, AnExpiredCookieIsAskedForAgain) {
  const Bytes late = request_with_cookie();
  pass(Seconds(121));
  to_server(late);
  EXPECT_TRUE(asked_again());
  EXPECT_TRUE(at_server.requests.empty());
}

TEST_F(CookieTest, AFlippedCookieIsAskedForAgain) {
  const Bytes whole = request_with_cookie();
  for (size_t bit = 0; bit < 8 * wire::kTokenBytes; bit += 5) {
    Bytes flipped = whole;
    flipped[wire::kTokenAt + bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    to_server(with_mac1(flipped));
    ASSERT_TRUE(asked_again()) << bit;
  }
  EXPECT_TRUE(at_server.requests.empty());
  to_server(whole);
  EXPECT_EQ(at_server.requests.size(), 1u);
}

TEST_F(CookieTest, AStrangersCookiePutIntoARecordedRequestDoesntOpen) {
  LinkOptions lenient;
  restart_server(lenient);
  Bytes old = request();
  restart_server(asking());
  to_server(old, 6666);  // the attacker gets a cookie for his own address ...
  const Bytes cookie = reply();
  std::copy_n(cookie.begin() + wire::kCookieTokenAt, wire::kTokenBytes, old.begin() + wire::kTokenAt);
  to_server(with_mac1(old), 6666);  // ... but it is part of what Noise authenticates
  EXPECT_EQ(server->counters().dropped_handshake, 1u);
  EXPECT_TRUE(at_server.requests.empty());
}

TEST_F(CookieTest, AForgedCookieDoesntMoveTheClient) {
  to_server(request());
  const Bytes whole = reply();
  const uint64_t before = client->counters().datagrams_out;
  for (size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    to_client(flipped);
  }
  for (size_t length = 0; length < whole.size(); ++length)
    to_client(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)));
  EXPECT_EQ(client->counters().datagrams_out, before);
  EXPECT_EQ(client->counters().cookies_answered, 0u);
  to_client(whole);
  EXPECT_EQ(client->counters().cookies_answered, 1u);
}

TEST_F(CookieTest, ACookieOfAnEarlierRequestIsForgedForTheNext) {
  to_server(request());
  const Bytes cookie = reply();
  to_client(cookie);
  to_client(cookie);
  EXPECT_EQ(client->counters().cookies_answered, 1u);
  EXPECT_EQ(client->counters().dropped_handshake, 1u);
}

TEST_F(CookieTest, AClientAnswersNoMoreThanThreeCookiesInAnAttempt) {
  Bytes next = request();
  for (int i = 0; i < 6; ++i) {
    to_server(next, static_cast<uint16_t>(7000 + i));  // always asks again: another address
    to_client(reply());
    wire.queue.clear();
    client->flush(now);
    if (wire.queue.empty()) break;
    next = wire.queue.front().bytes;
  }
  EXPECT_EQ(client->counters().cookies_answered, kMaxCookiesPerConnect);
}

TEST_F(CookieTest, ABusyServerAsksForACookieAndOneThatIsntDoesnt) {
  HandshakeLane lane(nullptr, nullptr);
  LinkOptions options;
  options.handshakes = &lane;
  make_server(options);
  for (size_t i = 0; i < kBusyHandshakeQueue; ++i) to_server(request(), static_cast<uint16_t>(7000 + i));
  EXPECT_EQ(server->counters().cookies_sent, 0u);
  EXPECT_EQ(lane.waiting(), kBusyHandshakeQueue);
  to_server(request());
  EXPECT_TRUE(asked_again());
  EXPECT_EQ(lane.waiting(), kBusyHandshakeQueue);
}

TEST_F(CookieTest, ARequestThatWaitsToBeOpenedIsntQueuedAgain) {
  HandshakeLane lane(nullptr, nullptr);
  LinkOptions options;
  options.handshakes = &lane;
  make_server(options);
  const Bytes bytes = request();
  for (int i = 0; i < 5; ++i) to_server(bytes);
  EXPECT_EQ(lane.waiting(), 1u);
  EXPECT_EQ(server->counters().dropped_busy, 4u);
  HandshakeAgent agent({&server_key, public_key_of(server_key), nullptr, &random}, {&lane});
  EXPECT_EQ(agent.do_work(now), 1) << "opened once";
  server->receive(now);
  server->flush(now);
  EXPECT_EQ(at_server.requests.size(), 1u);
  settle();
  EXPECT_EQ(at_server.proven.size(), 1u) << "the one that was opened is answered, and its session is proven";
  EXPECT_EQ(client->counters().handshakes_ok, 1u);
}

// The other outcome of the same: the request says a time from before the server's start, so it may be one that an earlier start accepted.
TEST_F(CookieTest, ARequestOfBeforeTheServersStartThatWaitedIsAskedToShowThatItIsNewAndGetsIn) {
  const Bytes early = request();
  HandshakeLane lane(nullptr, nullptr);
  LinkOptions options;
  options.handshakes = &lane;
  restart_server(options);
  to_server(early);
  HandshakeAgent agent({&server_key, public_key_of(server_key), nullptr, &random}, {&lane});
  EXPECT_EQ(agent.do_work(now), 1);
  server->receive(now);
  EXPECT_TRUE(at_server.requests.empty()) << "opened, and no session of it";
  EXPECT_EQ(server->counters().cookies_sent, 1u);
  settle();  // the cookie reaches the client, which makes a new request with it; it also says the old one again
  EXPECT_GT(agent.do_work(now), 0);
  server->receive(now);
  settle();
  EXPECT_EQ(at_server.proven.size(), 1u);
}

TEST_F(CookieTest, AFullHandshakeQueueDropsAndTheClientComesAgain) {
  HandshakeLane lane(nullptr, nullptr);
  LinkOptions options;
  options.handshakes = &lane;
  make_server(options);
  const Bytes bytes = request();
  for (size_t i = 0; i < kHandshakeQueue; ++i) {
    HandshakeJob job;
    std::copy(bytes.begin(), bytes.end(), job.bytes.begin());
    ASSERT_TRUE(lane.submit(std::move(job)));
  }
  make_client({});
  to_server(request_with_cookie());
  EXPECT_EQ(server->counters().dropped_busy, 1u);
  HandshakeAgent agent({&server_key, public_key_of(server_key), nullptr, &random}, {&lane});
  at_server.accept = false;
  while (agent.do_work(now) > 0) server->receive(now);
  at_server.accept = true;
  server->flush(now);
  wire.queue.clear();
  pass(Millis(400));
  for (int i = 0; i < 5; ++i) {
    settle();
    agent.do_work(now);
    server->receive(now);
  }
  EXPECT_EQ(at_server.proven.size(), 1u);
}

// The costliest flood: everything fits but the Noise message, and every address is another one.
TEST_F(CookieTest, AFloodFromForgedAddressesMakesNoSessionNoAllocationAndFewerBytesThanItBrings) {
  HandshakeLane lane(nullptr, nullptr);
  LinkOptions options;
  options.handshakes = &lane;
  make_server(options);
  HandshakeAgent agent({&server_key, public_key_of(server_key), nullptr, &random}, {&lane});
  SeededRandom garbage(3);
  const Bytes valid = request();
  constexpr int kFlood = 3000;
  for (int i = 0; i < kFlood; ++i) {
    Bytes bytes(wire::kRequestBytes);
    garbage.fill(bytes);
    std::copy_n(valid.begin(), wire::kHandshakeHeaderBytes, bytes.begin());
    Endpoint from = test::endpoint(static_cast<uint16_t>(i + 1));
    for (size_t at = 12; at < 16; ++at) from.ip[at] = static_cast<uint8_t>(garbage.below(256));
    server_socket.arrive(from, with_mac1(bytes));
  }
  wire.queue.clear();
  server_socket.reserve();
  server_socket.mute = true;
  const uint64_t before = test::allocations();
  while (server->receive(now) > 0) {
  }
  EXPECT_GT(server->counters().cookies_sent, 0u) << "it is busy";
  while (agent.do_work(now) > 0) server->receive(now);
  server->flush(now);
  EXPECT_EQ(test::allocations() - before, 0u);
  EXPECT_EQ(server->counters().sessions, 0u);
  EXPECT_TRUE(at_server.requests.empty());
  EXPECT_LE(server->counters().bytes_out, server->counters().bytes_in / 20);
  EXPECT_EQ(server->counters().cookies_sent + server->counters().dropped_handshake, static_cast<uint64_t>(kFlood));
}

TEST_F(CookieTest, AnHonestClientGetsInDuringAFlood) {
  HandshakeLane lane(nullptr, nullptr);
  LinkOptions options;
  options.handshakes = &lane;
  make_server(options);
  HandshakeAgent agent({&server_key, public_key_of(server_key), nullptr, &random}, {&lane});
  SeededRandom garbage(3);
  connect();
  const Bytes valid = take().bytes;
  for (int round = 0; round < 40 && at_server.proven.empty(); ++round) {
    for (int i = 0; i < 40; ++i) {
      Bytes bytes(wire::kRequestBytes);
      garbage.fill(bytes);
      std::copy_n(valid.begin(), wire::kHandshakeHeaderBytes, bytes.begin());
      Endpoint from = test::endpoint(static_cast<uint16_t>(garbage.below(65'535) + 1));
      from.ip[12] = static_cast<uint8_t>(garbage.below(126) + 1);
      server_socket.arrive(from, with_mac1(bytes));
    }
    client->flush(now);
    std::erase_if(wire.queue, [](const test::Sent& sent) { return sent.to.port != kServerPort && sent.to.port != kClientPort; });
    deliver();
    agent.do_work(now);
    pass(Millis(20));
    server->receive(now);
    server->flush(now);
  }
  EXPECT_EQ(at_server.proven.size(), 1u);
  EXPECT_GT(server->counters().cookies_sent, 100u);
}

TEST_F(CookieTest, ARequestReplayedAfterARestartIsOnlyAskedToShowThatItIsNew) {
  restart_server();
  const Bytes plain = request();
  to_server(plain);
  settle();
  ASSERT_EQ(at_server.proven.size(), 1u);
  restart_server(asking());
  make_client({});
  const Bytes with_cookie = request_with_cookie();
  to_server(with_cookie);
  settle();
  ASSERT_EQ(at_server.proven.size(), 2u);
  for (const Bytes& bytes : {plain, with_cookie}) {
    for (const uint16_t port : {kClientPort, uint16_t{6666}}) {
      restart_server();
      to_server(bytes, port);
      EXPECT_TRUE(asked_again());
    }
  }
  EXPECT_EQ(at_server.requests.size(), 2u);
  EXPECT_EQ(server->counters().sessions, 0u);
}

TEST_F(CookieTest, AClientWhoseClockIsWrongPaysACookieNotItsWayIn) {
  restart_server();
  for (const Micros off : {Micros(-std::chrono::hours(24)), Micros(std::chrono::hours(24))}) {
    make_client({});
    const size_t before = at_server.proven.size();
    const uint64_t cookies = server->counters().cookies_sent;
    const Now lying{now.mono, now.wall + off};
    ASSERT_TRUE(client->connect(test::endpoint(kServerPort), public_key_of(server_key), {}, {}, lying));
    settle();
    EXPECT_EQ(at_server.proven.size(), before + 1);
    EXPECT_EQ(server->counters().cookies_sent, cookies + 1);
  }
}

TEST_F(CookieTest, AServerWhoseClockStepsStillLetsPeopleIn) {
  restart_server();
  now.wall -= std::chrono::hours(5);
  connect();
  settle();
  now.wall += std::chrono::hours(9);
  connect();
  settle();
  EXPECT_EQ(at_server.proven.size(), 2u);
}

}  // namespace
}  // namespace parley::link
