// SPDX-License-Identifier: Apache-2.0
// Everything the terminal client shows, without a terminal: rooms with their lines, members and unread counts, which one is open, and
// whether the server is there. It changes by events of the library (apply) and by what the user does (controller.h). Time comes in from
// outside. Main thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "net/client/parley.h"
#include "tools/parley/room_log.h"
#include "tools/parley/viewport.h"

namespace parley::terminal {

// What foreign text becomes before anything here keeps it: no escapes, no overrides; tabs are four spaces, newlines stay.
std::string harmless(std::string_view text);

// The last search in a room.
struct RoomSearch {
  std::string words;
  uint32_t request = 0;  // on its way; 0 = answered
  uint64_t rest = 0;     // where to search on; 0 = that was all
  std::string found;     // the answer so far, a line for each message
};

struct Room {
  std::string name;
  RoomLog log;
  Viewport view;
  std::map<std::string, std::string> members;  // user → name to show
  uint64_t unread = 0;
  bool joined = false;
  uint32_t page_request = 0;  // the page that is on its way; 0 = none
  RoomSearch search;
  bool has_older = true;  // false once a page said that there is nothing before
};

struct Status {
  enum class Kind { kConnecting, kOnline, kOffline, kRefused };
  Kind kind = Kind::kConnecting;
  std::string why;
  MonoTime retry_at = kNever;
};

class ChatModel {
 public:
  void apply(const parley_event& event, uint64_t own_producer, Now now);

  // The room of that name, made if it isn't there. References stay valid until it is removed.
  Room& room(std::string_view name);
  void remove(std::string_view name);
  const std::vector<std::unique_ptr<Room>>& rooms() const { return rooms_; }
  Room* active() { return active_; }
  const Room* active() const { return active_; }
  void activate(Room& room);
  // +1 next, -1 previous, around.
  void cycle(int step);
  // A line of the program itself, in the open room (or kept for the first one).
  void notice(std::string text, Now now);

  const Status& status() const { return status_; }
  const std::string& user() const { return user_; }
  const std::string& name() const { return name_; }

 private:
  Room* find(std::string_view name);
  void on_offline(const parley_event& event, Status::Kind kind, Now now);
  void on_left(const parley_event& event, Now now);
  void on_message(const parley_event& event, uint64_t own_producer);
  void on_invited(const parley_event& event, Now now);
  void on_member(const parley_event& event);
  void on_page_end(const parley_event& event, Now now);
  void on_search_end(Room& room, const parley_event& event, Now now);
  void on_send_failed(const parley_event& event, Now now);

  std::vector<std::unique_ptr<Room>> rooms_;  // in the order of joining
  Room* active_ = nullptr;
  Status status_;
  std::string user_, name_;
  std::vector<std::string> early_notices_;
};

}  // namespace parley::terminal
