// SPDX-License-Identifier: Apache-2.0
// A thin C++ wrapper of parley.h: owns the handles, takes string_views, returns errors as std::expected. Header only, nothing beyond
// parley.h is called, so it works with any libparley of the same major version. Threads, blocking, memory and errors: as parley.h says.
//
//   auto client = parley::ChatClient::create({.agent = "mygame 1.0"}).value();
//   auto session = client.connect({.address = address, .ticket = ticket, .room = "lobby"}).value();
//   every frame:  client.poll([&](const parley_event& event) { … });
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parley.h"

namespace parley {

struct ChatError {
  int code = PARLEY_OK;  // PARLEY_E_…
  std::string text;      // one line for a person: cause and cure
};

template <class T>
using ChatResult = std::expected<T, ChatError>;

// parley_event.gap_reason of GAP and PAGE_END events.
enum class GapWhy : uint32_t {
  unknown = PARLEY_GAP_UNKNOWN,
  retention = PARLEY_GAP_RETENTION,
  late_joiner = PARLEY_GAP_LATE_JOINER,
  not_granted = PARLEY_GAP_NOT_GRANTED,
  damaged = PARLEY_GAP_DAMAGED,
};
inline GapWhy gap_why(const parley_event& event) {
  return event.gap_reason <= PARLEY_GAP_DAMAGED ? static_cast<GapWhy>(event.gap_reason) : GapWhy::unknown;
}

// One user's connection to one server. Closed when it goes; must go before its ChatClient.
class ChatSession {
 public:
  ChatResult<void> join(const std::string& room, uint32_t history = 50, uint64_t since = 0) {
    return check(parley_join(handle_.get(), room.c_str(), history, since));
  }
  ChatResult<void> resume(const std::string& room, uint64_t since, uint32_t epoch) {
    return check(parley_resume(handle_.get(), room.c_str(), since, epoch));
  }
  ChatResult<void> leave(const std::string& room) { return check(parley_leave(handle_.get(), room.c_str())); }
  // The number by which ORDERED, DURABLE and SEND_FAILED name it.
  ChatResult<uint64_t> send(const std::string& room, std::string_view text) {
    uint64_t number = 0;
    return with(parley_send(handle_.get(), room.c_str(), not_null(text), text.size(), &number), number);
  }
  ChatResult<uint64_t> send_emote(const std::string& room, std::string_view text) {
    uint64_t number = 0;
    return with(parley_send_emote(handle_.get(), room.c_str(), not_null(text), text.size(), &number), number);
  }
  struct Message {
    std::string_view text;
    bool emote = false;
    uint64_t reply_to = 0;
    std::vector<std::string> mentions{};
  };
  ChatResult<uint64_t> send_message(const std::string& room, const Message& message) {
    std::vector<const char*> mentions;
    for (const std::string& user : message.mentions) mentions.push_back(user.c_str());
    const parley_message raw{sizeof raw,       not_null(message.text), message.text.size(), message.emote,
                             message.reply_to, mentions.data(),        mentions.size()};
    uint64_t number = 0;
    return with(parley_send_message(handle_.get(), room.c_str(), &raw, &number), number);
  }
  ChatResult<uint64_t> edit(const std::string& room, uint64_t target, std::string_view text) {
    uint64_t number = 0;
    return with(parley_edit(handle_.get(), room.c_str(), target, not_null(text), text.size(), &number), number);
  }
  ChatResult<uint64_t> remove(const std::string& room, uint64_t target, const std::string& reason = {}) {
    uint64_t number = 0;
    return with(parley_delete(handle_.get(), room.c_str(), target, reason.c_str(), &number), number);
  }
  ChatResult<uint64_t> react(const std::string& room, uint64_t target, const std::string& emoji, bool on = true) {
    uint64_t number = 0;
    return with(parley_react(handle_.get(), room.c_str(), target, emoji.c_str(), on, &number), number);
  }
  ChatResult<uint64_t> pin(const std::string& room, uint64_t target, bool on = true) {
    uint64_t number = 0;
    return with(parley_pin(handle_.get(), room.c_str(), target, on, &number), number);
  }
  ChatResult<uint64_t> set_topic(const std::string& room, std::string_view text) {
    uint64_t number = 0;
    return with(parley_set_topic(handle_.get(), room.c_str(), not_null(text), text.size(), &number), number);
  }
  ChatResult<uint64_t> send_custom(const std::string& room, uint32_t type, std::span<const std::byte> data) {
    uint64_t number = 0;
    return with(parley_send_custom(handle_.get(), room.c_str(), type, data.data(), data.size(), &number), number);
  }
  ChatResult<void> mark_read(const std::string& room, uint64_t sequence) {
    return check(parley_mark_read(handle_.get(), room.c_str(), sequence));
  }
  ChatResult<parley_unread> unread(const std::string& room) const {
    parley_unread out{};
    out.size = sizeof out;
    return with(parley_room_unread(handle_.get(), room.c_str(), &out), out);
  }
  // Up to `limit` messages before `from` (0: the newest). The number by which their events name the question.
  ChatResult<uint32_t> history_before(const std::string& room, uint64_t from, uint32_t limit) {
    uint32_t request = 0;
    return with(parley_history(handle_.get(), room.c_str(), from, 1, limit, &request), request);
  }
  ChatResult<uint32_t> history_from(const std::string& room, uint64_t from, uint32_t limit) {
    uint32_t request = 0;
    return with(parley_history(handle_.get(), room.c_str(), from, 0, limit, &request), request);
  }
  ChatResult<uint32_t> history_around(const std::string& room, uint64_t sequence, uint32_t limit) {
    uint32_t request = 0;
    return with(parley_history_around(handle_.get(), room.c_str(), sequence, limit, &request), request);
  }
  ChatResult<uint32_t> history_since(const std::string& room, int64_t wall_us, uint32_t limit) {
    uint32_t request = 0;
    return with(parley_history_since(handle_.get(), room.c_str(), wall_us, limit, &request), request);
  }
  // The newest messages before `before` (0: of all) that fit; what a query may say: parley.h.
  ChatResult<uint32_t> search(const std::string& room, const std::string& query, uint64_t before = 0, uint32_t limit = 50) {
    uint32_t request = 0;
    return with(parley_search(handle_.get(), room.c_str(), query.c_str(), before, limit, &request), request);
  }
  ChatResult<uint32_t> who(const std::string& room) {
    uint32_t request = 0;
    return with(parley_who(handle_.get(), room.c_str(), &request), request);
  }
  // At each key press; the library says it now and then.
  ChatResult<void> typing(const std::string& room) { return check(parley_typing(handle_.get(), room.c_str())); }
  ChatResult<void> talk(const std::string& room, bool on) { return check(parley_talk(handle_.get(), room.c_str(), on)); }
  struct Place {
    float x = 0, y = 0, z = 0;
  };
  ChatResult<void> map_ping(const std::string& room, Place place, uint32_t tag = 0) {
    return check(parley_map_ping(handle_.get(), room.c_str(), place.x, place.y, place.z, tag));
  }
  ChatResult<void> set_ticket(const std::string& ticket) { return check(parley_set_ticket(handle_.get(), ticket.c_str())); }
  parley_stats stats() const {
    parley_stats out{};
    out.size = sizeof out;
    parley_session_stats(handle_.get(), &out);
    return out;
  }
  uint64_t producer() const { return parley_producer(handle_.get()); }
  // To compare with parley_event.session.
  const parley_session* handle() const { return handle_.get(); }

 private:
  friend class ChatClient;
  struct Close {
    void operator()(parley_session* session) const { parley_close(session); }
  };
  ChatSession(parley_client* client, parley_session* session) : client_(client), handle_(session) {}

  static const char* not_null(std::string_view text) { return text.data() != nullptr ? text.data() : ""; }
  ChatResult<void> check(int code) const {
    if (code != PARLEY_OK) return std::unexpected(ChatError{code, parley_error_text(client_)});
    return {};
  }
  template <class T>
  ChatResult<T> with(int code, const T& value) const {
    if (code != PARLEY_OK) return std::unexpected(ChatError{code, parley_error_text(client_)});
    return value;
  }

  parley_client* client_;
  std::unique_ptr<parley_session, Close> handle_;
};

class ChatClient {
 public:
  struct Options {
    std::string agent = "parley";
    std::string bind{};                       // "0.0.0.0:0", "[::]:0"; empty: any
    const parley_network* network = nullptr;  // a bad one by choice; copied
  };
  struct Connect {
    std::string address;
    std::string ticket;
    std::string room{};  // joined in the first round trip; empty: none
    uint32_t history = 50;
    uint64_t producer = 0;
    void* user_data = nullptr;
    std::string outbox_path{};  // empty: sends are kept in memory
  };

  static ChatResult<ChatClient> create(const Options& options) {
    const parley_client_options raw{sizeof raw, options.agent.c_str(), options.bind.empty() ? nullptr : options.bind.c_str(),
                                    options.network};
    parley_client* client = nullptr;
    if (const int code = parley_client_create(&raw, &client); code != PARLEY_OK)
      return std::unexpected(ChatError{code, parley_error_text(nullptr)});
    return ChatClient(client);
  }

  ChatResult<ChatSession> connect(const Connect& connect) {
    const parley_connect_options raw{sizeof raw,
                                     connect.address.c_str(),
                                     connect.ticket.c_str(),
                                     connect.room.empty() ? nullptr : connect.room.c_str(),
                                     connect.history,
                                     connect.producer,
                                     connect.user_data,
                                     connect.outbox_path.empty() ? nullptr : connect.outbox_path.c_str()};
    parley_session* session = nullptr;
    if (const int code = parley_connect(handle_.get(), &raw, &session); code != PARLEY_OK)
      return std::unexpected(ChatError{code, parley_error_text(handle_.get())});
    return ChatSession(handle_.get(), session);
  }

  // Network, timers, and every event that waits, one by one; don't call poll from within. Returns how many there were.
  template <class Handle>
  size_t poll(Handle&& handle) {
    std::array<parley_event, 32> events;
    size_t total = 0;
    for (;;) {
      const int count = parley_poll(handle_.get(), events.data(), static_cast<int>(events.size()));
      for (int i = 0; i < count; ++i) handle(std::as_const(events[static_cast<size_t>(i)]));
      total += static_cast<size_t>(count);
      if (count < static_cast<int>(events.size())) return total;
    }
  }
  void wait(uint32_t timeout_ms) { parley_wait(handle_.get(), timeout_ms); }
  int timeout_ms(int most_ms) const { return parley_timeout_ms(handle_.get(), most_ms); }
  int fd() const { return parley_client_fd(handle_.get()); }
  int rebind() { return parley_rebind(handle_.get()); }

 private:
  struct Destroy {
    void operator()(parley_client* client) const { parley_client_destroy(client); }
  };
  explicit ChatClient(parley_client* client) : handle_(client) {}
  std::unique_ptr<parley_client, Destroy> handle_;
};

}  // namespace parley
