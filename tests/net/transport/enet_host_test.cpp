// SPDX-License-Identifier: Apache-2.0
#include "net/transport/enet_host.h"

#include <gtest/gtest.h>

#include "core/base/limits.h"
#include "net/transport/host_pool.h"
#include "tests/net/transport/transport_fixture.h"

namespace parley::transport::test {
namespace {

class Nobody final : public link::LinkHandler {
 public:
  link::RequestReply on_request(link::LinkId, const link::OpenedRequest&) override { return {}; }
  void on_proven(link::LinkId) override {}
  void on_answer(link::LinkId, bool, ByteView, ByteView) override {}
  void on_payload(link::LinkId, MutableBytes) override {}
  void on_closed(link::LinkId, link::LinkClose) override {}
};

class EnetHostTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(link::check_enet_platform());
    pool.set_now({MonoTime(Seconds(1)), {}});
  }
  // A server's and a client's peer, connected with each other.
  std::pair<ENetPeer*, ENetPeer*> connected(EnetHost& server, EnetHost& client, uint32_t number) {
    EarlyDatagram connect, verify;
    ENetPeer* to_server = client.connect(connect);
    to_server->address = enet_address(SessionId(number));
    ENetPeer* to_client = server.accept(SessionId(number), connect.view(), verify);
    EXPECT_NE(to_client, nullptr);
    client.deliver(*to_server, SessionId(number), verify.view());
    server.confirm(*to_client, SessionId(number));
    return {to_client, to_server};
  }

  link::LinkOptions options() const {
    link::LinkOptions options;
    options.static_private = &keys.secret;
    return options;
  }

  link::SimNetwork network{1};
  SeededRandom random{1};
  Keys keys{1};
  Nobody nobody;
  link::Link link{options(), network.open(*link::parse_endpoint("10.0.0.1:1")), random, nobody};
  HostPool pool{8, link, random};
};

TEST_F(EnetHostTest, ConnectsByTheHandshakesDatagramsAlone) {
  const auto in = pool.scope();
  EnetHost& host = *pool.with_room();
  const auto [to_client, to_server] = connected(host, host, 5);
  EXPECT_EQ(to_client->state, ENET_PEER_STATE_CONNECTED);
  EXPECT_EQ(to_server->state, ENET_PEER_STATE_CONNECTED);
  EXPECT_EQ(to_client->mtu, kEnetMtu);
  EXPECT_EQ(to_server->mtu, kEnetMtu);
  EXPECT_EQ(to_client->address.host, 5u);
  EXPECT_TRUE(enet_list_empty(&to_client->sentReliableCommands));
}

TEST_F(EnetHostTest, AFlushTouchesOnlyThatPeer) {
  const auto in = pool.scope();
  EnetHost& host = *pool.with_room();
  const auto first = connected(host, host, 1), second = connected(host, host, 2);
  for (ENetPeer* peer : {first.first, second.first}) enet_peer_send(peer, 0, enet_packet_create("x", 1, ENET_PACKET_FLAG_RELIABLE));
  host.flush(*first.first);
  EXPECT_TRUE(enet_list_empty(&first.first->outgoingCommands));
  EXPECT_FALSE(enet_list_empty(&second.first->outgoingCommands));
}

TEST_F(EnetHostTest, ADeliveryAnswersNothingBeforeTheFlush) {
  const auto in = pool.scope();
  EnetHost& host = *pool.with_room();
  const auto [to_client, to_server] = connected(host, host, 1);
  // The client acknowledges VERIFY_CONNECT by itself only when it is flushed.
  EXPECT_FALSE(enet_list_empty(&to_server->acknowledgements));
  host.flush(*to_server);
  EXPECT_TRUE(enet_list_empty(&to_server->acknowledgements));
}

TEST_F(EnetHostTest, ResendsOnlyWhenItsTimeHasCome) {
  const auto in = pool.scope();
  EnetHost& host = *pool.with_room();
  const auto [to_client, to_server] = connected(host, host, 1);
  enet_peer_send(to_client, 0, enet_packet_create("x", 1, ENET_PACKET_FLAG_RELIABLE));
  host.flush(*to_client);
  const uint32_t due = to_client->nextTimeout;
  ASSERT_GT(due, pool.enet_now());
  const auto sent = [&] { return reinterpret_cast<ENetOutgoingCommand*>(enet_list_front(&to_client->sentReliableCommands))->sendAttempts; };
  const MonoTime start = pool.now().mono;
  const Millis wait(due - pool.enet_now());
  pool.set_now({start + wait - Millis(1), {}});
  host.run_timeouts(*to_client);
  EXPECT_EQ(sent(), 1);
  pool.set_now({start + wait, {}});
  host.run_timeouts(*to_client);
  EXPECT_EQ(sent(), 2);
}

TEST_F(EnetHostTest, IsFullAtItsNumberOfPeersAndHasRoomAgainAfterARelease) {
  const auto in = pool.scope();
  EnetHost& host = *pool.with_room();
  EXPECT_TRUE(host.empty());
  std::vector<ENetPeer*> peers;
  EarlyDatagram connect;
  for (int i = 0; i < 8; ++i) peers.push_back(host.connect(connect));
  EXPECT_TRUE(host.full());
  EXPECT_NE(pool.with_room(), &host);
  host.release(*peers[3]);
  EXPECT_FALSE(host.full());
  EXPECT_EQ(host.connect(connect), peers[3]);
  for (ENetPeer* peer : peers) host.release(*peer);
  EXPECT_TRUE(host.empty());
}

TEST(AddressedTo, ComparesTheNumberOfThePeerOnly) {
  ENetPeer peer{};
  peer.incomingPeerID = 0x123;
  const uint8_t with_flags[] = {0xb1, 0x23}, other[] = {0x01, 0x24};
  EXPECT_TRUE(addressed_to(peer, with_flags));
  EXPECT_FALSE(addressed_to(peer, other));
  EXPECT_FALSE(addressed_to(peer, ByteView(with_flags).first(1)));
  EXPECT_FALSE(addressed_to(peer, {}));
}

}  // namespace
}  // namespace parley::transport::test
