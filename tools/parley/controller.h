// SPDX-License-Identifier: Apache-2.0
// What the user does: keys edit the input line, move through rooms and lines, and Enter says or commands. It asks the Backend, and writes
// what comes of it into the ChatModel. Knows no terminal. Main thread.
#pragma once

#include <string>

#include "tools/parley/backend.h"
#include "tools/parley/chat_model.h"
#include "tools/parley/command.h"
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
  // Asks for older lines of the open room, unless that is under way or there are none.
  void want_older(Now now);
  // Goes to a room, and joins it if this hasn't been done.
  void open_room(const std::string& name, Now now);
  // Joins a direct room that has messages for this user, without going there.
  void accept(const std::string& room, Now now);

  const InputLine& input() const { return input_; }
  bool quitting() const { return quitting_; }

 private:
  bool edit(const Key& key);
  bool move(const Key& key, const Pane& pane, Now now);
  void submit(Now now);
  void obey(const Command& command, Now now);
  void say(Room* room, const std::string& text, bool emote, Now now);
  void leave(const std::string& name, Now now);
  void direct(const Command& command, Now now);
  void who(Now now);
  void search(const std::string& words, Now now);
  void explain(const Error& error, Now now) { model_.notice(error.text, now); }

  ChatModel& model_;
  Backend& backend_;
  InputLine input_;
  bool quitting_ = false;
};

}  // namespace parley::terminal
