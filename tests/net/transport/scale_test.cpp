// SPDX-License-Identifier: Apache-2.0
// Many sessions on one transport: hosts come and go, packets are shared, memory is recycled.
#include "tests/net/transport/allocation_count.h"
#include "tests/net/transport/transport_fixture.h"

namespace parley::transport::test {
namespace {

class ScaleTest : public TransportTest {
 protected:
  void connect_many(size_t count) {
    for (size_t i = 0; i < count; ++i) client_sessions.push_back(connect());
    run_for(Seconds(10));
    ASSERT_EQ(server.ready.size(), count);
  }
  std::vector<SessionId> client_sessions;
};

TEST_F(ScaleTest, HoldsSessionsOverManyHostsAndKeepsThemApart) {
  connect_many(300);
  EXPECT_GE(server_transport->counters().hosts, 2u);
  for (SessionId session : server.ready) say(*server_transport, session, std::to_string(session.value));
  for (SessionId session : client_sessions) say(*client_transport, session, std::to_string(session.value));
  run_for(Seconds(1));
  ASSERT_EQ(server.messages.size(), 300u);
  ASSERT_EQ(client.messages.size(), 300u);
  // Each pair of numbers was made in the same order on both sides, so what one says under its number arrives under the other's.
  std::map<std::string, std::string> up, down;
  for (const Message& message : server.messages) up[message.text] = std::to_string(message.session.value);
  for (const Message& message : client.messages) down[message.text] = std::to_string(message.session.value);
  EXPECT_EQ(up.size(), 300u);
  for (const auto& [client_number, server_number] : up) EXPECT_EQ(down[server_number], client_number);
}

TEST_F(ScaleTest, FreesHostsThatAreEmptyAndReusesPlaces) {
  connect_many(300);
  const uint64_t full = server_transport->counters().hosts;
  for (SessionId session : client_sessions) client_transport->close(session);
  run_for(Seconds(1));
  EXPECT_EQ(server_transport->counters().sessions, 0u);
  EXPECT_EQ(server_transport->counters().hosts, 1u);
  server.ready.clear();
  client_sessions.clear();
  connect_many(300);
  EXPECT_EQ(server_transport->counters().hosts, full);
}

TEST_F(ScaleTest, OnePacketReachesAllSessionsThoughItsOwnerLetsItGo) {
  connect_many(100);
  {
    const auto packet = server_transport->make_packet(as_bytes("to all"), Delivery::kReliable);
    for (SessionId session : server.ready) EXPECT_TRUE(server_transport->send(session, 2, packet));
  }
  run_for(Seconds(1));
  ASSERT_EQ(client.messages.size(), 100u);
  for (const Message& message : client.messages) EXPECT_EQ(message.text, "to all");
}

TEST_F(ScaleTest, ASharedPacketSurvivesASessionThatClosesUnderIt) {
  connect_many(3);
  const auto packet = server_transport->make_packet(as_bytes("to all"), Delivery::kReliable);
  for (SessionId session : server.ready) server_transport->send(session, 2, packet);
  server_transport->close(server.ready[1]);
  run_for(Seconds(1));
  EXPECT_EQ(std::count_if(client.messages.begin(), client.messages.end(), [](const Message& m) { return m.text == "to all"; }), 3);
}

TEST_F(ScaleTest, NoAllocationPerMessageAfterWarmUp) {
  connect_many(50);
  server.keep_messages = client.keep_messages = false;
  const std::string small(80, 's'), large(20'000, 'l');
  const auto round = [&] {
    for (const std::string* text : {&small, &large}) {
      const auto packet = server_transport->make_packet(as_bytes(*text), Delivery::kReliable);
      for (SessionId session : server.ready) server_transport->send(session, 1, packet);
    }
    for (SessionId session : client_sessions) {
      say(*client_transport, session, small);
      say(*client_transport, session, small, 0, Delivery::kUnsequenced);
    }
    run_for(Millis(500));
  };
  for (int i = 0; i < 20; ++i) round();
  const uint64_t news = allocations(), server_blocks = server_transport->counters().enet_fresh_blocks,
                 client_blocks = client_transport->counters().enet_fresh_blocks, asked = server_transport->counters().enet_allocations;
  const size_t delivered = client.message_count + server.message_count;
  for (int i = 0; i < 20; ++i) round();
  EXPECT_EQ(client.message_count + server.message_count - delivered, 20u * 50 * 4);
  EXPECT_GT(server_transport->counters().enet_allocations, asked);
  EXPECT_EQ(server_transport->counters().enet_fresh_blocks, server_blocks);
  EXPECT_EQ(client_transport->counters().enet_fresh_blocks, client_blocks);
  EXPECT_EQ(allocations(), news);
}

}  // namespace
}  // namespace parley::transport::test
