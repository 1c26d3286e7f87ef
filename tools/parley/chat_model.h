// SPDX-License-Identifier: Apache-2.0
// Everything the terminal client shows, without a terminal: rooms with their lines, members and unread counts, which one is open, and
// whether the server is there. It changes by events of the library (apply) and by what the user does (controller.h). Time comes in from
// outside. Main thread.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "net/client/parley.h"
#include "tools/parley/loaded.h"
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

// A page that is on its way.
struct PageAsked {
  enum class Kind { kOlder, kJump, kHole };
  uint32_t request = 0;  // 0 = none
  Kind kind = Kind::kOlder;
  uint64_t from = 0;  // older: ends before it; hole: starts at it; jump: where to, 0 = to its first message
  uint64_t limit = 0;
  uint64_t low = 0, high = 0;  // numbers that it brought
};

struct Room {
  std::string name;
  RoomLog log;
  Viewport view;
  std::map<std::string, std::string> members;  // user → name to show
  std::map<std::string, std::string> typing;   // of the others: likewise
  bool joined = false;
  PageAsked page;
  bool has_older = true;  // false once a page said that there is nothing before
  Loaded loaded;

  uint64_t read = 0, unread = 0, mentions = 0;
  bool read_known = false;  // the server said how far it is read
  uint64_t newest = 0;      // number of the newest entry, line or not
  uint64_t peer_read = 0;   // direct rooms: how far the other one has read
  uint64_t first_new = 0;   // id of the line above which "new" stands
  uint64_t selected = 0;    // id of the line that the keys are about
  uint64_t jump_to = 0;     // a line to be shown, once it is there
  bool numbers = false;
  std::string topic;
  std::set<uint64_t> pins;
  RoomSearch search;
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
  // How the rows of a room look; the rest of the layout is the screen's.
  Layout layout(const Room& room, int width, int utc_offset_s) const;
  // "@ben" for a direct room with him.
  std::string shown_room(std::string_view name) const;

  const Status& status() const { return status_; }
  const std::string& user() const { return user_; }
  const std::string& name() const { return name_; }

 private:
  Room* find(std::string_view name);
  void on_offline(const parley_event& event, Status::Kind kind, Now now);
  void on_left(const parley_event& event, Now now);
  void on_invited(const parley_event& event, Now now);
  void on_member(const parley_event& event);
  void on_typing(const parley_event& event);
  void on_page_end(const parley_event& event, Now now);
  void on_search_end(Room& room, const parley_event& event, Now now);
  void on_send_failed(const parley_event& event, Now now);
  void on_rollback(const parley_event& event);
  // chat_model_entries.cpp: what is said in a room.
  void on_entry(const parley_event& event, uint64_t own_producer);
  Line line_of(const parley_event& event, uint64_t own_producer) const;
  void on_change(Room& room, const parley_event& event);
  void on_pin(Room& room, const parley_event& event);
  void on_room_info(const parley_event& event);
  void on_read(const parley_event& event);

  std::vector<std::unique_ptr<Room>> rooms_;  // in the order of joining
  Room* active_ = nullptr;
  Status status_;
  std::string user_, name_;
  std::vector<std::string> early_notices_;
};

// The name that people see of who did it.
std::string shown_name(const parley_event& event);
// Above the first message of others after `read`, or nowhere.
void set_first_new(Room& room, uint64_t read);

}  // namespace parley::terminal
