// SPDX-License-Identifier: Apache-2.0
// The connecting half: one host and one session in a game, thousands in a bench. The server's answer brings ENet's VERIFY_CONNECT, so the
// session is ready when on_answer is called; ENet's acknowledgement leaves with the next flush, and it proves to the server that we are no
// replay.
#include "core/base/check.h"
#include "net/link/enet_platform.h"
#include "net/transport/core_transport.h"

namespace parley::transport {
namespace {

// A game has one session: its host shouldn't cost more than the session. A bench makes as many hosts as it needs.
constexpr size_t kClientPeersPerHost = 8;

class ConnectingTransport final : public CoreTransport<ClientTransport> {
 public:
  ConnectingTransport(const TransportCore::Setup& setup, link::DatagramSocket& socket, Random& random, ClientHandler& handler)
      : CoreTransport(setup, socket, random), handler_(handler) {}

  SessionId connect(const link::Endpoint& server, const std::array<uint8_t, 32>& server_key, ByteView hello, Now now) override {
    return core_.connect(server, server_key, hello, now);
  }
  void rebound(Now now) override { core_.rebound(now); }

 private:
  void on_answer(link::LinkId id, bool accepted, ByteView application, ByteView early) override {
    if (core_.find(id) == nullptr) return;
    if (accepted && !core_.verify(id, early)) return core_.fail(id);
    handler_.on_answer(id, accepted, application);
  }

  link::RequestReply on_request(link::LinkId, const link::OpenedRequest&) override {
    CHECK(false, "a client's link got a request");
    return {};
  }
  void on_proven(link::LinkId) override { CHECK(false, "only a server waits for a proof"); }
  void on_session_message(SessionId session, uint8_t channel, ByteView message) override { handler_.on_message(session, channel, message); }
  void on_session_closed(SessionId session, CloseReason reason) override { handler_.on_closed(session, reason); }

  ClientHandler& handler_;
};

}  // namespace

Result<std::unique_ptr<ClientTransport>> make_client_transport(const ClientTransportOptions& options, link::DatagramSocket& socket,
                                                               Random& random, ClientHandler& handler) {
  if (auto linked = link::check_enet_platform(); !linked) return std::unexpected(std::move(linked.error()));
  TransportCore::Setup setup;
  setup.peers_per_host = kClientPeersPerHost;
  setup.link.static_private = options.device_private;
  setup.link.reliability = options.link_reliability;
  setup.trace = options.trace;
  return std::make_unique<ConnectingTransport>(setup, socket, random, handler);
}

}  // namespace parley::transport
