// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/connection.h"

#include <utility>
#include <vector>

namespace parley::terminal {
namespace {

std::unexpected<Error> error_of(int code, const parley_client* client) {
  const std::string text = parley_error_text(client);
  return fail(static_cast<ErrorCode>(code), text.empty() ? parley_error_name(code) : text);
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionOptions& options) {
  std::unique_ptr<Connection> out(new Connection);
  const std::string agent = std::string("parley-terminal ") + parley_version();
  const parley_client_options client{sizeof client, agent.c_str(), nullptr, options.network ? &*options.network : nullptr};
  if (const int code = parley_client_create(&client, &out->client_); code != PARLEY_OK) return error_of(code, nullptr);
  parley_connect_options connect{};
  connect.size = sizeof connect;
  connect.address = options.address.c_str();
  connect.ticket = options.ticket.c_str();
  connect.room = options.room.empty() ? nullptr : options.room.c_str();
  connect.history = options.history;
  if (const int code = parley_connect(out->client_, &connect, &out->session_); code != PARLEY_OK) return error_of(code, out->client_);
  return out;
}

Connection::~Connection() { parley_client_destroy(client_); }

std::span<const parley_event> Connection::poll() {
  const int count = parley_poll(client_, events_, kEvents);
  return {events_, static_cast<size_t>(count > 0 ? count : 0)};
}

Result<void> Connection::join(const std::string& room, uint32_t history) {
  return result_of(parley_join(session_, room.c_str(), history, 0));
}

Result<void> Connection::join_since(const std::string& room, uint64_t since) {
  return result_of(parley_join(session_, room.c_str(), 0, since));
}

Result<void> Connection::leave(const std::string& room) { return result_of(parley_leave(session_, room.c_str())); }

Result<uint64_t> Connection::send(const std::string& room, const Outgoing& message) {
  std::vector<const char*> mentions;
  mentions.reserve(message.mentions.size());
  for (const std::string& user : message.mentions) mentions.push_back(user.c_str());
  const parley_message raw{sizeof raw,       message.text.data(), message.text.size(), message.emote,
                           message.reply_to, mentions.data(),     mentions.size()};
  uint64_t number = 0;
  const auto done = result_of(parley_send_message(session_, room.c_str(), &raw, &number));
  if (!done) return std::unexpected(done.error());
  return number;
}

void Connection::typing(const std::string& room) { parley_typing(session_, room.c_str()); }

Result<void> Connection::act(const std::string& room, const Deed& deed) {
  const char* name = room.c_str();
  const std::string& text = deed.text;
  switch (deed.kind) {
    case Deed::Kind::kEdit:
      return result_of(parley_edit(session_, name, deed.target, text.data(), text.size(), nullptr));
    case Deed::Kind::kDelete:
      return result_of(parley_delete(session_, name, deed.target, text.c_str(), nullptr));
    case Deed::Kind::kReact:
      return result_of(parley_react(session_, name, deed.target, text.c_str(), deed.on, nullptr));
    case Deed::Kind::kPin:
      return result_of(parley_pin(session_, name, deed.target, deed.on, nullptr));
    case Deed::Kind::kTopic:
      return result_of(parley_set_topic(session_, name, text.data(), text.size(), nullptr));
  }
  return {};
}

Result<uint32_t> Connection::page(const std::string& room, const PageWish& wish) {
  uint32_t request = 0;
  const auto ask = [&]() -> int {
    switch (wish.kind) {
      case PageWish::Kind::kBefore:
        return parley_history(session_, room.c_str(), wish.sequence, 1, wish.limit, &request);
      case PageWish::Kind::kFrom:
        return parley_history(session_, room.c_str(), wish.sequence, 0, wish.limit, &request);
      case PageWish::Kind::kAround:
        return parley_history_around(session_, room.c_str(), wish.sequence, wish.limit, &request);
      case PageWish::Kind::kSince:
        return parley_history_since(session_, room.c_str(), wish.wall_us, wish.limit, &request);
    }
    return PARLEY_E_INVALID_ARGUMENT;
  };
  const auto done = result_of(ask());
  if (!done) return std::unexpected(done.error());
  return request;
}

Result<void> Connection::mark_read(const std::string& room, uint64_t sequence) {
  return result_of(parley_mark_read(session_, room.c_str(), sequence));
}

std::optional<Unread> Connection::unread(const std::string& room) const {
  parley_unread out{};
  out.size = sizeof out;
  if (parley_room_unread(session_, room.c_str(), &out) != PARLEY_OK) return std::nullopt;
  return Unread{out.read, out.unread, out.mentions};
}

Result<uint32_t> Connection::search(const std::string& room, const std::string& words, uint64_t before, uint32_t limit) {
  uint32_t request = 0;
  const auto done = result_of(parley_search(session_, room.c_str(), words.c_str(), before, limit, &request));
  if (!done) return std::unexpected(done.error());
  return request;
}

uint32_t Connection::rtt_us() const {
  parley_stats stats{};
  stats.size = sizeof stats;
  return parley_session_stats(session_, &stats) == PARLEY_OK ? stats.rtt_us : 0;
}

Result<void> Connection::result_of(int code) const {
  if (code != PARLEY_OK) return error_of(code, client_);
  return {};
}

}  // namespace parley::terminal
