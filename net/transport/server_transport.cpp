// SPDX-License-Identifier: Apache-2.0
// The accepting half: ENet's CONNECT arrives inside of msg1, its VERIFY_CONNECT leaves inside of msg2, and the first sealed datagram, which
// proves that msg1 was no replay, connects the peer. So a session costs one round trip, and a replay gets nothing but an answer.
#include "core/base/check.h"
#include "net/link/enet_platform.h"
#include "net/transport/core_transport.h"

namespace parley::transport {
namespace {

// Chosen by tests/bench/transport_bench.cpp, see README.md.
constexpr size_t kServerPeersPerHost = 256;

class ServerTransport final : public CoreTransport<Transport> {
 public:
  ServerTransport(const TransportCore::Setup& setup, link::DatagramSocket& socket, Random& random, ServerHandler& handler)
      : CoreTransport(setup, socket, random), handler_(handler) {}

 private:
  static HelloInfo info_of(const link::OpenedRequest& request) {
    return {request.application, request.from, request.device_key, request.verdict};
  }

  std::optional<link::RequestReply> refusal_of(const link::OpenedRequest& request) override {
    const auto refusal = handler_.refusal_of(info_of(request));
    if (!refusal) return std::nullopt;
    CHECK(!refusal->accept && refusal->answer.size() <= kMaxAnswerBytes, "a refusal that accepts, or is longer than kMaxAnswerBytes");
    return link::RequestReply{false, refusal->answer, {}};
  }

  link::RequestReply on_request(link::LinkId id, const link::OpenedRequest& request) override {
    if (core_.accept(id, request.early) == nullptr) return {};
    const HelloReply reply = handler_.on_hello(id, info_of(request));
    CHECK(reply.answer.size() <= kMaxAnswerBytes, "an answer longer than kMaxAnswerBytes");
    if (reply.accept && core_.find(id) != nullptr) return {true, reply.answer, core_.early()};
    core_.forget(id);
    return {false, reply.answer, {}};
  }

  void on_proven(link::LinkId id) override {
    if (core_.confirm(id)) return handler_.on_ready(id);
    if (core_.find(id) != nullptr) core_.fail(id);
  }

  void on_answer(link::LinkId, bool, ByteView, ByteView) override { CHECK(false, "a server's link got an answer"); }
  void on_session_message(SessionId session, uint8_t channel, ByteView message) override { handler_.on_message(session, channel, message); }
  void on_session_closed(SessionId session, CloseReason reason) override { handler_.on_closed(session, reason); }

  ServerHandler& handler_;
};

}  // namespace

Result<std::unique_ptr<Transport>> make_server_transport(const ServerTransportOptions& options, link::DatagramSocket& socket,
                                                         Random& random, ServerHandler& handler) {
  if (auto linked = link::check_enet_platform(); !linked) return std::unexpected(std::move(linked.error()));
  TransportCore::Setup setup;
  setup.peers_per_host = kServerPeersPerHost;
  setup.link.server = true;
  setup.link.static_private = options.link_private;
  setup.link.io_index = options.io_index;
  setup.link.io_count = options.io_count;
  setup.link.max_sessions = options.max_sessions;
  setup.link.token_secret = options.token_secret;
  setup.link.judge = options.judge;
  setup.link.handshakes = options.handshakes;
  setup.link.handshake_limits = options.handshake_limits;
  setup.link.reliability = options.link_reliability;
  setup.trace = options.trace;
  return std::make_unique<ServerTransport>(setup, socket, random, handler);
}

}  // namespace parley::transport
