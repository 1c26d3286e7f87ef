// SPDX-License-Identifier: Apache-2.0
#include "net/transport/transport.h"

#include "tests/net/transport/transport_fixture.h"

namespace parley::transport::test {
namespace {

TEST_F(TransportTest, ConnectsInOneRoundTripAndTheFirstMessageRidesWithTheProof) {
  be_known();
  const Micros start = time;
  client.answer_hook = [&](SessionId session) { say(*client_transport, session, "first"); };
  connect();
  run_until(start + 2 * kDelay);
  ASSERT_EQ(client.answers.size(), 1u);
  EXPECT_EQ(client.answers[0], std::pair(true, std::string("welcome")));
  EXPECT_TRUE(server.ready.empty());
  run_until(start + 3 * kDelay);
  EXPECT_EQ(server.ready.size(), 1u);
  ASSERT_EQ(server.messages.size(), 1u);
  EXPECT_EQ(server.messages[0].text, "first");
  EXPECT_EQ(server.hellos, std::vector<std::string>{"hello"});
}

TEST_F(TransportTest, TheServerSpeaksAsSoonAsTheClientIsProven) {
  be_known();
  const Micros start = time;
  server.ready_hook = [&](SessionId session) { say(*server_transport, session, "joined"); };
  connect();
  run_until(start + 4 * kDelay);
  ASSERT_EQ(client.messages.size(), 1u);
  EXPECT_EQ(client.messages[0].text, "joined");
}

TEST_F(TransportTest, IsReadyThoughTheProofsCompanionsAreLost) {
  // The client's acknowledgement of VERIFY_CONNECT is never needed: the server takes the link's proof for it.
  connect();
  run_for(kDelay + kDelay / 2);
  network.set_conditions(client_socket.local(), server_socket.local(), {.delay = kDelay, .loss = 0.5});
  run_for(Seconds(10));
  EXPECT_EQ(server.ready.size(), 1u);
}

TEST_F(TransportTest, CarriesMessagesBothWaysOnAllChannels) {
  establish();
  for (uint8_t channel = 0; channel < kChannels; ++channel) {
    EXPECT_TRUE(say(*client_transport, client_session, "up", channel));
    EXPECT_TRUE(say(*server_transport, server_session, "down", channel));
  }
  run_for(kDelay);
  ASSERT_EQ(server.messages.size(), size_t{kChannels});
  ASSERT_EQ(client.messages.size(), size_t{kChannels});
  for (uint8_t channel = 0; channel < kChannels; ++channel) {
    EXPECT_EQ(server.messages[channel], (Message{server_session, channel, "up"}));
    EXPECT_EQ(client.messages[channel], (Message{client_session, channel, "down"}));
  }
}

TEST_F(TransportTest, CarriesTheLargestMessageAndRefusesALargerOne) {
  establish();
  std::string largest(kMaxTransportMessage, 'x');
  for (size_t i = 0; i < largest.size(); ++i) largest[i] = static_cast<char>(i * 7);
  EXPECT_TRUE(say(*client_transport, client_session, largest));
  EXPECT_FALSE(say(*client_transport, client_session, largest + "x"));
  EXPECT_TRUE(say(*client_transport, client_session, ""));
  run_for(Seconds(1));
  ASSERT_EQ(server.messages.size(), 2u);
  EXPECT_EQ(server.messages[0].text, largest);
  EXPECT_EQ(server.messages[1].text, "");
}

TEST_F(TransportTest, DeliversAllInOrderAtTenPercentLossWithDuplicatesAndReorder) {
  establish();
  network.set_conditions({.delay = kDelay,
                          .jitter = Millis(20),
                          .loss = 0.1,
                          .duplicate = 0.05,
                          .corrupt = 0.02,
                          .reorder = 0.05,
                          .reorder_delay = Millis(40)});
  constexpr int kCount = 300;
  for (int i = 0; i < kCount; ++i) {
    ASSERT_TRUE(say(*client_transport, client_session, "up " + std::to_string(i)));
    ASSERT_TRUE(say(*server_transport, server_session, "down " + std::to_string(i), 3));
    run_for(Millis(20));
  }
  run_for(Seconds(60));
  ASSERT_EQ(server.messages.size(), size_t{kCount});
  ASSERT_EQ(client.messages.size(), size_t{kCount});
  for (int i = 0; i < kCount; ++i) {
    ASSERT_EQ(server.messages[i].text, "up " + std::to_string(i));
    ASSERT_EQ(client.messages[i].text, "down " + std::to_string(i));
  }
  EXPECT_GT(server_transport->counters().dropped_forged, 0u);
}

TEST_F(TransportTest, UnsequencedMessagesArriveWithoutWaitingForTheReliableOnesBefore) {
  establish();
  network.set_conditions(client_socket.local(), server_socket.local(), {.loss = 1});
  say(*client_transport, client_session, "lost");
  run_for(Micros(1));
  network.set_conditions(client_socket.local(), server_socket.local(), {.delay = kDelay});
  say(*client_transport, client_session, "typing", 0, Delivery::kUnsequenced);
  run_for(kDelay);
  ASSERT_EQ(server.messages.size(), 1u);
  EXPECT_EQ(server.messages[0].text, "typing");
  run_for(Seconds(5));
  EXPECT_EQ(server.messages.size(), 2u);
}

TEST_F(TransportTest, UnsequencedMessagesAreDroppedRatherThanQueued) {
  establish();
  const std::string bulk(60'000, 'x');
  say(*client_transport, client_session, bulk);
  EXPECT_TRUE(say(*client_transport, client_session, "typing", 0, Delivery::kUnsequenced));
  run_for(Seconds(2));
  ASSERT_EQ(server.messages.size(), 1u);
  EXPECT_EQ(server.messages[0].text.size(), bulk.size());
}

TEST_F(TransportTest, CountsQueuedBytesDownAsTheyAreAcknowledged) {
  establish();
  EXPECT_EQ(client_transport->stats(client_session).queued_bytes, 0u);
  say(*client_transport, client_session, std::string(50'000, 'x'));
  EXPECT_EQ(client_transport->stats(client_session).queued_bytes, 50'000u);
  run_for(Seconds(2));
  EXPECT_EQ(client_transport->stats(client_session).queued_bytes, 0u);
}

TEST_F(TransportTest, ClosesASessionThatTakesNothingIn) {
  establish();
  network.set_partitioned(client_socket.local(), true);
  const auto packet = server_transport->make_packet(as_bytes(std::string(60'000, 'x')), Delivery::kReliable);
  size_t taken = 0;
  while (taken < 1000 && server_transport->send(server_session, 0, packet)) ++taken;
  EXPECT_EQ(taken, kMaxSessionQueuedBytes / 60'000);
  EXPECT_FALSE(server_transport->send(server_session, 0, packet));
  EXPECT_TRUE(server.closed.empty());
  run_for(Millis(1));
  ASSERT_EQ(server.closed.size(), 1u);
  EXPECT_EQ(server.closed[0], std::pair(server_session, CloseReason::kFailed));
}

TEST_F(TransportTest, TheClientsGoodbyeReachesTheServer) {
  establish();
  client_transport->close(client_session);
  EXPECT_FALSE(say(*client_transport, client_session, "late"));
  run_for(Seconds(1));
  ASSERT_EQ(server.closed.size(), 1u);
  EXPECT_EQ(server.closed[0], std::pair(server_session, CloseReason::kRemote));
  EXPECT_TRUE(client.closed.empty());
  EXPECT_EQ(server_transport->counters().sessions, 0u);
}

TEST_F(TransportTest, TheServersLastWordsTravelBeforeItsGoodbye) {
  establish();
  say(*server_transport, server_session, "come back later");
  server_transport->close(server_session);
  run_for(Seconds(1));
  ASSERT_EQ(client.messages.size(), 1u);
  ASSERT_EQ(client.closed.size(), 1u);
  EXPECT_EQ(client.closed[0], std::pair(client_session, CloseReason::kRemote));
}

TEST_F(TransportTest, ARefusedHelloLeavesNothingBehind) {
  server.accept = false;
  server.answer = "no";
  const SessionId session = connect();
  run_for(Seconds(1));
  ASSERT_EQ(client.answers.size(), 1u);
  EXPECT_EQ(client.answers[0], std::pair(false, std::string("no")));
  ASSERT_EQ(client.closed.size(), 1u);
  EXPECT_EQ(client.closed[0], std::pair(session, CloseReason::kRefused));
  EXPECT_TRUE(server.ready.empty());
  EXPECT_TRUE(server.closed.empty());
  EXPECT_EQ(server_transport->counters().sessions, 0u);
  EXPECT_EQ(client_transport->counters().sessions, 0u);
}

TEST_F(TransportTest, AServerThatIsNotThereEndsInATimeout) {
  network.set_partitioned(server_socket.local(), true);
  const SessionId session = connect();
  run_for(Seconds(10));
  ASSERT_EQ(client.closed.size(), 1u);
  EXPECT_EQ(client.closed[0], std::pair(session, CloseReason::kTimeout));
}

TEST_F(TransportTest, AClientThatVanishesBeforeItsProofIsForgotten) {
  be_known();
  connect();
  run_for(kDelay);
  network.set_partitioned(client_socket.local(), true);
  run_for(Seconds(20));
  ASSERT_EQ(server.closed.size(), 1u);
  EXPECT_EQ(server.closed[0].second, CloseReason::kTimeout);
  EXPECT_TRUE(server.ready.empty());
}

TEST_F(TransportTest, ASessionMayBeClosedFromInsideItsMessage) {
  establish();
  server.message_hook = [&](SessionId session) { server_transport->close(session); };
  for (int i = 0; i < 3; ++i) say(*client_transport, client_session, "x");
  run_for(Seconds(1));
  EXPECT_EQ(server.message_count, 1u);
  EXPECT_EQ(client.closed.size(), 1u);
}

TEST_F(TransportTest, ASessionMayBeClosedFromInsideItsHelloAndItsReadiness) {
  server.hello_hook = [&](SessionId session) { server_transport->close(session); };
  connect();
  run_for(Seconds(1));
  ASSERT_EQ(client.answers.size(), 1u);
  EXPECT_FALSE(client.answers[0].first);
  server.hello_hook = nullptr;
  server.ready_hook = [&](SessionId session) { server_transport->close(session); };
  connect();
  run_for(Seconds(1));
  EXPECT_EQ(server.ready.size(), 1u);
  EXPECT_EQ(server_transport->counters().sessions, 0u);
}

TEST_F(TransportTest, AnIdleSessionSendsNothingForEnet) {
  establish();
  run_for(Seconds(1));
  const uint64_t before = server_transport->counters().datagrams_out;
  run_for(Seconds(100));
  // The link's signs of life only: the client asks every ten seconds, the server answers.
  EXPECT_LE(server_transport->counters().datagrams_out - before, 11u);
  EXPECT_TRUE(client.closed.empty());
}

TEST_F(TransportTest, TheServerKnowsWhatItsClientsPathLosesInEachDirection) {
  establish();
  network.set_conditions(client_socket.local(), server_socket.local(), {.delay = kDelay, .loss = 0.2});
  network.set_conditions(server_socket.local(), client_socket.local(), {.delay = kDelay, .loss = 0.05});
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(say(*client_transport, client_session, "up"));
    ASSERT_TRUE(say(*server_transport, server_session, "down"));
    run_for(Millis(500));
  }
  const SessionStats stats = server_transport->stats(server_session);
  EXPECT_NEAR(stats.loss_in_ppm, 200'000, 60'000) << "by the client's word";
  EXPECT_NEAR(stats.loss_out_ppm, 50'000, 30'000);
}

TEST_F(TransportTest, AnUnknownSessionTakesNothing) {
  EXPECT_FALSE(say(*server_transport, SessionId(12345), "x"));
  server_transport->close(SessionId(12345));
  EXPECT_EQ(server_transport->stats(SessionId(12345)).queued_bytes, 0u);
}

TEST_F(TransportTest, TheSameSeedGivesTheSameRun) {
  struct Run : TransportTest {
    Run() : TransportTest(42) {}
    void TestBody() override {}
    std::vector<uint64_t> trace() {
      network.set_conditions({.delay = kDelay, .jitter = Millis(30), .loss = 0.2});
      connect();
      std::vector<uint64_t> trace;
      for (int i = 0; i < 100; ++i) {
        run_for(Millis(50));
        for (SessionId session : server.ready) say(*server_transport, session, "x");
        trace.insert(trace.end(), {network.counters().bytes_sent, network.counters().lost, client.message_count});
      }
      return trace;
    }
  };
  EXPECT_EQ(Run().trace(), Run().trace());
}

}  // namespace
}  // namespace parley::transport::test
