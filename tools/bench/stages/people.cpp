// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/stages/people.h"

#include <algorithm>
#include <array>

#include "net/link/udp_socket.h"

namespace parley::bench {

ClientAgent::ClientAgent(Entrance entrance, Random& random, Passage* passage)
    : entrance_(std::move(entrance)), random_(random), passage_(passage) {}

Result<void> ClientAgent::open() {
  const auto bind = link::parse_endpoint("127.0.0.1:0");
  if (!bind) return std::unexpected(bind.error());
  auto socket = link::open_udp({.bind = *bind, .ipv4_only = true});
  if (!socket) return std::unexpected(std::move(socket.error()));
  socket_ = std::move(*socket);
  if (passage_ != nullptr) socket_ = std::make_unique<TracedSocket>(std::move(socket_), *passage_);
  const client::TransportMaker maker = [this](const transport::ClientTransportOptions& options, transport::ClientHandler& handler) {
    if (passage_ != nullptr) return TracedClientTransport::make(options, *socket_, random_, handler, *passage_);
    return transport::make_client_transport(options, *socket_, random_, handler);
  };
  client_ = std::make_unique<client::Client>(maker, random_, client::ClientOptions{.agent = "parley-bench"});
  return {};
}

Result<void> ClientAgent::add_session(const std::string& ticket) {
  auto session = client_->connect({.server = entrance_.server, .server_key = entrance_.server_key, .ticket = ticket});
  if (!session) return std::unexpected(std::move(session.error()));
  sessions_.push_back(*session);
  return (*session)->join(entrance_.room, {.last = 0, .since = {}});
}

int ClientAgent::do_work(Now now) {
  std::array<parley_event, 64> events;
  size_t count = 0, all = 0;
  do {
    count = client_->poll(now, events);
    for (const parley_event& event : std::span(events).first(count)) {
      if (event.type == PARLEY_EVENT_JOINED) ++joined_;
      on_event(event);
    }
    all += count;
  } while (count == events.size());
  return static_cast<int>(all);
}

int Speaker::do_work(Now now) {
  int said = 0;
  for (; has_more() && due_ns() <= trace_now_ns(); ++said) say(due_ns());
  return said + ClientAgent::do_work(now);
}

void Speaker::say(int64_t due) {
  client::Content content{.text = Trace::mark_of(next_)};
  content.text.resize(std::max(content.text.size(), plan_.message_bytes), '.');
  trace_.stamp(Point::kDue, next_, due);
  const auto number = session().send(room(), content);
  if (!number) ++refused_;
  if (number && first_number_ == 0) first_number_ = *number - next_;
  ++next_;
}

MonoTime Speaker::next_deadline() const {
  const MonoTime network = ClientAgent::next_deadline();
  return has_more() ? std::min(network, MonoTime(Micros(due_ns() / 1000))) : network;
}

void Speaker::on_event(const parley_event& event) {
  if (event.type == PARLEY_EVENT_SEND_FAILED) ++refused_;
  if (event.type != PARLEY_EVENT_DURABLE || first_number_ == 0 || refused_.load() > 0) return;
  const uint64_t row = event.number - first_number_;
  if (row >= trace_.messages()) return;
  const int64_t now = trace_now_ns();
  for (; durable_.load() <= row; ++durable_)
    trace_.stamp(Point::kDurable, static_cast<MessageRow>(durable_.load()), now);  // and all before it
}

void Listener::on_event(const parley_event& event) {
  if (event.type != PARLEY_EVENT_MESSAGE) return;
  const auto row = trace_.row_of(event.text);
  if (!row) return;
  trace_.stamp(Point::kReceived, *row, trace_now_ns());
  ++received_;
}

}  // namespace parley::bench
