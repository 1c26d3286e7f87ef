// SPDX-License-Identifier: Apache-2.0
// Authentic, but hostile: a peer with true keys whose datagrams open, and whose ENet is anything. The input is a list of datagrams, each
// behind two bytes: the low 11 bits are its length, the highest says whether it begins with the ENet header of the attacker's own session,
// so that it gets to ENet's commands. Whatever comes, an honest session in the same ENet host lives on and hears nothing, and the memory
// that ENet holds for the attacker is bounded and given back.
#include <enet/enet.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "core/base/check.h"
#include "net/link/noise.h"
#include "net/transport/transport.h"
#include "tests/fuzz/memory_socket.h"

namespace {

using namespace parley;
using fuzz::Bytes;
using fuzz::MemorySocket;

template <class T>
void append(Bytes& out, const T& value) {
  const auto* raw = reinterpret_cast<const uint8_t*>(&value);
  out.insert(out.end(), raw, raw + sizeof value);
}

Bytes connect_datagram() {
  ENetProtocolConnect command{};
  command.header = {static_cast<uint8_t>(int{ENET_PROTOCOL_COMMAND_CONNECT} | int{ENET_PROTOCOL_COMMAND_FLAG_ACKNOWLEDGE}), 0xff, htons(1)};
  command.incomingSessionID = command.outgoingSessionID = 0xff;
  command.mtu = htonl(1140);
  command.windowSize = htonl(65'536);
  command.channelCount = htonl(transport::kChannels);
  command.connectID = 77;
  Bytes out;
  append(out, htons(static_cast<uint16_t>(int{ENET_PROTOCOL_MAXIMUM_PEER_ID} | int{ENET_PROTOCOL_HEADER_FLAG_SENT_TIME})));
  append(out, uint16_t{0});
  append(out, command);
  return out;
}

class Attacker final : public link::LinkHandler {
 public:
  link::RequestReply on_request(link::LinkId, const link::OpenedRequest&) override { return {}; }
  void on_proven(link::LinkId) override {}
  void on_answer(link::LinkId, bool, ByteView, ByteView early) override {
    if (early.size() < sizeof(ENetProtocolHeader) + sizeof(ENetProtocolVerifyConnect)) return;
    ENetProtocolVerifyConnect verify;
    std::memcpy(&verify, early.data() + sizeof(ENetProtocolHeader), sizeof verify);
    const int number = ntohs(verify.outgoingPeerID) | verify.outgoingSessionID << int{ENET_PROTOCOL_HEADER_SESSION_SHIFT};
    append(header, htons(static_cast<uint16_t>(number | int{ENET_PROTOCOL_HEADER_FLAG_SENT_TIME})));
    append(header, uint16_t{0});
  }
  void on_payload(link::LinkId, MutableBytes) override {}
  void on_closed(link::LinkId, link::LinkClose) override { closed = true; }

  Bytes header;  // of ENet's datagrams, as the server expects it from us; empty until we are in
  bool closed = false;
};

class Server final : public transport::ServerHandler {
 public:
  transport::HelloReply on_hello(SessionId, const transport::HelloInfo&) override { return {true, as_bytes("welcome")}; }
  void on_ready(SessionId session) override { newest = session; }
  void on_message(SessionId session, uint8_t channel, ByteView message) override {
    CHECK(channel < transport::kChannels && message.size() <= kEnetMaximumPacketSize, "messages have their bounds");
    CHECK(session != honest, "the attacker speaks for nobody else");
    for (const uint8_t byte : message) sum += byte;
  }
  void on_closed(SessionId session, transport::CloseReason) override { CHECK(session != honest, "the honest session lives"); }

  SessionId honest, newest;
  unsigned sum = 0;
};

class Client final : public transport::ClientHandler {
 public:
  void on_answer(SessionId, bool, ByteView) override {}
  void on_message(SessionId, uint8_t, ByteView) override { CHECK(false, "nobody wrote to the honest client"); }
  void on_closed(SessionId, transport::CloseReason) override { CHECK(false, "the honest session lives"); }
};

struct Stage {
  Stage() {
    auto made = transport::make_server_transport(
        {.link_private = &server_key,
         .handshake_limits = {.unproven_per_second = 1e9, .unproven_burst = 1e9, .proven_per_second = 1e9, .proven_burst = 1e9}},
        server_socket, random, at_server);
    CHECK(made.has_value(), "ENet's calls reach the link");
    server = std::move(*made);
    auto other = transport::make_client_transport({.device_private = &honest_key}, honest_socket, random, at_client);
    CHECK(other.has_value(), "ENet's calls reach the link");
    honest = std::move(*other);
    honest->connect(server_socket.local(), server_public, as_bytes("hello"), now);
    for (int i = 0; i < 8; ++i) exchange(*honest, honest_socket);
    at_server.honest = at_server.newest;
    CHECK(at_server.honest, "the honest client is in");
  }
  // All that `by` and the server have for each other.
  template <class Peer>
  void exchange(Peer& by, MemorySocket& socket) {
    by.flush(now);
    server_socket.peer = socket.local();
    std::swap(server_socket.inbox, socket.outbox);
    while (server->receive(now) > 0) {
    }
    server->flush(now);
    socket.peer = server_socket.local();
    std::swap(socket.inbox, server_socket.outbox);
    while (by.receive(now) > 0) {
    }
    socket.inbox.clear();
  }
  void pass(Micros time) {
    now.mono += time;
    now.wall += time;
  }

  Secret<32> server_key = fuzz::secret_of(1), honest_key = fuzz::secret_of(2), attacker_key = fuzz::secret_of(3);
  link::PublicKey server_public = link::public_key_of(server_key);
  SeededRandom random{3};
  Now now{MonoTime(Seconds(1000)), WallTime(Seconds(1'700'000'000))};
  MemorySocket server_socket{1000}, honest_socket{2000}, attacker_socket{6666};
  Server at_server;
  Client at_client;
  std::unique_ptr<transport::Transport> server;
  std::unique_ptr<transport::ClientTransport> honest;
};

// What 1.3.17 would take for one bad fragment command alone is 33 MB.
constexpr uint64_t kMostForOnePeer = 2 << 20;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Stage stage;
  stage.pass(Millis(10));
  const uint64_t before = stage.server->counters().enet_live_bytes;
  Attacker attacker;
  link::Link link({.static_private = &stage.attacker_key}, stage.attacker_socket, stage.random, attacker);
  const Bytes connect = connect_datagram();
  const link::LinkId id = link.connect(stage.server_socket.local(), stage.server_public, as_bytes("evil"), connect, stage.now);
  for (int i = 0; i < 6; ++i) stage.exchange(link, stage.attacker_socket);
  CHECK(!attacker.header.empty(), "the attacker is let in");
  while (size >= 2 && !attacker.closed) {
    const unsigned head = load_le<uint16_t>(data);
    const size_t length = std::min<size_t>({head & 0x7ff, size - 2, kEnetMtu - attacker.header.size()});
    Bytes datagram = (head & 0x8000) != 0 ? attacker.header : Bytes{};
    datagram.insert(datagram.end(), data + 2, data + 2 + length);
    const ByteView part = datagram;
    link.send(id, {&part, 1}, stage.now);
    stage.pass(Millis(1));
    stage.exchange(link, stage.attacker_socket);
    CHECK(stage.server->counters().enet_live_bytes < before + kMostForOnePeer, "what ENet holds for one peer is bounded");
    data += 2 + length;
    size -= 2 + length;
  }
  link.close(id, stage.now);
  for (int i = 0; i < 3; ++i) stage.exchange(link, stage.attacker_socket);
  stage.exchange(*stage.honest, stage.honest_socket);
  CHECK(stage.server->counters().sessions == 1, "the attacker is gone, the honest session is there");
  return 0;
}
