// SPDX-License-Identifier: Apache-2.0
// What an attacker tries on the link, by name. A stranger's datagrams must cost no memory: allocations are counted.
#include "net/link/link_core.h"
#include "tests/net/link/allocation_counter.h"
#include "tests/net/link/link_fixture.h"

namespace parley::link {
namespace {

using test::Bytes;
using test::LinkTest;

class HostileTest : public LinkTest {
 protected:
  // All drops together: each refused datagram must be counted once.
  static uint64_t dropped(const Link& link) {
    const LinkCounters& c = link.counters();
    return c.dropped_short + c.dropped_kind + c.dropped_version + c.dropped_mac1 + c.dropped_unknown_index + c.dropped_forged +
           c.dropped_replayed + c.dropped_handshake + c.dropped_full + c.dropped_malformed + c.dropped_busy + c.dropped_rate;
  }
  // Every truncation and every flipped bit of it.
  static std::vector<Bytes> spoilt(const Bytes& whole) {
    std::vector<Bytes> out;
    for (size_t length = 0; length < whole.size(); ++length)
      out.emplace_back(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    for (size_t bit = 0; bit < 8 * whole.size(); ++bit) {
      out.push_back(whole);
      out.back()[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    }
    return out;
  }
  // msg1 of a fresh connect, taken off the wire.
  Bytes request() {
    connect();
    return take().bytes;
  }
  // A request with a mac1 that fits whatever its bytes are now: the server's public key is no secret.
  Bytes with_mac1(Bytes bytes) {
    write_mac1(mac1_key(public_key_of(server_key)), bytes);
    return bytes;
  }
  Bytes proof() {  // a sealed datagram from client to server
    say(*client, id, "sealed");
    return take().bytes;
  }
};

TEST_F(HostileTest, EveryTruncatedOrFlippedRequestIsDroppedAndTheTrueOneStillWorks) {
  const Bytes whole = request();
  uint64_t expected = 0;
  for (const Bytes& bytes : spoilt(whole)) {
    to_server(bytes);
    ASSERT_EQ(dropped(*server), ++expected);
  }
  server->flush(now);
  EXPECT_TRUE(wire.queue.empty()) << "nobody is answered";
  EXPECT_TRUE(at_server.requests.empty());
  to_server(whole);
  settle();
  EXPECT_EQ(at_server.proven.size(), 1u);
}

TEST_F(HostileTest, AFlippedRequestWithAFittingMac1FailsInTheNoise) {
  const Bytes whole = request();
  for (size_t at = 2; at < wire::kTokenAt; at += 13) {
    Bytes bytes = whole;
    bytes[at] ^= 0x40;
    to_server(with_mac1(bytes));
  }
  EXPECT_GT(server->counters().dropped_handshake, 80u);
  EXPECT_EQ(server->counters().dropped_mac1, 0u);
  EXPECT_TRUE(at_server.requests.empty());
  EXPECT_EQ(server->counters().sessions, 0u);
}

TEST_F(HostileTest, EveryTruncatedOrFlippedAnswerIsDroppedAndTheTrueOneStillWorks) {
  connect();
  client->flush(now);
  deliver();
  const Bytes whole = take().bytes;
  uint64_t expected = 0;
  for (const Bytes& bytes : spoilt(whole)) {
    to_client(bytes);
    ASSERT_EQ(dropped(*client), ++expected);
  }
  EXPECT_TRUE(at_client.answers.empty());
  to_client(whole);
  EXPECT_EQ(at_client.answers.size(), 1u);
  settle();
  EXPECT_EQ(at_server.proven.size(), 1u);
}

TEST_F(HostileTest, EveryTruncatedOrFlippedTransportDatagramIsDroppedAndTheTrueOneStillWorks) {
  open();
  const Bytes whole = proof();
  uint64_t expected = 0;
  for (const Bytes& bytes : spoilt(whole)) {
    to_server(bytes);
    ASSERT_EQ(dropped(*server), ++expected);
  }
  EXPECT_TRUE(at_server.payloads.empty());
  to_server(whole);
  EXPECT_EQ(at_server.payloads.size(), 1u);
}

TEST_F(HostileTest, AForgedCounterMovesNothing) {
  open();
  Bytes bytes = proof();
  const Bytes whole = bytes;
  for (const uint64_t counter : {uint64_t{100'000}, wire::kMaxCounter, wire::kMaxCounter + 1, ~uint64_t{0}}) {
    store_le(&bytes[wire::kTransportCounterAt], counter);
    to_server(bytes);
  }
  EXPECT_EQ(server->counters().dropped_forged, 4u);
  to_server(whole);
  EXPECT_EQ(at_server.payloads.size(), 1u);
}

TEST_F(HostileTest, AReplayedDatagramIsDroppedAndCounted) {
  open();
  const Bytes bytes = proof();
  to_server(bytes);
  for (int i = 0; i < 10; ++i) to_server(bytes);
  EXPECT_EQ(at_server.payloads.size(), 1u);
  EXPECT_EQ(server->counters().dropped_replayed, 10u);
}

TEST_F(HostileTest, ADatagramReflectedToItsSenderIsDropped) {
  open();
  Bytes bytes = proof();
  to_client(bytes);
  EXPECT_EQ(client->counters().dropped_unknown_index, 1u);
  // Even under the client's own index: each direction has its key.
  say(*server, server_id(), "other way");
  const Bytes other = take().bytes;
  std::copy_n(&other[wire::kTransportIndexAt], 4, &bytes[wire::kTransportIndexAt]);
  store_le(&bytes[wire::kTransportCounterAt], uint64_t{77});
  to_client(bytes);
  EXPECT_EQ(client->counters().dropped_forged, 1u);
}

TEST_F(HostileTest, ADatagramOfAnotherSessionIsDropped) {
  open();
  const Bytes first = proof();
  connect();
  settle();
  Bytes second = proof();
  store_le(&second[wire::kTransportCounterAt], load_le<uint64_t>(&first[wire::kTransportCounterAt]));
  std::copy_n(&first[wire::kTransportIndexAt], 4, &second[wire::kTransportIndexAt]);
  to_server(second);
  EXPECT_EQ(server->counters().dropped_forged, 1u);
  EXPECT_TRUE(at_server.payloads.empty());
}

TEST_F(HostileTest, AClientWithTheWrongServerKeyIsIgnored) {
  id = client->connect(test::endpoint(kServerPort), public_key_of(test::secret_of(99)), {}, {}, now);
  run(Seconds(6));
  EXPECT_GE(server->counters().dropped_mac1, 3u);
  EXPECT_EQ(server->counters().datagrams_out, 0u);
  EXPECT_EQ(at_client.closed, (std::vector{std::pair(id, LinkClose::kTimeout)}));
}

TEST_F(HostileTest, LowOrderPointsAreRefused) {
  const PublicKey zero{};
  PublicKey one{};
  one[0] = 1;
  for (const PublicKey& point : {zero, one}) {
    EXPECT_FALSE(client->connect(test::endpoint(kServerPort), point, {}, {}, now)) << "as the server's key";
    Bytes bytes = request();
    std::copy(point.begin(), point.end(), bytes.begin() + wire::kNoiseAt);
    to_server(with_mac1(bytes));
  }
  EXPECT_EQ(server->counters().dropped_handshake, 2u);
  EXPECT_TRUE(at_server.requests.empty());
}

TEST_F(HostileTest, AnAnswerWithALowOrderPointIsDropped) {
  connect();
  client->flush(now);
  deliver();
  Bytes bytes = take().bytes;
  std::fill_n(bytes.begin() + wire::kNoiseAt, 32, uint8_t{0});
  to_client(bytes);
  EXPECT_EQ(client->counters().dropped_handshake, 1u);
  EXPECT_TRUE(at_client.answers.empty());
}

TEST_F(HostileTest, AReplayedRequestMakesNoSecondSession) {
  const Bytes bytes = request();
  to_server(bytes);
  settle();
  for (int i = 0; i < 5; ++i) to_server(bytes);
  server->flush(now);
  EXPECT_TRUE(wire.queue.empty()) << "the session is proven: its request is never answered again";
  EXPECT_EQ(at_server.requests.size(), 1u);
  EXPECT_EQ(server->counters().sessions, 1u);
}

TEST_F(HostileTest, ARequestReplayedFromAnotherAddressIsNotAnswered) {
  const Bytes bytes = request();
  to_server(bytes);
  server->flush(now);
  wire.queue.clear();
  to_server(bytes, 6666);
  server->flush(now);
  EXPECT_TRUE(wire.queue.empty());
  EXPECT_EQ(at_server.requests.size(), 1u);
  EXPECT_EQ(server->counters().dropped_handshake, 1u);
}

TEST_F(HostileTest, ARequestReplayedAfterCloseMakesNoSession) {
  const Bytes bytes = request();
  to_server(bytes);
  settle();
  client->close(id, now);
  run(Millis(100));
  for (const uint16_t port : {kClientPort, uint16_t{6666}}) to_server(bytes, port);
  server->flush(now);
  EXPECT_TRUE(wire.queue.empty());
  EXPECT_EQ(at_server.requests.size(), 1u);
  EXPECT_EQ(server->counters().dropped_handshake, 2u);
}

TEST_F(HostileTest, ARequestReplayedLongAfterCloseIsOnlyAskedToShowThatItIsNew) {
  const Bytes bytes = request();
  to_server(bytes);
  settle();
  client->close(id, now);
  run(Seconds(300));
  to_server(bytes, 6666);
  EXPECT_EQ(take().bytes.size(), wire::kCookieBytes);
  EXPECT_EQ(at_server.requests.size(), 1u);
}

TEST_F(HostileTest, ARequestFarOlderThanTheDevicesNewestIsStale) {
  const Bytes old = request();
  client->close(id, now);
  pass(Seconds(11));
  open();
  to_server(old);
  EXPECT_EQ(take().bytes.size(), wire::kCookieBytes);
  EXPECT_EQ(at_server.requests.size(), 1u);
}

TEST_F(HostileTest, AnOffPathCloseIsForged) {
  open();
  Bytes bytes = proof();
  Bytes close(wire::kTransportHeaderBytes + 2 + wire::kTagBytes);
  std::copy_n(bytes.begin(), wire::kTransportHeaderBytes, close.begin());
  close[wire::kTransportHeaderBytes] = static_cast<uint8_t>(wire::Frame::kClose);
  to_server(close);
  EXPECT_EQ(server->counters().dropped_forged, 1u);
  EXPECT_TRUE(at_server.closed.empty());
}

// What the floods' "no allocation" rests on.
TEST(AllocationCounter, CountsEachWayToAllocate) {
  struct alignas(64) Wide {
    uint8_t bytes[64];
  };
  const auto counts = [](auto make) {
    const uint64_t before = test::allocations();
    [[maybe_unused]] const auto made = make();
    return test::allocations() - before;
  };
  EXPECT_EQ(counts([] { return std::make_unique<int>(1); }), 1u);
  EXPECT_EQ(counts([] { return std::make_unique<int[]>(9); }), 1u);
  EXPECT_EQ(counts([] { return std::make_unique<Wide>(); }), 1u);
  EXPECT_EQ(counts([] { return Bytes(1); }), 1u);
  EXPECT_EQ(counts([] { return std::string(100, 'x'); }), 1u);
  EXPECT_EQ(counts([] { return 1; }), 0u);
}

TEST_F(HostileTest, AGarbageFloodMakesNoSessionNoAnswerAndNoAllocation) {
  open();
  SeededRandom garbage(3);
  std::vector<Bytes> flood;
  const Bytes valid = request();
  for (int i = 0; i < 2000; ++i) {
    Bytes bytes(i % 3 == 0 ? wire::kRequestBytes : 1 + garbage.below(kMaxDatagramBytes));
    garbage.fill(bytes);
    if (i % 3 == 0) {  // all but the Noise message is as it should be: the costliest garbage
      std::copy_n(valid.begin(), wire::kHandshakeHeaderBytes, bytes.begin());
      bytes = with_mac1(bytes);
    }
    if (i % 3 == 1) bytes[0] = static_cast<uint8_t>(wire::Kind::kTransport);
    flood.push_back(std::move(bytes));
  }
  for (Bytes& bytes : flood) server_socket.arrive(test::endpoint(6666), std::move(bytes));
  const uint64_t out_before = server->counters().bytes_out, drops_before = dropped(*server);
  server_socket.reserve();
  const uint64_t before = test::allocations();
  while (server->receive(now) > 0) {
  }
  server->flush(now);
  EXPECT_EQ(test::allocations() - before, 0u);
  EXPECT_EQ(server->counters().bytes_out, out_before);
  EXPECT_EQ(dropped(*server) - drops_before, flood.size());
  EXPECT_EQ(server->counters().sessions, 1u);
}

TEST_F(HostileTest, AnUnprovenAddressNeverGetsMoreBytesThanItSent) {
  at_server.answer.assign(kMaxReplyBytes - 100, 'a');
  at_server.answer_early.assign(100, 'b');
  for (const bool accept : {true, false}) {
    at_server.accept = accept;
    const Bytes bytes = request();
    for (int i = 0; i < 5; ++i) to_server(bytes);
    run(Seconds(6));
  }
  EXPECT_LE(server->counters().bytes_out, server->counters().bytes_in);
}

TEST_F(HostileTest, PayloadsAllocateNothingAfterWarmUp) {
  open();
  const auto exchange = [&] {
    say(*client, id, "a line of chat that is longer than a small string");
    client->flush(now);
  };
  for (int i = 0; i < 200; ++i) exchange();
  wire.queue.clear();
  const std::string text(200, 'x');
  const ByteView part = as_bytes(text);
  const uint64_t before = test::allocations();
  for (int i = 0; i < 63; ++i) client->send(id, std::span(&part, 1), now);  // stays in the batch: the test's wire would allocate
  EXPECT_EQ(test::allocations() - before, 0u);
}

}  // namespace
}  // namespace parley::link
