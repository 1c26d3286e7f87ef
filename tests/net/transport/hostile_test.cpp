// SPDX-License-Identifier: Apache-2.0
// A client with true keys that speaks the link's protocol well and ENet's badly: what reaches ENet is authentic, but not honest.
#include <enet/enet.h>

#include <cstring>

#include "net/link/link.h"
#include "tests/net/transport/transport_fixture.h"

namespace parley::transport::test {
namespace {

using Bytes = std::vector<uint8_t>;

// ENet's names are of several enumerations, which don't mix.
constexpr uint8_t acknowledged(int command) { return static_cast<uint8_t>(command | int{ENET_PROTOCOL_COMMAND_FLAG_ACKNOWLEDGE}); }
constexpr int kSentTime = ENET_PROTOCOL_HEADER_FLAG_SENT_TIME;

template <class T>
void append(Bytes& out, const T& value) {
  const auto* raw = reinterpret_cast<const uint8_t*>(&value);
  out.insert(out.end(), raw, raw + sizeof value);
}

class Attacker final : public link::LinkHandler {
 public:
  Attacker(link::DatagramSocket& socket, Random& random) : link(options(), socket, random, *this) {}

  link::RequestReply on_request(link::LinkId, const link::OpenedRequest&) override { return {}; }
  void on_proven(link::LinkId) override {}
  void on_answer(link::LinkId, bool yes, ByteView, ByteView early) override {
    accepted = yes;
    if (early.size() < sizeof(ENetProtocolHeader) + sizeof(ENetProtocolVerifyConnect)) return;
    ENetProtocolVerifyConnect verify;
    std::memcpy(&verify, early.data() + sizeof(ENetProtocolHeader), sizeof verify);
    peer_number = static_cast<uint16_t>(ntohs(verify.outgoingPeerID) | verify.outgoingSessionID << ENET_PROTOCOL_HEADER_SESSION_SHIFT);
  }
  void on_payload(link::LinkId, MutableBytes) override { ++payloads; }
  void on_closed(link::LinkId, link::LinkClose) override { closed = true; }

  // ENet's datagram header as the server expects it from us.
  Bytes header() const {
    Bytes out;
    append(out, htons(static_cast<uint16_t>(peer_number | kSentTime)));
    append(out, uint16_t{0});
    return out;
  }
  static Bytes connect_datagram(uint32_t channels = kChannels) {
    ENetProtocolConnect command{};
    command.header = {acknowledged(ENET_PROTOCOL_COMMAND_CONNECT), 0xff, htons(1)};
    command.incomingSessionID = command.outgoingSessionID = 0xff;
    command.mtu = htonl(1140);
    command.windowSize = htonl(65536);
    command.channelCount = htonl(channels);
    command.connectID = 77;
    Bytes out;
    append(out, htons(ENET_PROTOCOL_MAXIMUM_PEER_ID | kSentTime));
    append(out, uint16_t{0});
    append(out, command);
    return out;
  }

  link::LinkOptions options() const {
    link::LinkOptions options;
    options.static_private = &keys.secret;
    return options;
  }

  Keys keys{9};
  bool accepted = false, closed = false;
  uint16_t peer_number = 0;
  int payloads = 0;
  link::Link link;
};

class HostileTest : public TransportTest {
 protected:
  void SetUp() override {
    others.push_back([this] {
      while (attacker.link.receive(now()) > 0) {
      }
      attacker.link.flush(now());
      return attacker.link.next_deadline();
    });
  }
  void attack_with(const Bytes& connect) {
    id = attacker.link.connect(server_socket.local(), server_keys.open, as_bytes("evil"), connect, now());
    run_for(Millis(200));
  }
  void send(const Bytes& payload) {
    const ByteView part = payload;
    attacker.link.send(id, {&part, 1}, now());
    run_for(Millis(5));
  }
  void get_in() {
    establish();  // an honest session in the same ENet host
    attack_with(Attacker::connect_datagram());
    ASSERT_TRUE(attacker.accepted);
    run_for(Seconds(1));
    ASSERT_EQ(server.ready.size(), 2u);
  }
  void expect_honest_session_lives() {
    run_for(Seconds(1));
    const size_t before = client.message_count;
    EXPECT_TRUE(say(*server_transport, server_session, "still here"));
    EXPECT_TRUE(say(*client_transport, client_session, "so am I"));
    run_for(Seconds(1));
    EXPECT_EQ(client.message_count, before + 1);
    EXPECT_TRUE(client.closed.empty());
    ASSERT_FALSE(server.messages.empty());
    EXPECT_EQ(server.messages.back(), (Message{server_session, 0, "so am I"}));
  }
  // How the server saw the attacker's session end.
  void expect_attacker_closed(CloseReason reason) {
    run_for(Seconds(1));
    ASSERT_EQ(server.closed.size(), 1u);
    EXPECT_EQ(server.closed[0].second, reason);
    EXPECT_TRUE(attacker.closed);
  }

  link::DatagramSocket& socket = network.open(*link::parse_endpoint("10.6.6.6:666"));
  Attacker attacker{socket, random};
  link::LinkId id;
};

TEST_F(HostileTest, OnlyACompleteConnectGetsASession) {
  const Bytes good = Attacker::connect_datagram();
  Bytes with_more = good;
  append(with_more, ENetProtocolPing{{ENET_PROTOCOL_COMMAND_PING, 0xff, 0}});
  Bytes other_command = good;
  other_command[sizeof(ENetProtocolHeader)] = ENET_PROTOCOL_COMMAND_PING;
  Bytes named_peer = good;
  named_peer[0] = named_peer[1] = 0;
  Bytes compressed = good;
  compressed[0] |= 0x40;
  for (const Bytes& connect : {Bytes{}, Bytes{1}, Bytes(good.begin(), good.end() - 1), with_more, other_command, named_peer, compressed,
                               Attacker::connect_datagram(1), Attacker::connect_datagram(0), Attacker::connect_datagram(0xffffffff)}) {
    attack_with(connect);
    EXPECT_FALSE(attacker.accepted);
  }
  EXPECT_TRUE(server.hellos.empty());
  EXPECT_EQ(server_transport->counters().sessions, 0u);
  attack_with(good);
  EXPECT_TRUE(attacker.accepted);
}

TEST_F(HostileTest, CannotSpeakForAnotherPeerOfTheSameHost) {
  get_in();
  for (uint16_t number = 0; number < 70; ++number) {
    attacker.peer_number = number;
    Bytes disconnect = attacker.header();
    append(disconnect, ENetProtocolDisconnect{{ENET_PROTOCOL_COMMAND_DISCONNECT, 0xff, 0}, 0});
    if (number != 1) send(disconnect);  // 1 is the attacker's own
  }
  run_for(2 * kDelay);
  EXPECT_TRUE(server.closed.empty());
  EXPECT_GE(server_transport->counters().dropped_malformed, 69u);
  expect_honest_session_lives();
}

TEST_F(HostileTest, CannotConnectTwiceOnOneSession) {
  get_in();
  Bytes again = Attacker::connect_datagram();
  again[sizeof(ENetProtocolHeader) + offsetof(ENetProtocolConnect, connectID)] ^= 1;
  for (int i = 0; i < 100; ++i) send(again);
  EXPECT_EQ(server.ready.size(), 2u);
  EXPECT_EQ(server_transport->counters().hosts, 1u);
  expect_honest_session_lives();
}

TEST_F(HostileTest, EnetsDisconnectEndsTheSessionAsFailed) {
  get_in();
  Bytes disconnect = attacker.header();
  append(disconnect, ENetProtocolDisconnect{{acknowledged(ENET_PROTOCOL_COMMAND_DISCONNECT), 0xff, htons(2)}, 0});
  send(disconnect);
  expect_attacker_closed(CloseReason::kFailed);
  expect_honest_session_lives();
}

TEST_F(HostileTest, AFragmentBombIsBoundedByMaximumWaitingData) {
  get_in();
  const uint64_t before = server_transport->counters().enet_fresh_blocks;
  for (uint16_t i = 0; i < 2000; ++i) {
    ENetProtocolSendFragment fragment{};
    fragment.header = {acknowledged(ENET_PROTOCOL_COMMAND_SEND_FRAGMENT), static_cast<uint8_t>(i % kChannels),
                       htons(static_cast<uint16_t>(i * 3 + 2))};
    fragment.startSequenceNumber = htons(static_cast<uint16_t>(i * 3 + 2));
    fragment.dataLength = htons(1);
    fragment.fragmentCount = htonl(60'000);
    fragment.fragmentNumber = htonl(1);
    fragment.totalLength = htonl(static_cast<uint32_t>(kEnetMaximumPacketSize));
    Bytes payload = attacker.header();
    append(payload, fragment);
    payload.push_back(0);
    send(payload);
  }
  // Each of them asks for 64 KiB of packet; what waits is bounded, and so are the blocks taken for it.
  EXPECT_LT(server_transport->counters().enet_fresh_blocks - before, 300u);
  expect_honest_session_lives();
}

// One who isn't in the session, but knows its addresses and ENet: what he sends isn't sealed.
TEST_F(HostileTest, OffPathDisconnectAckThrottleAndBandwidthReachNobody) {
  establish();
  const uint64_t path_changes = server_transport->counters().path_changes;
  std::vector<Bytes> forged;
  for (uint16_t number = 0; number < 4; ++number) {
    attacker.peer_number = number;
    Bytes disconnect = attacker.header(), ack = disconnect, throttle = disconnect, bandwidth = disconnect;
    append(disconnect, ENetProtocolDisconnect{{ENET_PROTOCOL_COMMAND_DISCONNECT, 0xff, 0}, 0});
    append(ack, ENetProtocolAcknowledge{{ENET_PROTOCOL_COMMAND_ACKNOWLEDGE, 0, 0}, htons(1), 0});
    append(throttle, ENetProtocolThrottleConfigure{{acknowledged(ENET_PROTOCOL_COMMAND_THROTTLE_CONFIGURE), 0xff, htons(2)}, 1, 0, 1});
    append(bandwidth,
           ENetProtocolBandwidthLimit{{acknowledged(ENET_PROTOCOL_COMMAND_BANDWIDTH_LIMIT), 0xff, htons(2)}, htonl(1), htonl(1)});
    forged.insert(forged.end(), {disconnect, ack, throttle, bandwidth});
  }
  const uint64_t sent = network.counters().sent;
  for (const Bytes& bytes : forged) {
    network.inject(client_socket.local(), server_socket.local(), bytes, now().mono);
    network.inject(server_socket.local(), client_socket.local(), bytes, now().mono);
  }
  run_for(Millis(200));
  EXPECT_EQ(network.counters().injected, 2 * forged.size());
  EXPECT_EQ(network.counters().sent, sent) << "nobody answers";
  EXPECT_EQ(server_transport->counters().path_changes, path_changes);
  expect_honest_session_lives();
}

TEST_F(HostileTest, FragmentsThatOverlapOrAreEmptyMakeNoMessageLongerThanWasAnnounced) {
  get_in();
  const auto fragment = [&](uint32_t number, uint32_t offset, std::string_view data) {
    ENetProtocolSendFragment command{};
    command.header = {acknowledged(ENET_PROTOCOL_COMMAND_SEND_FRAGMENT), 0, htons(static_cast<uint16_t>(2 + number))};
    command.startSequenceNumber = htons(2);
    command.dataLength = htons(static_cast<uint16_t>(data.size()));
    command.fragmentCount = htonl(3);
    command.fragmentNumber = htonl(number);
    command.totalLength = htonl(12);
    command.fragmentOffset = htonl(offset);
    Bytes payload = attacker.header();
    append(payload, command);
    payload.insert(payload.end(), data.begin(), data.end());
    send(payload);
  };
  fragment(0, 0, "");  // empty
  fragment(0, 11, "beyond the end");
  fragment(0, 0xffffffff, "x");
  fragment(0, 0, "aaaaaaaa");
  fragment(0, 0, "again");     // a number twice
  fragment(1, 4, "bbbbbbbb");  // overlaps the first
  fragment(2, 2, "cc");
  for (const Message& message : server.messages) EXPECT_EQ(message.text.size(), 12u);
  EXPECT_LE(server.messages.size(), 1u);
  server.messages.clear();
  expect_honest_session_lives();
}

TEST_F(HostileTest, GarbageOfEveryCommandHurtsNobodyElse) {
  get_in();
  SeededRandom noise(7);
  for (int i = 0; i < 4000; ++i) {
    if (attacker.closed) {  // it broke something that ended its session: it may come again
      attacker.closed = attacker.accepted = false;
      attack_with(Attacker::connect_datagram());
    }
    Bytes payload = attacker.header();
    for (uint64_t commands = 1 + noise.below(4); commands > 0; --commands) {
      payload.push_back(static_cast<uint8_t>(noise.below(13) | (noise.below(4) << 6)));
      payload.push_back(static_cast<uint8_t>(noise.below(3) == 0 ? 0xff : noise.below(kChannels + 1)));
      Bytes rest(2 + noise.below(60));
      noise.fill(rest);
      if (noise.below(2) == 0) std::fill_n(rest.begin(), rest.size() / 2, uint8_t{0});  // small numbers pass more of ENet's checks
      payload.insert(payload.end(), rest.begin(), rest.end());
    }
    const ByteView part = payload;
    attacker.link.send(id, {&part, 1}, now());
    if (i % 8 == 0) run_for(Millis(5));
  }
  run_for(Seconds(1));
  EXPECT_GT(server_transport->counters().datagrams_in, 4000u);
  expect_honest_session_lives();
}

}  // namespace
}  // namespace parley::transport::test
