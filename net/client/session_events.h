// SPDX-License-Identifier: Apache-2.0
// Writes a session's events into the client's queue: one function for each type of parley_event, so that the fields which a type fills
// stand in one place. Owned by its session.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/error.h"
#include "core/base/ids.h"
#include "net/client/decode.h"
#include "net/client/event_queue.h"

namespace parley::client {

struct PageEnd {
  uint32_t request = 0;
  bool more = false;
  uint64_t gap_from = 0, gap_to = 0;
  const Error* refused = nullptr;
};

class SessionEvents {
 public:
  SessionEvents(EventQueue& queue, parley_session* session, void* user_data) : queue_(queue), session_(session), user_data_(user_data) {}

  void online(std::string_view user, std::string_view name);
  void offline(const Error& why, Millis retry);
  void refused(const Error& why);
  void joined(std::string_view room, Sequence head);
  void left(std::string_view room, const Error* why);
  // request 0: the room's own course, live or catch-up (history).
  void message(std::string_view room, Sequence sequence, const EntryView& entry, uint32_t request, bool history);
  void ordered(std::string_view room, uint64_t number, Sequence sequence);
  void durable(uint64_t number);
  void send_failed(std::string_view room, uint64_t number, const Error& why);
  void member_joined(std::string_view room, std::string_view user, std::string_view name);
  void member_left(std::string_view room, std::string_view user);
  void member(std::string_view room, std::string_view user, std::string_view name, uint32_t request);
  void members_end(std::string_view room, uint32_t request, const Error* refused);
  void page_end(std::string_view room, const PageEnd& end);
  void rollback(std::string_view room, Sequence through);
  void gap(std::string_view room, Sequence from, Sequence to);
  void invited(std::string_view room, std::string_view user, Sequence head, bool live);

 private:
  parley_event make(parley_event_type type) const;

  EventQueue& queue_;
  parley_session* session_;
  void* user_data_;
};

}  // namespace parley::client
