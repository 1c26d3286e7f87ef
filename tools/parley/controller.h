// SPDX-License-Identifier: Apache-2.0
// What the user does: keys edit the input line, move through rooms and lines, choose messages, and Enter says or commands. It asks the
// Backend, and writes what comes of it into the ChatModel. Knows no terminal. Main thread.
//
// controller.cpp: keys, saying, rooms. controller_select.cpp: a chosen message and its keys. controller_entries.cpp: what is done about
// messages and pages of history.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tools/parley/backend.h"
#include "tools/parley/chat_model.h"
#include "tools/parley/command.h"
#include "tools/parley/completion.h"
#include "tools/parley/input_line.h"
#include "tools/parley/key.h"

namespace parley::terminal {

// How much of the screen the lines of a room have.
struct Pane {
  int height = 20;
  Layout layout;
};

class Controller {
 public:
  Controller(ChatModel& model, Backend& backend) : model_(model), backend_(backend) {}

  void press(const Key& key, const Pane& pane, Now now);
  // After events: takes unread counts over, marks the open room as read as far as it is shown, and goes where a page was asked for.
  void settle(const Pane& pane);
  // Asks for older lines of the open room, unless that is under way or there are none.
  void want_older(Now now);
  // Asks for entries that a jump left out, from `from` on.
  void want_missing(uint64_t from, Now now);
  // Goes to a room, and joins it if this hasn't been done.
  void open_room(const std::string& name, Now now);
  // Joins a direct room that has messages for this user, without going there.
  void accept(const std::string& room, Now now);

  const InputLine& input() const { return input_; }
  bool quitting() const { return quitting_; }
  // What the keys do now, for the status line; empty: nothing special.
  std::string hint() const;

 private:
  // What Enter does with the input line.
  struct Intent {
    enum class Kind { kSay, kReply, kEdit, kReact, kConfirmDelete };
    Kind kind = Kind::kSay;
    uint64_t target = 0;
    std::string room = {};
    std::string draft = {};  // what was being typed before
  };

  bool edit(const Key& key);
  void insert(std::string_view text, Now now);
  void tell_typing();
  bool move(const Key& key, const Pane& pane, Now now);
  void up(const Pane& pane, Now now);
  void submit(Now now);
  void obey(const Command& command, Now now);
  void obey_about_messages(const Command& command, Now now);
  void say(const std::string& room, const Outgoing& message, Now now);
  void leave(const std::string& name, Now now);
  void direct(const Command& command, Now now);
  void who(Now now);
  void search(const std::string& words, Now now);
  void explain(const Error& error, Now now) { model_.notice(error.text, now); }

  bool press_selected(const Key& key, const Pane& pane, Now now);
  bool confirm(const Key& key, Now now);
  void choose(const Line& line, char what, Now now);
  void select(int step, const Pane& pane, Now now);
  void begin(Intent::Kind kind, const Line& line, std::string text);
  void drop_intent();
  const Line* selected() const;
  bool submit_intent(Now now);

  // The message that a command is about: by its number, or the newest (own) one; else a notice says why not.
  std::optional<Line> message(uint64_t number, bool own, Now now);
  void act(const Deed& deed, Now now);
  void react(const Line& line, const std::string& word, Now now);
  void take_back(const Command& command, Now now);
  void substitute(const Command& command, Now now);
  void topic(const std::string& text, Now now);
  void list_pins(Now now);
  void go_to(uint64_t number, Now now);
  void go_to_date(const std::string& text, Now now);
  void ask_page(Room& room, const PageWish& wish, PageAsked::Kind kind, Now now);

  ChatModel& model_;
  Backend& backend_;
  InputLine input_;
  Completion completion_;
  Intent intent_;
  bool in_front_ = true;  // the terminal's window, where it says so
  bool quitting_ = false;
  int utc_offset_s_ = 0;  // as the screen was drawn last; for dates that are typed
};

}  // namespace parley::terminal
