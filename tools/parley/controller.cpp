// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/controller.h"

#include <algorithm>

#include "core/base/direct_room.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "tools/parley/mentions.h"

namespace parley::terminal {
namespace {
constexpr uint32_t kFoundLines = 20;
constexpr int kWheelRows = 3;
}  // namespace

void Controller::press(const Key& key, const Pane& pane, Now now) {
  utc_offset_s_ = pane.layout.utc_offset_s;
  if (confirm(key, now) || press_selected(key, pane, now) || edit(key) || move(key, pane, now)) return;
  switch (key.kind) {
    case Key::Kind::kUp:
      return up(pane, now);
    case Key::Kind::kSelectUp:
      return select(-1, pane, now);
    case Key::Kind::kSelectDown:
      return select(1, pane, now);
    case Key::Kind::kEscape:
      return drop_intent();
    case Key::Kind::kFocus:
    case Key::Kind::kBlur:
      in_front_ = key.kind == Key::Kind::kFocus;
      return;
    case Key::Kind::kTab:
      return completion_.next(input_, model_.active() != nullptr ? model_.active()->members : Members{});
    case Key::Kind::kText:
      return insert(key.text, now);
    case Key::Kind::kNewline:
      return insert("\n", now);
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

void Controller::insert(std::string_view text, Now now) {
  if (!input_.insert(text))
    return model_.notice("that doesn't fit: a message has at most " + std::to_string(kMaxMessageBytes) + " bytes of UTF-8", now);
  tell_typing();
}

// A command is nobody's business, nor is what changes an old message.
void Controller::tell_typing() {
  const Room* room = model_.active();
  const bool message = intent_.kind == Intent::Kind::kSay || intent_.kind == Intent::Kind::kReply;
  const std::string_view text = input_.text();
  if (room == nullptr || !room->joined || !message) return;
  if (!text.starts_with('/') || text.starts_with("/me ")) backend_.typing(room->name);
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
    case Key::Kind::kOlderInput:
      input_.older();
      return true;
    case Key::Kind::kNewerInput:
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
    drop_intent();
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

// On an empty line it chooses a message; a line that has text keeps its history.
void Controller::up(const Pane& pane, Now now) {
  if (input_.text().empty() && intent_.kind == Intent::Kind::kSay) return select(-1, pane, now);
  input_.older();
}

void Controller::open_room(const std::string& name, Now now) {
  if (const auto valid = validate_name(name, "room name"); !valid) return explain(valid.error(), now);
  const auto& rooms = model_.rooms();
  const bool known = std::any_of(rooms.begin(), rooms.end(), [&](const auto& each) { return each->name == name; });
  if (!known || !model_.room(name).joined) {
    if (const auto asked = backend_.join(name, kDefaultJoinEntries); !asked) return explain(asked.error(), now);
  }
  if (model_.active() == nullptr || model_.active()->name != name) drop_intent();
  model_.activate(model_.room(name));
}

void Controller::accept(const std::string& room, Now now) {
  if (const auto asked = backend_.join(room, kDefaultJoinEntries); !asked) explain(asked.error(), now);
}

void Controller::submit(Now now) {
  if (!submit_intent(now)) {
    const auto command = parse_command(input_.text());
    input_.take();
    if (!command) return explain(command.error(), now);
    obey(*command, now);
  }
  if (Room* room = model_.active(); room != nullptr && room->jump_to == 0) room->view.to_end();
}

void Controller::obey(const Command& command, Now now) {
  using Kind = Command::Kind;
  const std::string room = model_.active() != nullptr ? model_.active()->name : "";
  switch (command.kind) {
    case Kind::kNothing:
      return;
    case Kind::kSay:
      return say(room, {.text = command.text}, now);
    case Kind::kEmote:
      return say(room, {.text = command.text, .emote = true}, now);
    case Kind::kJoin:
      return open_room(command.target, now);
    case Kind::kLeave:
      return leave(command.target, now);
    case Kind::kDirect:
      return direct(command, now);
    case Kind::kSearch:
      return search(command.text, now);
    case Kind::kHelp:
      return model_.notice(std::string(command_help()), now);
    case Kind::kQuit:
      quitting_ = true;
      return;
    default:
      break;
  }
  if (model_.active() == nullptr) return model_.notice("you are in no room: /join ROOM first", now);
  command.kind == Kind::kWho ? who(now) : obey_about_messages(command, now);
}

void Controller::say(const std::string& name, const Outgoing& wished, Now now) {
  if (name.empty()) return model_.notice("you are in no room: /join ROOM first", now);
  Room& room = model_.room(name);
  Outgoing message = wished;
  message.mentions = mentioned_in(message.text, room.members);
  const Line* target = room.log.find(message.reply_to);
  const bool more = message.mentions.size() < kMaxMentions;
  if (target != nullptr && !target->own && !target->user.empty() && more &&
      std::find(message.mentions.begin(), message.mentions.end(), target->user) == message.mentions.end())
    message.mentions.push_back(target->user);  // he wants to know of the answer
  const auto number = backend_.send(name, message);
  if (!number) {
    input_.set((message.emote ? "/me " : "") + std::string(message.text));  // so that it can be mended
    return explain(number.error(), now);
  }
  Line line;
  line.kind = message.emote ? Line::Kind::kEmote : Line::Kind::kMessage;
  line.number = *number;
  line.wall_us = now.wall.time_since_epoch().count();
  line.user = model_.user();
  line.name = model_.name();
  line.text = harmless(message.text);
  line.own = true;
  line.reply_to = message.reply_to;
  room.first_new = 0;
  room.log.add_pending(std::move(line));
}

void Controller::leave(const std::string& name, Now now) {
  const Room* active = model_.active();
  const std::string target = name.empty() && active != nullptr ? active->name : name;
  if (target.empty()) return model_.notice("you are in no room", now);
  if (const auto left = backend_.leave(target); !left) return explain(left.error(), now);
  if (active != nullptr && active->name == target) drop_intent();
  model_.remove(target);
}

void Controller::direct(const Command& command, Now now) {
  if (model_.user().empty()) return model_.notice("not online yet, so your own name isn't known: try again when online", now);
  const auto room = direct_room(model_.user(), command.target);
  if (!room) return explain(room.error(), now);
  open_room(*room, now);
  Room* active = model_.active();
  if (command.text.empty() || active == nullptr || active->name != *room) return;
  say(active->name, {.text = command.text}, now);
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
  std::string text = std::to_string(room->members.size()) + " here:";
  for (const auto& [user, name] : room->members) text += " " + name + (name == harmless(user) ? "" : " (" + harmless(user) + ")") + ",";
  if (text.back() == ',') text.pop_back();
  model_.notice(std::move(text), now);
}

}  // namespace parley::terminal
