// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/chat_model.h"

#include <algorithm>
#include <utility>

#include "core/base/direct_room.h"
#include "core/base/text.h"
#include "tools/parley/message_text.h"

namespace parley::terminal {
namespace {

int64_t wall_us(Now now) { return now.wall.time_since_epoch().count(); }

}  // namespace

std::string harmless(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\t') {
      out += "    ";
    } else {
      out += c;
    }
  }
  return printable(out, /*keep_newlines=*/true);
}

void ChatModel::apply(const parley_event& event, uint64_t own_producer, Now now) {
  switch (event.type) {
    case PARLEY_EVENT_ONLINE:
      status_ = {Status::Kind::kOnline, "", kNever};
      user_ = event.user;
      name_ = shown_name(event);
      return;
    case PARLEY_EVENT_OFFLINE:
      return on_offline(event, Status::Kind::kOffline, now);
    case PARLEY_EVENT_REFUSED:
      return on_offline(event, Status::Kind::kRefused, now);
    case PARLEY_EVENT_JOINED:
      room(event.room).joined = true;
      return;
    case PARLEY_EVENT_LEFT:
      return on_left(event, now);
    case PARLEY_EVENT_MESSAGE:
    case PARLEY_EVENT_EDITED:
    case PARLEY_EVENT_DELETED:
    case PARLEY_EVENT_REACTION:
    case PARLEY_EVENT_PINNED:
    case PARLEY_EVENT_TOPIC:
    case PARLEY_EVENT_CUSTOM:
    case PARLEY_EVENT_SYSTEM:
      return on_entry(event, own_producer);
    case PARLEY_EVENT_REACTIONS:
      if (Room* found = find(event.room))
        found->log.count(event.target, {harmless(event.text), event.count, event.mine != 0}, event.sequence);
      return;
    case PARLEY_EVENT_READ:
      return on_read(event);
    case PARLEY_EVENT_ROOM_INFO:
      return on_room_info(event);
    case PARLEY_EVENT_ORDERED:
      if (Room* found = find(event.room)) found->log.mark_ordered(event.number, event.sequence);
      return;
    case PARLEY_EVENT_DURABLE:
      for (const auto& each : rooms_) each->log.mark_durable(event.number);
      return;
    case PARLEY_EVENT_SEND_FAILED:
      return on_send_failed(event, now);
    case PARLEY_EVENT_MEMBER_JOINED:
    case PARLEY_EVENT_MEMBER_LEFT:
      return on_member(event);
    case PARLEY_EVENT_MEMBER:
    case PARLEY_EVENT_MEMBERS_END:
      return;  // the members are kept by joins and leaves, so nobody here asks
    case PARLEY_EVENT_PAGE_END:
      return on_page_end(event, now);
    case PARLEY_EVENT_ROLLBACK:
      return on_rollback(event);
    case PARLEY_EVENT_INVITED:
      return on_invited(event, now);
    case PARLEY_EVENT_BEHIND:
      room(event.room).log.add_notice("your connection is slow for this room; what is left out comes in a moment", wall_us(now));
      return;
    case PARLEY_EVENT_TYPING:
      return on_typing(event);
    case PARLEY_EVENT_TALK:
    case PARLEY_EVENT_MAP_PING:
      return;  // for programs that show them
    case PARLEY_EVENT_GAP:
      room(event.room).log.add_notice(gap_words(event), wall_us(now));
      return;
    case PARLEY_EVENT_ERASED:
      if (Room* found = find(event.room)) found->log.erase(event.user, event.sequence);
      return;
  }
}

Room* ChatModel::find(std::string_view name) {
  const auto found = std::find_if(rooms_.begin(), rooms_.end(), [name](const auto& each) { return each->name == name; });
  return found == rooms_.end() ? nullptr : found->get();
}

Room& ChatModel::room(std::string_view name) {
  if (Room* found = find(name)) return *found;
  rooms_.push_back(std::make_unique<Room>());
  rooms_.back()->name = name;
  if (active_ == nullptr) activate(*rooms_.back());
  return *rooms_.back();
}

void ChatModel::remove(std::string_view name) {
  const auto found = std::find_if(rooms_.begin(), rooms_.end(), [name](const auto& each) { return each->name == name; });
  if (found == rooms_.end()) return;
  const bool was_active = found->get() == active_;
  const auto next = rooms_.erase(found);
  if (!was_active) return;
  active_ = nullptr;
  if (!rooms_.empty()) activate(next == rooms_.end() ? *rooms_.back() : **next);
}

void ChatModel::activate(Room& room) {
  if (active_ != nullptr && active_ != &room) active_->first_new = active_->selected = 0;
  if (active_ != &room && room.unread > 0) set_first_new(room, room.read);
  active_ = &room;
  for (std::string& text : early_notices_) room.log.add_notice(std::move(text), 0);
  early_notices_.clear();
}

void ChatModel::cycle(int step) {
  const auto at = std::find_if(rooms_.begin(), rooms_.end(), [this](const auto& each) { return each.get() == active_; });
  if (at == rooms_.end()) return;
  const auto count = static_cast<int>(rooms_.size());
  const int next = (static_cast<int>(at - rooms_.begin()) + step + count) % count;
  activate(*rooms_[static_cast<size_t>(next)]);
}

void ChatModel::notice(std::string text, Now now) {
  if (active_ == nullptr) {
    early_notices_.push_back(std::move(text));
    return;
  }
  active_->log.add_notice(std::move(text), wall_us(now));
}

void ChatModel::on_offline(const parley_event& event, Status::Kind kind, Now now) {
  const MonoTime retry = kind == Status::Kind::kRefused ? kNever : now.mono + Millis(event.retry_ms);
  status_ = {kind, harmless(event.text), retry};
  for (const auto& each : rooms_) {
    each->joined = false;
    each->typing.clear();
  }
}

void ChatModel::on_left(const parley_event& event, Now now) {
  if (event.code == PARLEY_OK) return remove(event.room);
  if (Room* found = find(event.room)) {
    found->joined = false;
    found->members.clear();
    found->typing.clear();
    found->log.add_notice("you aren't in " + harmless(event.room) + ": " + harmless(event.text), wall_us(now));
  }
}

// The chat joins it, and learns then how much is unread in it.
void ChatModel::on_invited(const parley_event& event, Now now) {
  const Room& invited = room(event.room);
  if (event.history == 0 && &invited != active_) notice(harmless(event.user) + " wrote to you: Ctrl-N goes there", now);
}

void ChatModel::on_member(const parley_event& event) {
  Room* found = find(event.room);
  if (found == nullptr) return;
  if (event.type == PARLEY_EVENT_MEMBER_JOINED) {
    found->members[event.user] = shown_name(event);
  } else {
    found->members.erase(event.user);
    found->typing.erase(event.user);
  }
}

// The library begins and ends it (parley.h). The user's own other sessions aren't news.
void ChatModel::on_typing(const parley_event& event) {
  Room* found = find(event.room);
  if (found == nullptr || event.user == user_) return;
  if (event.on != 0) {
    found->typing[event.user] = shown_name(event);
  } else {
    found->typing.erase(event.user);
  }
}

void ChatModel::on_page_end(const parley_event& event, Now now) {
  Room* found = find(event.room);
  if (found == nullptr) return;
  if (event.request == found->search.request && event.request != 0) return on_search_end(*found, event, now);
  if (found->page.request != event.request) return;
  const PageAsked page = std::exchange(found->page, {});
  if (event.code != PARLEY_OK) {
    found->log.add_notice("older messages can't be read: " + harmless(event.text), wall_us(now));
    if (page.kind == PageAsked::Kind::kOlder)
      found->has_older = event.code == PARLEY_E_TIMEOUT || event.code == PARLEY_E_BUSY || event.code == PARLEY_E_RATE_LIMITED;
    return;
  }
  // Numbers are dense, so a page of which nothing is to be seen (edits that later ones replaced) still covers its limit.
  if (page.kind == PageAsked::Kind::kOlder) {
    const uint64_t low = page.low != 0 ? page.low : page.from > page.limit ? page.from - page.limit : 1;
    found->loaded.cover(low, std::max(page.from, page.high + 1) - 1);
    found->has_older = event.more != 0;
    if (event.gap_to != 0 && !found->has_older) found->log.add_notice(gap_words(event), wall_us(now));
  } else if (page.kind == PageAsked::Kind::kHole) {
    found->loaded.cover(page.from, page.high != 0 ? page.high : page.from + page.limit - 1);
  } else {
    found->loaded.cover(page.low, page.high);
    found->jump_to = page.from != 0 ? page.from : page.low;
    if (found->jump_to == 0) found->log.add_notice("nothing was said then or later", wall_us(now));
  }
  found->log.set_missing(0, 0);
  for (const Hole& hole : found->loaded.holes()) found->log.set_missing(hole.from, hole.to);
}

void ChatModel::on_search_end(Room& room, const parley_event& event, Now now) {
  RoomSearch& search = room.search;
  search.request = 0;
  if (event.code != PARLEY_OK) return room.log.add_notice("the search failed: " + harmless(event.text), wall_us(now));
  search.rest = event.more != 0 ? event.sequence : 0;
  std::string text = std::exchange(search.found, {});
  if (text.empty()) text = search.rest != 0 ? "nothing found so far\n" : "nothing found\n";
  text += search.rest != 0 ? "/search looks further back for " : "that was all for ";
  text += harmless(search.words);
  if (*event.text != '\0') text += "\n" + harmless(event.text);
  room.log.add_notice(std::move(text), wall_us(now));
}

void ChatModel::on_send_failed(const parley_event& event, Now now) {
  Room* found = find(event.room);
  if (found == nullptr) return notice("a message to " + harmless(event.room) + " failed: " + harmless(event.text), now);
  if (!found->log.mark_failed(event.number, harmless(event.text)))  // an edit, a reaction, ...
    found->log.add_notice("not done: " + harmless(event.text), wall_us(now));
}

void ChatModel::on_rollback(const parley_event& event) {
  Room* found = find(event.room);
  if (found == nullptr) return;
  found->log.roll_back(event.sequence);
  found->loaded.roll_back(event.sequence);
  found->newest = std::min(found->newest, event.sequence);
}

Layout ChatModel::layout(const Room& room, int width, int utc_offset_s) const {
  Layout out{width, utc_offset_s};
  out.first_new = room.first_new;
  out.selected = room.selected;
  out.number_width = room.numbers ? static_cast<int>(std::to_string(room.newest).size()) + 2 : 0;
  if (room.peer_read == 0) return out;
  const auto& lines = room.log.lines();
  const auto seen = std::find_if(lines.rbegin(), lines.rend(),
                                 [&](const Line& line) { return line.own && is_message(line) && line.sequence <= room.peer_read; });
  if (seen != lines.rend()) out.seen = seen->id;
  return out;
}

std::string ChatModel::shown_room(std::string_view name) const {
  const auto pair = direct_pair(name);
  return harmless(pair && pair->has(user_) ? "@" + pair->other_than(user_) : std::string(name));
}

}  // namespace parley::terminal
