// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/controller.h"

#include <algorithm>

#include "core/base/direct_room.h"
#include "core/base/limits.h"
#include "core/base/text.h"

namespace parley::terminal {
namespace {
constexpr uint32_t kPageLines = 100;
constexpr uint32_t kFoundLines = 20;
constexpr int kWheelRows = 3;
}  // namespace

void Controller::press(const Key& key, const Pane& pane, Now now) {
  if (edit(key) || move(key, pane, now)) return;
  switch (key.kind) {
    case Key::Kind::kText:
    case Key::Kind::kNewline:
      if (!input_.insert(key.kind == Key::Kind::kNewline ? "\n" : key.text))
        model_.notice("that doesn't fit: a message has at most " + std::to_string(kMaxMessageBytes) + " bytes of UTF-8", now);
      return;
    case Key::Kind::kEnter:
      return submit(now);
    case Key::Kind::kHelp:
      return model_.notice(std::string(command_help()), now);
    case Key::Kind::kQuit:
      quitting_ = true;
      return;
    default:
      return;
  }
}

bool Controller::edit(const Key& key) {
  switch (key.kind) {
    case Key::Kind::kLeft:
      input_.move_left();
      return true;
    case Key::Kind::kRight:
      input_.move_right();
      return true;
    case Key::Kind::kWordLeft:
      input_.move_word_left();
      return true;
    case Key::Kind::kWordRight:
      input_.move_word_right();
      return true;
    case Key::Kind::kHome:
      input_.move_home();
      return true;
    case Key::Kind::kUp:
      input_.older();
      return true;
    case Key::Kind::kDown:
      input_.newer();
      return true;
    case Key::Kind::kBackspace:
      input_.erase_before();
      return true;
    case Key::Kind::kDelete:
      input_.erase_after();
      return true;
    case Key::Kind::kDeleteWord:
      input_.erase_word_before();
      return true;
    case Key::Kind::kDeleteToStart:
      input_.erase_to_start();
      return true;
    case Key::Kind::kDeleteToEnd:
      input_.erase_to_end();
      return true;
    default:
      return false;
  }
}

bool Controller::move(const Key& key, const Pane& pane, Now now) {
  if (key.kind == Key::Kind::kNextRoom || key.kind == Key::Kind::kPreviousRoom) {
    model_.cycle(key.kind == Key::Kind::kNextRoom ? 1 : -1);
    return true;
  }
  Room* room = model_.active();
  const int page = std::max(1, pane.height - 1);
  switch (key.kind) {
    case Key::Kind::kPageUp:
    case Key::Kind::kWheelUp:
      if (room != nullptr &&
          room->view.scroll_up(room->log.lines(), key.kind == Key::Kind::kPageUp ? page : kWheelRows, pane.height, pane.layout))
        want_older(now);
      return true;
    case Key::Kind::kPageDown:
    case Key::Kind::kWheelDown:
      if (room != nullptr) room->view.scroll_down(room->log.lines(), key.kind == Key::Kind::kPageDown ? page : kWheelRows, pane.layout);
      return true;
    case Key::Kind::kEnd:
      input_.move_end();
      if (room != nullptr) room->view.to_end();
      return true;
    default:
      return false;
  }
}

void Controller::want_older(Now now) {
  Room* room = model_.active();
  if (room == nullptr || !room->joined || !room->has_older || room->page_request != 0) return;
  if (room->log.oldest() == 1) {
    room->has_older = false;
    return;
  }
  const auto request = backend_.page_before(room->name, room->log.oldest(), kPageLines);
  if (request) {
    room->page_request = *request;
  } else {
    room->has_older = false;
    explain(request.error(), now);
  }
}

void Controller::open_room(const std::string& name, Now now) {
  if (const auto valid = validate_name(name, "room name"); !valid) return explain(valid.error(), now);
  const auto& rooms = model_.rooms();
  const bool known = std::any_of(rooms.begin(), rooms.end(), [&](const auto& each) { return each->name == name; });
  if (!known || !model_.room(name).joined) {
    if (const auto asked = backend_.join(name, kDefaultJoinEntries); !asked) return explain(asked.error(), now);
  }
  model_.activate(model_.room(name));
}

void Controller::accept(const std::string& room, Now now) {
  if (const auto asked = backend_.join(room, kDefaultJoinEntries); !asked) explain(asked.error(), now);
}

void Controller::submit(Now now) {
  const auto command = parse_command(input_.text());
  input_.take();
  if (!command) return explain(command.error(), now);
  obey(*command, now);
  if (Room* room = model_.active()) room->view.to_end();
}

void Controller::obey(const Command& command, Now now) {
  using Kind = Command::Kind;
  switch (command.kind) {
    case Kind::kNothing:
      return;
    case Kind::kSay:
      return say(model_.active(), command.text, false, now);
    case Kind::kEmote:
      return say(model_.active(), command.text, true, now);
    case Kind::kJoin:
      return open_room(command.target, now);
    case Kind::kLeave:
      return leave(command.target, now);
    case Kind::kDirect:
      return direct(command, now);
    case Kind::kWho:
      return who(now);
    case Kind::kSearch:
      return search(command.text, now);
    case Kind::kHelp:
      return model_.notice(std::string(command_help()), now);
    case Kind::kQuit:
      quitting_ = true;
      return;
  }
}

void Controller::say(Room* room, const std::string& text, bool emote, Now now) {
  if (room == nullptr) return model_.notice("you are in no room: /join ROOM first", now);
  const auto number = backend_.send(room->name, text, emote);
  if (!number) {
    input_.set(emote ? "/me " + text : text);  // so that it can be mended
    return explain(number.error(), now);
  }
  Line line;
  line.kind = emote ? Line::Kind::kEmote : Line::Kind::kMessage;
  line.number = *number;
  line.wall_us = now.wall.time_since_epoch().count();
  line.user = model_.user();
  line.name = model_.name();
  line.text = harmless(text);
  room->log.add_pending(std::move(line));
}

void Controller::leave(const std::string& name, Now now) {
  const Room* active = model_.active();
  const std::string target = name.empty() && active != nullptr ? active->name : name;
  if (target.empty()) return model_.notice("you are in no room", now);
  if (const auto left = backend_.leave(target); !left) return explain(left.error(), now);
  model_.remove(target);
}

void Controller::direct(const Command& command, Now now) {
  if (model_.user().empty()) return model_.notice("not online yet, so your own name isn't known: try again when online", now);
  const auto room = direct_room(model_.user(), command.target);
  if (!room) return explain(room.error(), now);
  open_room(*room, now);
  Room* active = model_.active();
  if (command.text.empty() || active == nullptr || active->name != *room) return;
  say(active, command.text, false, now);
}

// With words a new search; without, older results of the last one.
void Controller::search(const std::string& words, Now now) {
  Room* room = model_.active();
  if (room == nullptr) return model_.notice("you are in no room: /join ROOM first", now);
  RoomSearch& last = room->search;
  if (words.empty() && last.words.empty()) return model_.notice("it is written /search WORDS", now);
  if (words.empty() && last.rest == 0) return model_.notice("that was all there is: /search WORDS starts anew", now);
  const std::string& wanted = words.empty() ? last.words : words;
  const auto request = backend_.search(room->name, wanted, words.empty() ? last.rest : 0, kFoundLines);
  if (!request) return explain(request.error(), now);
  last = {wanted, *request, 0, {}};
}

void Controller::who(Now now) {
  const Room* room = model_.active();
  if (room == nullptr) return model_.notice("you are in no room: /join ROOM first", now);
  std::string text = std::to_string(room->members.size()) + " here:";
  for (const auto& [user, name] : room->members) text += " " + name + (name == harmless(user) ? "" : " (" + harmless(user) + ")") + ",";
  if (text.back() == ',') text.pop_back();
  model_.notice(std::move(text), now);
}

}  // namespace parley::terminal
