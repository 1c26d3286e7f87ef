// SPDX-License-Identifier: Apache-2.0
#include "tests/net/link/link_fixture.h"

namespace parley::link {
namespace {

using test::Bytes;
using test::LinkTest;

TEST_F(LinkTest, ConnectsInOneRoundTripWithBothSidesBytesInTheHandshake) {
  connect("hello", "connect");
  client->flush(now);
  deliver();
  EXPECT_EQ(at_server.hello, "hello");
  EXPECT_EQ(at_server.early, "connect");
  EXPECT_EQ(at_server.device_key, public_key_of(client_key));
  server->flush(now);
  deliver();
  ASSERT_EQ(at_client.answers.size(), 1u);
  EXPECT_EQ(at_client.answers[0], id);
  EXPECT_TRUE(at_client.answered_accept);
  EXPECT_EQ(at_client.hello, "welcome");
  EXPECT_EQ(at_client.early, "verify");
  EXPECT_TRUE(at_client.aligned && at_server.aligned);
  EXPECT_TRUE(at_server.proven.empty()) << "the answer alone proves nothing";
  settle();
  EXPECT_EQ(at_server.proven.size(), 1u);
}

TEST_F(LinkTest, CarriesPayloadsBothWays) {
  open();
  EXPECT_TRUE(say(*client, id, "ping"));
  EXPECT_TRUE(say(*server, server_id(), "pong"));
  settle();
  ASSERT_EQ(at_server.payloads.size(), 1u);
  ASSERT_EQ(at_client.payloads.size(), 1u);
  EXPECT_EQ(at_server.payloads[0], std::pair(server_id(), std::string("ping")));
  EXPECT_EQ(at_client.payloads[0], std::pair(id, std::string("pong")));
}

TEST_F(LinkTest, GathersAPayloadFromItsParts) {
  open();
  const ByteView parts[] = {as_bytes("one "), {}, as_bytes("two "), as_bytes("three")};
  EXPECT_TRUE(client->send(id, parts, now));
  settle();
  EXPECT_EQ(at_server.payloads.at(0).second, "one two three");
}

TEST_F(LinkTest, CarriesEnetsLargestDatagram) {
  open();
  EXPECT_TRUE(say(*client, id, std::string(kEnetMtu, 'x')));
  settle();
  EXPECT_EQ(at_server.payloads.at(0).second.size(), kEnetMtu);
  for (const test::Sent& sent : recorded) EXPECT_LE(sent.bytes.size(), kMaxDatagramBytes);
}

// What a server may say meanwhile: early_test.cpp.
TEST_F(LinkTest, AClientSendsNothingBeforeTheAnswer) {
  connect();
  EXPECT_FALSE(say(*client, id, "too early"));
  settle();
  EXPECT_TRUE(say(*client, id, "now"));
  EXPECT_TRUE(say(*server, server_id(), "now"));
}

TEST_F(LinkTest, AFirstPayloadIsTheProof) {
  connect();
  client->flush(now);
  deliver();
  server->flush(now);
  deliver();
  EXPECT_TRUE(say(*client, id, "first"));
  client->flush(now);
  EXPECT_EQ(wire.queue.size(), 1u) << "no keep-alive beside it";
  deliver();
  EXPECT_EQ(at_server.proven.size(), 1u);
  EXPECT_EQ(at_server.payloads.at(0).second, "first");
}

TEST_F(LinkTest, RefusalReachesTheClientAndLeavesNoSession) {
  at_server.accept = false;
  at_server.answer = "no";
  connect();
  settle();
  EXPECT_FALSE(at_client.answered_accept);
  EXPECT_EQ(at_client.hello, "no");
  EXPECT_EQ(at_client.closed, (std::vector{std::pair(id, LinkClose::kRefused)}));
  EXPECT_EQ(server->counters().sessions, 0u);
  EXPECT_EQ(client->counters().sessions, 0u);
  EXPECT_EQ(server->counters().handshakes_refused, 1u);
  EXPECT_TRUE(at_server.closed.empty());
}

TEST_F(LinkTest, ALostRequestIsSentAgainUntilItIsAnswered) {
  connect();
  const test::Sent first = take();
  run(Millis(400));
  EXPECT_EQ(at_server.proven.size(), 1u);
  EXPECT_EQ(recorded.at(0).bytes, first.bytes) << "the same request, or the server would make two sessions of it";
}

TEST_F(LinkTest, ALostAnswerIsRepeatedByteForByteWithoutASecondSession) {
  connect();
  client->flush(now);
  deliver();
  const test::Sent lost = take();
  run(Millis(400));
  EXPECT_EQ(at_server.requests.size(), 1u);
  EXPECT_EQ(at_server.proven.size(), 1u);
  EXPECT_EQ(recorded.at(2).bytes, lost.bytes);
}

TEST_F(LinkTest, AClientWithoutAnAnswerGivesUpAfterFiveSeconds) {
  connect();
  while (now.mono < MonoTime(Seconds(1005))) {
    pass(Millis(50));
    client->flush(now);
    wire.queue.clear();
  }
  EXPECT_EQ(at_client.closed, (std::vector{std::pair(id, LinkClose::kTimeout)}));
  EXPECT_EQ(client->next_deadline(), kNever);
}

TEST_F(LinkTest, AnUnprovenSessionIsForgottenAfterFiveSeconds) {
  connect();
  client->flush(now);
  deliver();
  const LinkId waiting = server_id();
  pass(Seconds(5));
  server->flush(now);
  EXPECT_EQ(at_server.closed, (std::vector{std::pair(waiting, LinkClose::kTimeout)}));
  EXPECT_EQ(server->counters().sessions, 0u);
}

TEST_F(LinkTest, SilenceOfFortyFiveSecondsClosesBothSides) {
  open();
  const auto cut_until = [&](Micros end) {
    while (now.mono < MonoTime(end)) {
      pass(Seconds(1));
      client->flush(now);
      server->flush(now);
      wire.queue.clear();
    }
  };
  cut_until(Seconds(1044));
  EXPECT_TRUE(at_client.closed.empty() && at_server.closed.empty());
  cut_until(Seconds(1046));
  EXPECT_EQ(at_client.closed, (std::vector{std::pair(id, LinkClose::kTimeout)}));
  EXPECT_EQ(at_server.closed, (std::vector{std::pair(server_id(), LinkClose::kTimeout)}));
}

TEST_F(LinkTest, AnIdleSessionLivesOnKeepAlives) {
  open();
  const size_t before = recorded.size();
  run(Seconds(300));
  EXPECT_TRUE(at_client.closed.empty() && at_server.closed.empty());
  EXPECT_EQ(recorded.size() - before, 2 * 30u) << "one asked and one answered in ten seconds";
}

TEST_F(LinkTest, CloseReachesThePeerOnceThoughItIsSentThreeTimes) {
  open();
  client->close(id, now);
  const size_t before = recorded.size();
  run(Millis(200));
  EXPECT_EQ(recorded.size() - before, 3u);
  EXPECT_EQ(recorded.back().bytes, recorded.at(before).bytes) << "the same bytes: no (key, nonce) pair seals two texts";
  EXPECT_EQ(at_server.closed, (std::vector{std::pair(server_id(), LinkClose::kRemote)}));
  EXPECT_TRUE(at_client.closed.empty()) << "whoever closes knows it";
  EXPECT_EQ(client->counters().sessions, 0u);
  EXPECT_EQ(server->counters().sessions, 0u);
}

TEST_F(LinkTest, CloseArrivesWhenItsFirstCopyIsLost) {
  open();
  client->close(id, now);
  take();
  run(Millis(100));
  EXPECT_EQ(at_server.closed, (std::vector{std::pair(server_id(), LinkClose::kRemote)}));
}

TEST_F(LinkTest, CallsForADeadSessionAreHarmless) {
  open();
  const LinkId dead = id;
  client->close(dead, now);
  client->close(dead, now);
  EXPECT_FALSE(say(*client, dead, "late"));
  run(Millis(200));
  EXPECT_FALSE(say(*client, dead, "later"));
  client->close(dead, now);
  EXPECT_EQ(client->stats(dead).datagrams_sent, 0u);
  connect();
  settle();
  EXPECT_NE(id, dead) << "a reused slot has another generation";
  EXPECT_FALSE(say(*client, dead, "to the new one?"));
}

TEST_F(LinkTest, AHandlerMayCloseTheSessionItIsCalledFor) {
  open();
  at_server.during_payload = [&](LinkId session) { server->close(session, now); };
  say(*client, id, "one");
  say(*client, id, "two");
  settle();
  EXPECT_EQ(at_server.payloads.size(), 1u);
  EXPECT_EQ(at_client.closed, (std::vector{std::pair(id, LinkClose::kRemote)}));
}

TEST_F(LinkTest, AFullServerDropsRequestsAndServesOn) {
  LinkOptions options;
  options.max_sessions = 1;
  make_server(options);
  open();
  const LinkId first = id;
  connect();
  settle();
  EXPECT_EQ(server->counters().dropped_full, 1u);
  EXPECT_EQ(at_server.requests.size(), 1u);
  EXPECT_TRUE(say(*client, first, "still here"));
  settle();
  EXPECT_EQ(at_server.payloads.size(), 1u);
}

TEST_F(LinkTest, ABadTicketIsToldSoByAFullServer) {
  LinkOptions options;
  options.max_sessions = 1;
  make_server(options);
  open();
  at_server.refuse = true;
  at_server.answer = "forged";
  connect();
  settle();
  EXPECT_EQ(server->counters().handshakes_refused, 1u);
  EXPECT_EQ(at_client.hello, "forged");
  EXPECT_FALSE(at_client.answered_accept);
}

TEST_F(LinkTest, AHundredBadTicketsUseUpNoSessionSlot) {
  at_server.refuse = true;
  for (int i = 0; i < 100; ++i) {
    connect();
    settle();
    pass(Millis(100));
  }
  EXPECT_EQ(server->counters().handshakes_refused, 100u);
  at_server.refuse = false;
  open();
  EXPECT_EQ(server_id(), LinkId(1u << 16)) << "the first session of the first slot";
}

TEST_F(LinkTest, HandsOutReceiverIndicesOfItsOwnClass) {
  LinkOptions options;
  options.io_index = 2;
  options.io_count = 5;
  make_server(options);
  for (int i = 0; i < 20; ++i) {
    connect();
    settle();
    const Bytes& proof = recorded.back().to.port == kServerPort ? recorded.back().bytes : recorded.at(recorded.size() - 2).bytes;
    EXPECT_EQ(load_le<uint32_t>(&proof[wire::kTransportIndexAt]) % 5, 2u);
  }
}

TEST_F(LinkTest, MeasuresTheRoundTripOfTheHandshake) {
  connect();
  client->flush(now);
  pass(Millis(30));
  deliver();
  server->flush(now);
  pass(Millis(40));
  deliver();
  EXPECT_EQ(client->stats(id).rtt_us, 70'000u);
}

TEST_F(LinkTest, OneDeviceHoldsManySessionsThoughItsRequestsOvertakeEachOther) {
  for (int i = 0; i < 10; ++i) connect();
  client->flush(now);
  std::reverse(wire.queue.begin(), wire.queue.end());
  settle();
  EXPECT_EQ(at_server.proven.size(), 10u);
}

}  // namespace
}  // namespace parley::link
