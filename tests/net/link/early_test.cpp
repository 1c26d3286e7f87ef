// SPDX-License-Identifier: Apache-2.0
// What a server says right behind its answer, before the client has proven itself: that it is there after one round trip and arrives
// exactly once whatever gets lost, that an address gets no more than it sent, and that a replayed request gains nothing by it.
#include "net/link/link_core.h"
#include "net/link/nonce_watch.h"
#include "tests/net/link/link_fixture.h"

namespace parley::link {
namespace {

using test::Bytes;
using test::LinkTest;
using test::Sent;

constexpr uint16_t kAttackerPort = 6666;

class EarlyTest : public LinkTest {
 protected:
  // Client and server have spoken before, so its next request has a token.
  void be_known() {
    open();
    client->close(id, now);
    settle();
    run(Seconds(1));
    ASSERT_EQ(server->counters().sessions, 0u);
    recorded.clear();
    wire.queue.clear();
    at_server = {};
    at_client = {};
  }
  // The request has arrived; the answer waits on the wire.
  Bytes greet() {
    connect();
    Bytes request = take().bytes;
    to_server(request);
    server->flush(now);
    return request;
  }
  size_t say_all_that_fits(size_t bytes = 100) {
    size_t said = 0;
    while (say(*server, server_id(), std::string(bytes, 'x'))) ++said;
    server->flush(now);
    return said;
  }
  // Bytes under way to there.
  size_t bytes_to(uint16_t port) {
    server->flush(now);
    size_t bytes = 0;
    for (const Sent& sent : wire.queue) bytes += sent.to.port == port ? sent.bytes.size() : 0;
    return bytes;
  }
  std::vector<std::string> heard() const {
    std::vector<std::string> texts;
    for (const auto& each : at_client.payloads) texts.push_back(each.second);
    return texts;
  }
};

using Texts = std::vector<std::string>;

TEST_F(EarlyTest, IsThereAfterOneRoundTrip) {
  greet();
  EXPECT_TRUE(say(*server, server_id(), "welcome"));
  server->flush(now);
  deliver();
  EXPECT_EQ(heard(), Texts{"welcome"});
  EXPECT_TRUE(at_server.proven.empty());
  settle();
  EXPECT_EQ(at_server.proven.size(), 1u);
}

TEST_F(EarlyTest, AnUnprovenAddressGetsNoMoreThanItSent) {
  for (const size_t bytes : {1u, 10u, 100u, 400u, 1100u}) {
    SetUp();
    wire.queue.clear();
    greet();
    say_all_that_fits(bytes);
    EXPECT_LE(bytes_to(kClientPort), wire::kRequestBytes) << bytes;
    EXPECT_LT(server->early_bytes(server_id()), bytes + kEarlyOverhead);
  }
}

TEST_F(EarlyTest, ARepeatedRequestBringsNoMoreThanItIsLongEither) {
  const Bytes request = greet();
  say_all_that_fits();
  for (size_t requests = 2; requests < 20; ++requests) {
    to_server(request);
    EXPECT_LE(bytes_to(kClientPort), requests * wire::kRequestBytes);
  }
}

TEST_F(EarlyTest, AnAddressWithATokenGetsMoreOnceAndIsBoundedToo) {
  be_known();
  const Bytes request = greet();
  say_all_that_fits();
  const size_t first = bytes_to(kClientPort);
  EXPECT_GT(first, 2 * wire::kRequestBytes);
  EXPECT_LE(first, kMaxEarlyBytes);
  to_server(request);
  EXPECT_LE(bytes_to(kClientPort) - first, wire::kRequestBytes) << "the token proves the address, not that its bearer repeats himself";
}

TEST_F(EarlyTest, NothingGoesASecondTimeByItselfBeforeTheProof) {
  greet();
  say_all_that_fits();
  const size_t before = bytes_to(kClientPort);
  for (int i = 0; i < 49; ++i) {
    pass(Millis(100));
    EXPECT_EQ(bytes_to(kClientPort), before);
  }
}

TEST_F(EarlyTest, DoesNotKeepTheClientFromProvingItself) {
  greet();
  say(*server, server_id(), "welcome");
  server->flush(now);
  deliver();
  client->flush(now);
  wire.queue.clear();  // the proof is lost, and with it all acks
  pass(Millis(5));
  client->flush(now);
  wire.queue.clear();
  run(Millis(500));
  EXPECT_EQ(at_server.proven.size(), 1u);
  EXPECT_EQ(heard(), Texts{"welcome"});
}

TEST_F(EarlyTest, WhatIsLostComesAgainSoonAfterTheProof) {
  greet();
  const Sent answer = take();
  say(*server, server_id(), "one");
  say(*server, server_id(), "two");
  server->flush(now);
  wire.queue.pop_front();
  pass(Millis(100));
  to_client(answer.bytes);
  deliver();
  EXPECT_EQ(heard(), Texts{"two"});
  run(Millis(150));
  EXPECT_EQ(heard(), (Texts{"two", "one"})) << "order is ENet's";
}

TEST_F(EarlyTest, WhatOvertakesTheAnswerIsNotLost) {
  greet();
  const Sent answer = take();
  say(*server, server_id(), "welcome");
  server->flush(now);
  deliver();
  EXPECT_TRUE(heard().empty());
  pass(Millis(100));
  to_client(answer.bytes);
  run(Millis(150));
  EXPECT_EQ(heard(), Texts{"welcome"});
}

TEST_F(EarlyTest, ALostAnswerIsRepeatedWithWhatWentOutEarly) {
  greet();
  say(*server, server_id(), "welcome");
  server->flush(now);
  wire.queue.clear();
  pass(Millis(300));
  client->flush(now);
  deliver();
  server->flush(now);
  deliver();
  EXPECT_EQ(heard(), Texts{"welcome"});
  EXPECT_TRUE(at_server.proven.empty());
  settle();
  run(Seconds(1));
  EXPECT_EQ(heard(), Texts{"welcome"}) << "once";
}

TEST_F(EarlyTest, ADoubledRequestDoublesNothing) {
  const Bytes request = greet();
  say(*server, server_id(), "welcome");
  to_server(request);
  settle();
  to_server(request);
  run(Seconds(1));
  EXPECT_EQ(heard(), Texts{"welcome"});
  EXPECT_EQ(at_server.requests.size(), 1u);
}

TEST_F(EarlyTest, WhatComesAfterTheProofGoesOnUnderTheSameKeysWithOtherNonces) {
  greet();
  say(*server, server_id(), "early");
  settle();
  say(*server, server_id(), "late");
  settle();
  EXPECT_EQ(heard(), (Texts{"early", "late"}));
  std::map<uint64_t, Bytes> sealed;
  for (const Sent& sent : recorded) {
    if (sent.to.port != kClientPort || (sent.bytes[0] & wire::kKindMask) != static_cast<uint8_t>(wire::Kind::kTransport)) continue;
    const auto [at, fresh] = sealed.emplace(load_le<uint64_t>(&sent.bytes[wire::kTransportCounterAt]), sent.bytes);
    EXPECT_TRUE(fresh || at->second == sent.bytes) << "a counter was used for other bytes";
  }
  EXPECT_GE(sealed.size(), 2u);
}

TEST_F(EarlyTest, AReplayFromAnotherAddressBringsThereNothing) {
  const Bytes request = greet();
  say(*server, server_id(), "welcome");
  to_server(request, kAttackerPort);
  settle();
  to_server(request, kAttackerPort);
  run(Seconds(1));
  EXPECT_EQ(bytes_to(kAttackerPort), 0u);
  for (const Sent& sent : recorded) EXPECT_NE(sent.to.port, kAttackerPort);
}

// A server that was restarted can't know a request of the seconds before, so it lets it in: into a session that stays mute.
TEST_F(EarlyTest, AReplayThatGetsInIsBoundedUnreadableAndEndsBySelf) {
  open();
  const Bytes request = recorded.front().bytes;
  now.wall -= Seconds(1);  // the new start is not after the request
  make_server({});
  at_server = {};
  recorded.clear();
  to_server(request, kAttackerPort);
  ASSERT_EQ(at_server.requests.size(), 1u);
  say_all_that_fits();
  EXPECT_LE(bytes_to(kAttackerPort), wire::kRequestBytes);
  for (const Sent& sent : wire.queue) to_client(sent.bytes);
  EXPECT_TRUE(at_client.payloads.empty()) << "not even the client, whose key of that time is gone, can read it";
  wire.queue.clear();
  pass(Seconds(5));
  server->flush(now);
  EXPECT_EQ(bytes_to(kAttackerPort), 0u);
  EXPECT_TRUE(at_server.proven.empty());
  ASSERT_EQ(at_server.closed.size(), 1u);
  EXPECT_EQ(at_server.closed[0].second, LinkClose::kTimeout);
  EXPECT_EQ(server->counters().sessions, 0u);
}

TEST_F(EarlyTest, OnlyTheAnswersEphemeralKeyReadsIt) {
  greet();
  say(*server, server_id(), "welcome");
  server->flush(now);
  const Sent answer = take();
  const Sent early = take();
  for (size_t bit = 0; bit < early.bytes.size() * 8; ++bit) {
    Bytes flipped = early.bytes;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    to_client(flipped);
  }
  to_client(answer.bytes);
  for (size_t bit = 0; bit < early.bytes.size() * 8; ++bit) {
    Bytes flipped = early.bytes;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    to_client(flipped);
  }
  for (size_t length = 0; length < early.bytes.size(); ++length) to_client(Bytes(early.bytes.begin(), early.bytes.begin() + length));
  EXPECT_TRUE(heard().empty());
  to_client(early.bytes);
  EXPECT_EQ(heard(), Texts{"welcome"});
}

TEST_F(EarlyTest, AClientCanNotSpeakEarly) {
  connect();
  EXPECT_EQ(client->early_bytes(id), 0u);
  EXPECT_FALSE(say(*client, id, "too early"));
}

TEST_F(EarlyTest, AfterTheProofThereIsNoEarlyRoom) {
  open();
  EXPECT_EQ(server->early_bytes(server_id()), 0u);
}

}  // namespace
}  // namespace parley::link
