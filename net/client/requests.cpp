// SPDX-License-Identifier: Apache-2.0
#include "net/client/requests.h"

#include <algorithm>

#include "core/base/limits.h"
#include "net/client/page_notes.h"

namespace parley::client {

Result<uint32_t> Requests::add(Request request) {
  if (open_.size() >= kMaxClientRequests)
    return fail(ErrorCode::kBusy, std::to_string(kMaxClientRequests) + " requests wait for their answers: ask again when some have come");
  open_.push_back(std::move(request));
  open_.back().id = uplink_.next_request();
  const uint32_t id = open_.back().id;
  send(open_.back());
  return id;
}

Result<uint32_t> Requests::page(Room& room, PageWish wish) { return add({.room = &room, .wish = wish, .search = {}}); }

Result<uint32_t> Requests::who(Room& room) { return add({.room = &room, .kind = Kind::kWho, .wish = {}, .search = {}}); }

Result<uint32_t> Requests::search(Room& room, SearchWish wish) {
  return add({.room = &room, .kind = Kind::kSearch, .wish = {}, .search = std::move(wish)});
}

void Requests::send(Request& request) {
  if (request.sent || !request.room->open()) return;
  if (request.not_before > context_.now.mono) {
    context_.wake(request.not_before);
    return;
  }
  request.sent = uplink_.send(encode(request));
}

ByteView Requests::encode(const Request& request) {
  const RoomId room = request.room->id;
  switch (request.kind) {
    case Kind::kWho:
      return context_.encoder.who(request.id, room);
    case Kind::kSearch: {
      const SearchWish& wish = request.search;
      return context_.encoder.search({request.id, room, wish.query, wish.before, wish.limit});
    }
    case Kind::kPage:
      break;
  }
  const PageWish& wish = request.wish;
  return context_.encoder.page(
      {.request = request.id, .room = room, .from = wish.from, .direction = wish.direction, .limit = wish.limit, .time_us = wish.time_us});
}

void Requests::pump() {
  for (Request& request : open_) send(request);
}

Requests::Request* Requests::find(uint32_t id, Kind kind) {
  const auto found = std::find_if(open_.begin(), open_.end(), [&](const Request& r) { return r.id == id && r.kind == kind && r.sent; });
  if (found == open_.end()) ++context_.counters.unexpected;
  return found == open_.end() ? nullptr : &*found;
}

void Requests::end(const Request& request, const Error* why) {
  if (request.kind == Kind::kWho) {
    events_.members_end(request.room->name, request.id, why);
  } else {
    events_.page_end(request.room->name, {.request = request.id, .refused = why});
  }
}

template <class Match>
void Requests::end_where(Match match, const Error& why) {
  for (const Request& request : open_)
    if (match(request)) end(request, &why);
  std::erase_if(open_, match);
}

void Requests::on_offline() {
  const Error why{ErrorCode::kTimeout, "the connection was lost before the answer came: ask again"};
  end_where([](const Request& request) { return request.sent; }, why);
}

void Requests::drop_room(const Room& room, const Error& why) {
  end_where([&](const Request& request) { return request.room == &room; }, why);
}

void Requests::deliver(const Request& request, const wire::EntryBytes& bytes) {
  const auto entry = decode_entry({bytes.bytes()->data(), bytes.bytes()->size()}, context_.scratch);
  if (!entry) {
    ++context_.counters.malformed;
  } else if (!events_.entry({request.room->name, Sequence{bytes.sequence()}, request.id, true}, *entry)) {
    ++context_.counters.unknown_kinds;
  }
}

void Requests::on_results(const wire::SearchResults& results) {
  Request* request = find(results.request(), Kind::kSearch);
  if (request == nullptr) return;
  for (const wire::EntryBytes* bytes : *results.entries()) deliver(*request, *bytes);
  PageEnd end{.request = request->id, .more = results.rest() != 0, .refused = nullptr};
  end.rest = results.rest();
  if (results.incomplete()) end.note = "the server is building its search index: older messages may be missing";
  events_.page_end(request->room->name, end);
  open_.erase(open_.begin() + (request - open_.data()));
}

void Requests::on_page(const wire::HistoryPage& page) {
  Request* request = find(page.request(), Kind::kPage);
  if (request == nullptr) return;
  for (const wire::EntryBytes* bytes : *page.entries()) deliver(*request, *bytes);
  tell_notes(events_, {request->room->name, {}, request->id, true}, page);
  events_.page_end(
      request->room->name,
      {.request = request->id, .more = page.more(), .gap = {page.gap_from(), page.gap_to(), decode_gap_reason(page)}, .refused = nullptr});
  open_.erase(open_.begin() + (request - open_.data()));
}

void Requests::on_presence(const wire::Presence& presence) {
  Request* request = find(presence.request(), Kind::kWho);
  if (request == nullptr) return;
  if (presence.joined() != nullptr) {
    for (const wire::Member* member : *presence.joined()) {
      const auto user = decode_text(member->user());
      const auto name = decode_text(member->name());
      if (!user || !name) {
        ++context_.counters.malformed;
      } else {
        events_.member(request->room->name, *user, name->empty() ? *user : *name, request->id);
      }
    }
  }
  if (!presence.last()) return;
  end(*request, nullptr);
  open_.erase(open_.begin() + (request - open_.data()));
}

void Requests::on_refused(uint32_t id, const RefusalView& refusal) {
  const auto request = std::find_if(open_.begin(), open_.end(), [&](const Request& each) { return each.id == id; });
  if (request == open_.end()) {
    ++context_.counters.unexpected;
    return;
  }
  if (refusal.retry.count() > 0) {
    request->sent = false;
    request->not_before = context_.now.mono + refusal.retry;
    context_.wake(request->not_before);
    return;
  }
  end(*request, &refusal.error);
  open_.erase(request);
}

}  // namespace parley::client
