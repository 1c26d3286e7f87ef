// SPDX-License-Identifier: Apache-2.0
// What is done about messages (edit, delete, react, pin), the room (topic, read marks), and pages of its history.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>

#include "core/base/limits.h"
#include "tools/parley/controller.h"
#include "tools/parley/emoji_names.h"

namespace parley::terminal {
namespace {

constexpr uint32_t kPageLines = 100;

std::string quoted(const Line& line) {
  std::string text = line.text;
  std::replace(text.begin(), text.end(), '\n', ' ');
  return "#" + std::to_string(line.sequence) + " " + line.name + ": " + text;
}

// "2026-11-23" or "2026-11-23 17:30" of local time.
std::optional<int64_t> wall_us_of(const std::string& text, int utc_offset_s) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, end = 0;
  const int read = std::sscanf(text.c_str(), "%4d-%2d-%2d%n %2d:%2d%n", &year, &month, &day, &end, &hour, &minute, &end);
  if ((read != 3 && read != 5) || static_cast<size_t>(end) != text.size()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
  const WallTime time = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) - Seconds(utc_offset_s);
  return time.time_since_epoch().count();
}

}  // namespace

void Controller::settle(const Pane& pane) {
  for (const auto& room : model_.rooms()) {
    if (const auto unread = backend_.unread(room->name)) {
      room->read = unread->read;
      room->unread = unread->unread;
      room->mentions = unread->mentions;
    }
  }
  Room* room = model_.active();
  if (room == nullptr) return;
  if (room->jump_to != 0 && room->page.kind != PageAsked::Kind::kJump) {
    const auto& lines = room->log.lines();
    const auto line =
        std::find_if(lines.begin(), lines.end(), [room](const Line& l) { return is_message(l) && l.sequence >= room->jump_to; });
    room->jump_to = 0;
    if (line != lines.end()) {
      room->selected = line->id;
      room->view.show(lines, line->id, pane.height, pane.layout);
    }
  }
  const bool shown = in_front_ && pane.height > 0 && room->view.follows() && room->read_known && room->joined;
  if (!shown || room->newest <= room->read) return;
  if (backend_.mark_read(room->name, room->newest)) room->unread = room->mentions = 0;
}

void Controller::obey_about_messages(const Command& command, Now now) {
  using Kind = Command::Kind;
  Room& room = *model_.active();
  switch (command.kind) {
    case Kind::kReply:
      return say(room.name, {.text = command.text, .reply_to = command.number}, now);
    case Kind::kEdit:
      if (const auto line = message(command.number, true, now))
        act({.kind = Deed::Kind::kEdit, .target = line->sequence, .text = command.text}, now);
      return;
    case Kind::kSubstitute:
      return substitute(command, now);
    case Kind::kPins:
      return list_pins(now);
    case Kind::kTopic:
      return topic(command.text, now);
    case Kind::kRead:
      room.first_new = 0;
      if (const auto done = backend_.mark_read(room.name, room.newest); !done) explain(done.error(), now);
      return;
    case Kind::kGoto:
      return go_to(command.number, now);
    case Kind::kDate:
      return go_to_date(command.text, now);
    case Kind::kNumbers:
      room.numbers = !room.numbers;
      return;
    default:
      return take_back(command, now);
  }
}

// And their opposites.
void Controller::take_back(const Command& command, Now now) {
  using Kind = Command::Kind;
  const auto line = message(command.number, command.kind == Kind::kDelete, now);
  if (!line) return;
  switch (command.kind) {
    case Kind::kDelete:
      return act({.kind = Deed::Kind::kDelete, .target = line->sequence, .text = command.text}, now);
    case Kind::kReact:
      return react(*line, command.text, now);
    case Kind::kUnreact:
      return act({.kind = Deed::Kind::kReact, .target = line->sequence, .text = emoji_of(command.text), .on = false}, now);
    default:
      return act({.kind = Deed::Kind::kPin, .target = line->sequence, .on = command.kind == Kind::kPin}, now);
  }
}

// One with a number that isn't loaded may well be there: the server says so if not.
std::optional<Line> Controller::message(uint64_t number, bool own, Now now) {
  const Room& room = *model_.active();
  if (number != 0) {
    if (const Line* line = room.log.find(number)) return *line;
    Line unloaded;
    unloaded.sequence = number;
    return unloaded;
  }
  const auto& lines = room.log.lines();
  const auto found =
      std::find_if(lines.rbegin(), lines.rend(), [own](const Line& line) { return can_be_chosen(line) && (!own || line.own); });
  if (found != lines.rend()) return *found;
  model_.notice(own ? "nothing of yours is here" : "there is no message here", now);
  return std::nullopt;
}

void Controller::act(const Deed& deed, Now now) {
  if (const auto done = backend_.act(model_.active()->name, deed); !done) explain(done.error(), now);
}

// The same emoji again takes it back.
void Controller::react(const Line& line, const std::string& word, Now now) {
  const std::string emoji = emoji_of(word);
  const bool mine = std::any_of(line.reactions.begin(), line.reactions.end(),
                                [&](const Reaction& each) { return each.mine && each.emoji == harmless(emoji); });
  act({.kind = Deed::Kind::kReact, .target = line.sequence, .text = emoji, .on = !mine}, now);
}

void Controller::substitute(const Command& command, Now now) {
  const auto line = message(0, true, now);
  if (!line) return;
  std::string text = line->text;
  const size_t at = text.find(command.target);
  if (at == std::string::npos) return model_.notice("your last message doesn't say that", now);
  text.replace(at, command.target.size(), command.text);
  act({.kind = Deed::Kind::kEdit, .target = line->sequence, .text = text}, now);
}

void Controller::topic(const std::string& text, Now now) {
  const Room& room = *model_.active();
  if (text.empty()) return model_.notice(room.topic.empty() ? "there is no topic" : "the topic is: " + room.topic, now);
  act({.kind = Deed::Kind::kTopic, .text = text == "-" ? "" : text}, now);
}

void Controller::list_pins(Now now) {
  const Room& room = *model_.active();
  std::string text = room.pins.empty() ? "nothing is pinned" : "pinned (/goto N goes there):";
  for (const uint64_t pin : room.pins) {
    const Line* line = room.log.find(pin);
    text += "\n" + (line != nullptr ? quoted(*line) : "#" + std::to_string(pin));
  }
  model_.notice(std::move(text), now);
}

void Controller::go_to(uint64_t number, Now now) {
  Room& room = *model_.active();
  if (room.loaded.has(number)) {
    room.jump_to = number;
    return;
  }
  ask_page(room, {.kind = PageWish::Kind::kAround, .sequence = number, .limit = kPageLines}, PageAsked::Kind::kJump, now);
}

void Controller::go_to_date(const std::string& text, Now now) {
  const auto wall_us = wall_us_of(text, utc_offset_s_);
  if (!wall_us) return model_.notice("it is written /date YYYY-MM-DD [HH:MM]", now);
  ask_page(*model_.active(), {.kind = PageWish::Kind::kSince, .wall_us = *wall_us, .limit = kPageLines}, PageAsked::Kind::kJump, now);
}

void Controller::want_older(Now now) {
  Room* room = model_.active();
  if (room == nullptr || !room->joined || !room->has_older || room->page.request != 0) return;
  if (room->loaded.first() == 1) {
    room->has_older = false;
    return;
  }
  ask_page(*room, {.kind = PageWish::Kind::kBefore, .sequence = room->loaded.first(), .limit = kPageLines}, PageAsked::Kind::kOlder, now);
}

void Controller::want_missing(uint64_t from, Now now) {
  Room* room = model_.active();
  if (room == nullptr || !room->joined || room->page.request != 0) return;
  ask_page(*room, {.kind = PageWish::Kind::kFrom, .sequence = from, .limit = kPageLines}, PageAsked::Kind::kHole, now);
}

void Controller::ask_page(Room& room, const PageWish& wish, PageAsked::Kind kind, Now now) {
  const auto request = backend_.page(room.name, wish);
  if (request) {
    room.page = {.request = *request, .kind = kind, .from = wish.sequence, .limit = wish.limit};
    return;
  }
  if (kind == PageAsked::Kind::kOlder) room.has_older = false;
  explain(request.error(), now);
}

}  // namespace parley::terminal
