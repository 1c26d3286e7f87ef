// SPDX-License-Identifier: Apache-2.0
// Messages to a client that hasn't proven itself: they come with the answer, in order with what follows, once, and within what the link
// allows to an address.
#include "tests/net/transport/transport_fixture.h"

namespace parley::transport {
namespace {

using test::Message;

class EarlyTest : public test::TransportTest {
 protected:
  explicit EarlyTest(uint64_t seed = 1) : TransportTest(seed) {
    server.hello_hook = [this](SessionId session) { greeted.push_back(session); };
    others.emplace_back([this] {
      for (const SessionId session : std::exchange(greeted, {})) {
        if (greet) greet(session);
      }
      return kNever;
    });
  }
  bool say_early(SessionId session, std::string_view text, uint8_t channel = 1) {
    return server_transport->send_early(session, channel, server_transport->make_packet(as_bytes(text), Delivery::kReliable));
  }
  std::vector<std::string> heard() const {
    std::vector<std::string> texts;
    for (const Message& each : client.messages) texts.push_back(each.text);
    return texts;
  }

  std::vector<SessionId> greeted;
  std::function<void(SessionId)> greet;
};

using Texts = std::vector<std::string>;

TEST_F(EarlyTest, ComesWithTheAnswerAfterOneRoundTrip) {
  greet = [&](SessionId session) {
    EXPECT_TRUE(say_early(session, "one"));
    EXPECT_TRUE(say_early(session, "two"));
  };
  connect();
  run_for(2 * kDelay + Millis(1));
  EXPECT_EQ(heard(), (Texts{"one", "two"}));
  EXPECT_TRUE(server.ready.empty());
  run_for(kDelay);
  EXPECT_EQ(server.ready.size(), 1u);
}

TEST_F(EarlyTest, TakesWhatThereIsRoomForAndNoMore) {
  greet = [&](SessionId session) {
    const size_t room = server_transport->early_room(session);
    EXPECT_GT(room, 700u) << "an answer leaves that much of what the client sent";
    EXPECT_FALSE(say_early(session, std::string(room + 1, 'x')));
    EXPECT_TRUE(say_early(session, std::string(room, 'x')));
    EXPECT_FALSE(say_early(session, "x")) << "though it waits for the flush, it counts";
  };
  connect();
  run_for(kDelay + Millis(1));
  const TransportCounters counters = server_transport->counters();
  EXPECT_LE(counters.bytes_out, counters.bytes_in);
  run_for(kDelay);
  ASSERT_EQ(client.messages.size(), 1u);
}

TEST_F(EarlyTest, ManySmallOnesStayWithinWhatCame) {
  greet = [&](SessionId session) {
    while (say_early(session, "x")) {
    }
  };
  connect();
  run_for(kDelay + Millis(1));
  const TransportCounters counters = server_transport->counters();
  EXPECT_LE(counters.bytes_out, counters.bytes_in);
}

TEST_F(EarlyTest, AKnownAddressGetsLongOnesInSeveralDatagrams) {
  be_known();
  size_t room = 0;
  const uint64_t before = server_transport->counters().bytes_out;
  greet = [&](SessionId session) {
    room = server_transport->early_room(session);
    EXPECT_TRUE(say_early(session, std::string(room, 'x')));
  };
  connect();
  run_for(kDelay + Millis(1));
  EXPECT_GT(room, 8000u);
  EXPECT_LE(server_transport->counters().bytes_out - before, kMaxEarlyBytes);
  run_for(kDelay);
  ASSERT_EQ(client.messages.size(), 1u);
  EXPECT_EQ(client.messages[0].text, std::string(room, 'x'));
}

TEST_F(EarlyTest, ThereIsRoomForItBetweenHelloAndReadinessOnly) {
  SessionId session;
  server.hello_hook = [&](SessionId each) {
    session = each;
    EXPECT_FALSE(say_early(each, "before there is an answer"));
  };
  connect();
  run_for(kDelay + Millis(1));
  EXPECT_GT(server_transport->early_room(session), 0u);
  EXPECT_FALSE(say(*server_transport, session, "not early")) << "send() is for who is ready";
  run_for(Seconds(1));
  EXPECT_EQ(server_transport->early_room(session), 0u);
  EXPECT_FALSE(say_early(session, "late"));
  EXPECT_EQ(client_transport->early_room(session), 0u);
  EXPECT_EQ(server_transport->early_room(SessionId(12345)), 0u);
}

TEST_F(EarlyTest, NothingComesAgainOnAPathThatLosesNothing) {
  greet = [&](SessionId session) { say_early(session, "early"); };
  server.ready_hook = [&](SessionId session) { say(*server_transport, session, "ready", 1); };
  establish();
  run_for(Seconds(5));
  const SessionStats stats = server_transport->stats(server_session);
  EXPECT_EQ(stats.resends_sent, 0u);
  EXPECT_EQ(heard(), (Texts{"early", "ready"}));
  EXPECT_EQ(stats.queued_bytes, 0u) << "ENet, too, had everything acknowledged";
}

TEST_F(EarlyTest, WhoTakesLongToProveHimselfIsNotSlowForThat) {
  greet = [&](SessionId session) { say_early(session, "early"); };
  Micros oldest{0};
  server.ready_hook = [&](SessionId session) { oldest = server_transport->backlog(session).oldest; };
  connect();
  run_for(kDelay + Millis(1));
  network.set_conditions(client_socket.local(), server_socket.local(), {.loss = 1});
  run_for(Seconds(4));
  network.set_conditions(client_socket.local(), server_socket.local(), {.delay = kDelay});
  run_for(Seconds(1));
  ASSERT_EQ(server.ready.size(), 1u);
  EXPECT_EQ(oldest, Micros(0));
  EXPECT_EQ(heard(), Texts{"early"});
}

TEST_F(EarlyTest, AClientThatNeverProvesItselfGetsItOnceAndIsForgotten) {
  greet = [&](SessionId session) { say_early(session, "early"); };
  connect();
  run_for(kDelay + Millis(1));
  network.set_conditions(client_socket.local(), server_socket.local(), {.loss = 1});
  const uint64_t before = server_transport->counters().datagrams_out;
  run_for(Seconds(20));
  EXPECT_EQ(server_transport->counters().datagrams_out, before);
  EXPECT_EQ(heard(), Texts{"early"});
  ASSERT_EQ(server.closed.size(), 1u);
  EXPECT_EQ(server.closed[0].second, CloseReason::kTimeout);
  EXPECT_EQ(server_transport->counters().sessions, 0u);
}

TEST_F(EarlyTest, ASessionMayBeClosedWhileItsEarlyWordsWait) {
  greet = [&](SessionId session) {
    say_early(session, "early");
    server_transport->close(session);
  };
  connect();
  run_for(Seconds(1));
  EXPECT_TRUE(heard().empty());
  EXPECT_EQ(server_transport->counters().sessions, 0u);
}

// Lost, doubled and overtaking answers, early words and proofs, by chance.
class EarlyOnABadNetwork : public EarlyTest {
 public:
  explicit EarlyOnABadNetwork(uint64_t seed = 1) : EarlyTest(seed) {
    network.set_conditions({.delay = Millis(50),
                            .jitter = Millis(20),
                            .loss = 0.25,
                            .duplicate = 0.1,
                            .corrupt = 0.05,
                            .reorder = 0.2,
                            .reorder_delay = Millis(80)});
    greet = [this](SessionId session) {
      EXPECT_TRUE(say_early(session, "one"));
      EXPECT_TRUE(say_early(session, std::string(400, 'x')));
      EXPECT_TRUE(say_early(session, "three"));
    };
    server.ready_hook = [this](SessionId session) {
      say(*server_transport, session, "four", 1);
      say(*server_transport, session, "five", 1);
    };
  }
  void TestBody() override {}
  // False: its five seconds weren't enough.
  bool comes_in() {
    connect();
    run_for(Seconds(30));
    if (server.ready.empty()) return false;
    EXPECT_EQ(heard(), (Texts{"one", std::string(400, 'x'), "three", "four", "five"}));
    return true;
  }
};

TEST_F(EarlyTest, KeepsItsOrderWithWhatFollowsAndComesOnceOnABadNetwork) {
  int came_in = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    came_in += EarlyOnABadNetwork(seed).comes_in() ? 1 : 0;
  }
  EXPECT_GT(came_in, 50);
}

}  // namespace
}  // namespace parley::transport
