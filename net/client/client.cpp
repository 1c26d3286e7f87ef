// SPDX-License-Identifier: Apache-2.0
#include "net/client/client.h"

#include <algorithm>
#include <cstring>

namespace parley::client {
namespace {

// Batches of datagrams read in one poll, so that a frame's poll stays short under a flood; the next poll goes on. So it does when as many
// events wait as the program takes at a time, and some more: read further ahead, they leave the cache before their turn comes.
constexpr int kMaxBatchesPerPoll = 16;
constexpr size_t kEnoughEvents = 512;

}  // namespace

Client::Client(const TransportMaker& make_transport, Random& random, const ClientOptions& options) {
  context_.random = &random;
  context_.agent = options.agent;
  if (options.device_key != nullptr) {
    std::memcpy(device_key_.data(), options.device_key->data(), device_key_.size());
  } else {
    random.fill(device_key_.bytes());
  }
  auto made = make_transport({.device_private = &device_key_}, *this);
  if (made) {
    transport_ = std::move(*made);
    context_.transport = transport_.get();
  } else {
    transport_error_ = made.error();
  }
}

Client::~Client() {
  sessions_.clear();  // says goodbye
  if (transport_) transport_->flush(context_.now);
}

Result<ClientSession*> Client::connect(SessionSetup setup) {
  if (!transport_) return std::unexpected(transport_error_);
  if (setup.ticket.empty() || setup.ticket.size() > kMaxTicketBytes)
    return fail(ErrorCode::kTicketMalformed, "a ticket has 1 to " + std::to_string(kMaxTicketBytes) + " bytes");
  const ProducerId wished = setup.producer;
  while (!setup.producer) setup.producer = ProducerId{context_.random->next()};
  const std::filesystem::path outbox = std::move(setup.outbox);
  auto session = std::make_unique<ClientSession>(static_cast<SessionHost&>(*this), context_, std::move(setup));
  if (!outbox.empty()) {
    if (auto kept = session->keep_sends(outbox); !kept) return std::unexpected(kept.error());
    if (wished && session->producer() != wished)
      return fail(ErrorCode::kInvalidArgument, "the outbox file " + outbox.string() + " is of another producer: pass 0, or another file");
  }
  sessions_.push_back(std::move(session));
  return sessions_.back().get();
}

void Client::close(ClientSession* session) {
  std::erase_if(sessions_, [&](const auto& each) { return each.get() == session; });
}

size_t Client::poll(Now now, std::span<parley_event> events) {
  context_.now = now;
  if (transport_) {
    read_network(std::max(kEnoughEvents, events.size()));
    run_timers();
    transport_->flush(now);
  }
  return context_.events.take(events);
}

void Client::rebound(Now now) {
  if (!transport_) return;
  transport_->rebound(now);
  transport_->flush(now);
}

void Client::read_network(size_t enough) {
  for (int i = 0; i < kMaxBatchesPerPoll && !context_.events.full() && context_.events.size() < enough; ++i)
    if (transport_->receive(context_.now) == 0) return;
}

void Client::run_timers() {
  if (context_.now.mono < context_.wake_at) return;
  context_.wake_at = kNever;
  for (auto& session : sessions_) session->do_timers();
}

MonoTime Client::next_deadline() const {
  if (context_.events.size() > 0) return context_.now.mono;
  return transport_ ? std::min(context_.wake_at, transport_->next_deadline()) : kNever;
}

SessionId Client::open_transport(ClientSession& session, const SessionSetup& setup, ByteView hello) {
  const SessionId id = transport_->connect(setup.server, setup.server_key, hello, context_.now);
  by_id_[id] = &session;
  return id;
}

void Client::close_transport(SessionId id) {
  by_id_.erase(id);
  transport_->close(id);
}

ClientSession* Client::session_of(SessionId id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

void Client::on_answer(SessionId id, bool accepted, ByteView answer) {
  if (ClientSession* session = session_of(id)) session->on_answer(accepted, answer);
}

void Client::on_message(SessionId id, uint8_t, ByteView message) {
  if (ClientSession* session = session_of(id)) session->on_message(message);
}

void Client::on_closed(SessionId id, transport::CloseReason reason) {
  ClientSession* session = session_of(id);
  by_id_.erase(id);
  if (session != nullptr) session->on_closed(reason);
}

}  // namespace parley::client
