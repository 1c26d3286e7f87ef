// SPDX-License-Identifier: Apache-2.0
// The program's questions: history pages, searches, and who is in a room. Each ends with exactly one PAGE_END or MEMBERS_END: answered,
// refused, or lost with the connection (timeout). A question to a room that isn't joined yet waits for it. Bound: kMaxClientRequests, then
// busy. Owned by its session.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "net/client/context.h"
#include "net/client/room.h"
#include "net/client/session_events.h"
#include "net/client/uplink.h"
#include "wire_generated.h"

namespace parley::client {

struct PageWish {
  Sequence from{};
  wire::Direction direction = wire::Direction::Backward;
  uint16_t limit = 0;
  int64_t time_us = 0;
};

struct SearchWish {
  std::string query;
  Sequence before{};
  uint16_t limit = 0;
};

class Requests {
 public:
  Requests(Context& context, Uplink& uplink, SessionEvents& events) : context_(context), uplink_(uplink), events_(events) {}

  Result<uint32_t> page(Room& room, PageWish wish);
  Result<uint32_t> who(Room& room);
  Result<uint32_t> search(Room& room, SearchWish wish);
  void pump();
  void on_offline();

  void on_page(const wire::HistoryPage& page);
  void on_presence(const wire::Presence& presence);
  void on_results(const wire::SearchResults& results);
  void on_refused(uint32_t request, const RefusalView& refusal);
  void drop_room(const Room& room, const Error& why);

 private:
  enum class Kind : uint8_t { kPage, kWho, kSearch };
  struct Request {
    uint32_t id = 0;
    Room* room = nullptr;
    Kind kind = Kind::kPage;
    PageWish wish;
    SearchWish search;
    bool sent = false;
    MonoTime not_before{};
  };

  Result<uint32_t> add(Request request);
  Request* find(uint32_t id, Kind kind);
  ByteView encode(const Request& request);
  void deliver(const Request& request, const wire::EntryBytes& bytes);
  void send(Request& request);
  void end(const Request& request, const Error* why);
  template <class Match>
  void end_where(Match match, const Error& why);

  Context& context_;
  Uplink& uplink_;
  SessionEvents& events_;
  std::vector<Request> open_;
};

}  // namespace parley::client
