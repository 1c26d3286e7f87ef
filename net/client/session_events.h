// SPDX-License-Identifier: Apache-2.0
// Writes a session's events into the client's queue: one function for each type of parley_event, so that the fields which a type fills
// stand in one place. Owned by its session.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/ids.h"
#include "net/client/decode.h"
#include "net/client/event_queue.h"

namespace parley::client {

// [from, to) doesn't come; 0, 0: there is no gap.
struct Gap {
  uint64_t from = 0, to = 0;
  GapReason why = GapReason::kUnknown;
};

struct PageEnd {
  uint32_t request = 0;
  bool more = false;
  Gap gap{};
  const Error* refused = nullptr;
  uint64_t rest = 0;           // of a search: where to search on
  std::string_view note = {};  // not refused, but worth saying
};

// Where an entry stands, and why it comes: request 0 is the room's own course, live or catch-up (history).
struct EntryPlace {
  std::string_view room;
  Sequence sequence;
  uint32_t request = 0;
  bool history = false;
};

struct InfoFields {
  Sequence read;
  uint64_t unread = 0, mentions = 0;
  std::string_view topic, topic_user;
};

struct MapPing {
  float x = 0, y = 0, z = 0;
  uint32_t tag = 0;
};

// Somebody types or talks, or doesn't any more.
struct SignalState {
  std::string_view room, user, name;
  bool on = false;
};

class SessionEvents {
 public:
  SessionEvents(EventQueue& queue, parley_session* session, void* user_data) : queue_(queue), session_(session), user_data_(user_data) {}

  void online(std::string_view user, std::string_view name);
  void offline(const Error& why, Millis retry);
  void refused(const Error& why);
  void joined(std::string_view room, Sequence head, Epoch epoch);
  void left(std::string_view room, const Error* why);
  // Each kind of entry as its own type of event. False: of a kind this version doesn't know, which says nothing.
  bool entry(const EntryPlace& place, const EntryView& entry);
  void reactions(const EntryPlace& place, const wire::ReactionCount& count, Sequence through);
  void pinned(const EntryPlace& place, Sequence target);
  void read(std::string_view room, std::string_view user, Sequence sequence);
  void room_info(std::string_view room, const InfoFields& info);
  void ordered(std::string_view room, uint64_t number, Sequence sequence);
  void durable(uint64_t number);
  void send_failed(std::string_view room, uint64_t number, const Error& why);
  void member_joined(std::string_view room, std::string_view user, std::string_view name);
  void member_left(std::string_view room, std::string_view user);
  void member(std::string_view room, std::string_view user, std::string_view name, uint32_t request);
  void members_end(std::string_view room, uint32_t request, const Error* refused);
  void page_end(std::string_view room, const PageEnd& end);
  void rollback(std::string_view room, Sequence through);
  void behind(std::string_view room, Sequence last_live);
  void gap(std::string_view room, const Gap& gap);
  void erased(std::string_view room, std::string_view user, Sequence through);
  void signal(parley_event_type type, const SignalState& state);
  void map_ping(const SignalState& from, const MapPing& ping);
  void invited(std::string_view room, std::string_view user, Sequence head, bool live);

  // Who the server says this session is, to tell who is mentioned.
  void set_user(std::string_view user) { user_.assign(user); }
  const std::string& user() const { return user_; }

 private:
  parley_event make(parley_event_type type) const;
  static void put(parley_event& event, const Gap& gap);

  EventQueue& queue_;
  parley_session* session_;
  void* user_data_;
  std::string user_;
};

}  // namespace parley::client
