// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/stages/traced.h"

namespace parley::bench {

Result<std::unique_ptr<transport::Transport>> TracedServerTransport::make(transport::ServerTransportOptions options,
                                                                          link::DatagramSocket& socket, Random& random,
                                                                          transport::ServerHandler& handler, Passage& passage) {
  std::unique_ptr<TracedServerTransport> traced(new TracedServerTransport(handler, passage));
  options.trace = &passage;
  auto inner = transport::make_server_transport(options, socket, random, *traced);
  if (!inner) return std::unexpected(std::move(inner.error()));
  traced->wrap(std::move(*inner));
  return traced;
}

transport::HelloReply TracedServerTransport::on_hello(SessionId session, const transport::HelloInfo& info) {
  if (info.from.port == passage_.port()) passage_.follow_session(session);
  return handler_.on_hello(session, info);
}

void TracedServerTransport::on_message(SessionId session, uint8_t channel, ByteView message) {
  passage_.on_message(message);
  handler_.on_message(session, channel, message);
  passage_.after_message();
}

Result<std::unique_ptr<transport::ClientTransport>> TracedClientTransport::make(transport::ClientTransportOptions options,
                                                                                link::DatagramSocket& socket, Random& random,
                                                                                transport::ClientHandler& handler, Passage& passage) {
  std::unique_ptr<TracedClientTransport> traced(new TracedClientTransport(handler, passage));
  options.trace = &passage;
  auto inner = transport::make_client_transport(options, socket, random, *traced);
  if (!inner) return std::unexpected(std::move(inner.error()));
  traced->wrap(std::move(*inner));
  return traced;
}

SessionId TracedClientTransport::connect(const link::Endpoint& server, const std::array<uint8_t, 32>& server_key, ByteView hello, Now now) {
  const SessionId session = inner_->connect(server, server_key, hello, now);
  passage_.follow(server.port);
  passage_.follow_session(session);
  return session;
}

void TracedClientTransport::on_message(SessionId session, uint8_t channel, ByteView message) {
  passage_.on_message(message);
  handler_.on_message(session, channel, message);
  passage_.after_message();
}

}  // namespace parley::bench
