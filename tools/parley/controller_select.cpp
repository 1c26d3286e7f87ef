// SPDX-License-Identifier: Apache-2.0
// A chosen message, the keys that do something about it, and what the input line is for meanwhile.
#include <algorithm>

#include "tools/parley/controller.h"

namespace parley::terminal {

const Line* Controller::selected() const {
  const Room* room = model_.active();
  if (room == nullptr || room->selected == 0) return nullptr;
  const auto& lines = room->log.lines();
  const auto found = std::find_if(lines.begin(), lines.end(), [room](const Line& line) { return line.id == room->selected; });
  return found == lines.end() || !can_be_chosen(*found) ? nullptr : &*found;
}

// To the next message in that direction; from none it begins with the newest, and below that one there is none again.
void Controller::select(int step, const Pane& pane, Now now) {
  Room* room = model_.active();
  if (room == nullptr) return;
  const auto& lines = room->log.lines();
  const Line* at = selected();
  auto index = static_cast<std::ptrdiff_t>(lines.size());
  if (at != nullptr) index = std::find_if(lines.begin(), lines.end(), [at](const Line& line) { return &line == at; }) - lines.begin();
  if (at == nullptr && step > 0) return;
  const auto count = static_cast<std::ptrdiff_t>(lines.size());
  do {
    index += step;
  } while (index >= 0 && index < count && !can_be_chosen(lines[static_cast<size_t>(index)]));
  if (index < 0) return want_older(now);
  if (index >= count) {
    room->selected = 0;
    return room->view.to_end();
  }
  room->selected = lines[static_cast<size_t>(index)].id;
  room->view.show(lines, room->selected, pane.height, pane.layout);
}

bool Controller::press_selected(const Key& key, const Pane& pane, Now now) {
  const Line* line = selected();
  if (line == nullptr || intent_.kind != Intent::Kind::kSay) return false;
  Room& room = *model_.active();
  switch (key.kind) {
    case Key::Kind::kUp:
    case Key::Kind::kSelectUp:
      select(-1, pane, now);
      return true;
    case Key::Kind::kDown:
    case Key::Kind::kSelectDown:
      select(1, pane, now);
      return true;
    case Key::Kind::kEscape:
      room.selected = 0;
      room.view.to_end();
      return true;
    case Key::Kind::kEnter:
      choose(*line, 'r', now);
      return true;
    case Key::Kind::kDelete:
      choose(*line, 'd', now);
      return true;
    case Key::Kind::kText:
      if (key.text.size() == 1 && std::string_view("redt+p").find(key.text) != std::string_view::npos) {
        choose(*line, key.text[0], now);
        return true;
      }
      room.selected = 0;  // somebody goes on to write
      return false;
    default:
      return false;
  }
}

void Controller::choose(const Line& line, char what, Now now) {
  Room& room = *model_.active();
  const bool pin = what == 'p';
  switch (what) {
    case 'r':
      return begin(Intent::Kind::kReply, line, input_.text());
    case 'e':
      if (!line.own) return model_.notice("only your own messages can be edited", now);
      return begin(Intent::Kind::kEdit, line, line.text);
    case 'd':
      return begin(Intent::Kind::kConfirmDelete, line, input_.text());
    default:
      if (!pin) return begin(Intent::Kind::kReact, line, "");
      act({.kind = Deed::Kind::kPin, .target = line.sequence, .on = !line.pinned}, now);
      room.selected = 0;
      return room.view.to_end();
  }
}

void Controller::begin(Intent::Kind kind, const Line& line, std::string text) {
  intent_ = {kind, line.sequence, model_.active()->name, input_.text()};
  input_.set(std::move(text));
}

void Controller::drop_intent() {
  Room* room = model_.active();
  if (room != nullptr) room->selected = 0;
  if (intent_.kind == Intent::Kind::kEdit || intent_.kind == Intent::Kind::kReact) input_.set(intent_.draft);
  intent_ = {};
}

// A deletion asks once: d or y again does it, any other key doesn't.
bool Controller::confirm(const Key& key, Now now) {
  const bool no_key = key.kind == Key::Kind::kFocus || key.kind == Key::Kind::kBlur || key.kind == Key::Kind::kResize;
  if (intent_.kind != Intent::Kind::kConfirmDelete || no_key) return false;
  const bool yes = key.kind == Key::Kind::kText && (key.text == "d" || key.text == "y");
  const uint64_t target = intent_.target;
  const bool same_room = model_.active() != nullptr && model_.active()->name == intent_.room;
  drop_intent();
  if (yes && same_room) act({.kind = Deed::Kind::kDelete, .target = target}, now);
  if (Room* room = model_.active()) room->view.to_end();
  return true;
}

// True: Enter belonged to a chosen message.
bool Controller::submit_intent(Now now) {
  if (intent_.kind == Intent::Kind::kSay) return false;
  if (model_.active() == nullptr || model_.active()->name != intent_.room) {  // the room went away meanwhile
    drop_intent();
    return false;
  }
  const Intent intent = intent_;
  const std::string typed = input_.text();
  const auto command = parse_command(typed);
  const bool other = intent.kind == Intent::Kind::kReply && command && command->kind != Command::Kind::kSay &&
                     command->kind != Command::Kind::kEmote && command->kind != Command::Kind::kNothing;
  if (other) return false;  // a command in between; the reply waits
  if (typed.find_first_not_of(" \n") == std::string::npos) {
    drop_intent();
    return true;
  }
  if (intent.kind == Intent::Kind::kReply && !command) {
    explain(command.error(), now);
    return true;
  }
  input_.take();
  drop_intent();
  if (intent.kind == Intent::Kind::kReply) {
    say(intent.room, {.text = command->text, .emote = command->kind == Command::Kind::kEmote, .reply_to = intent.target}, now);
  } else if (intent.kind == Intent::Kind::kEdit) {
    act({.kind = Deed::Kind::kEdit, .target = intent.target, .text = typed}, now);
  } else if (const auto line = message(intent.target, false, now)) {
    react(*line, typed.substr(0, typed.find_last_not_of(" \n") + 1), now);
  }
  return true;
}

std::string Controller::hint() const {
  const std::string target = "#" + std::to_string(intent_.target);
  const Room* room = model_.active();
  const Line* about = room != nullptr ? room->log.find(intent_.target) : nullptr;
  switch (intent_.kind) {
    case Intent::Kind::kReply:
      return " reply to " + (about != nullptr ? about->name + " " : "") + target + " · Enter sends · Esc not";
    case Intent::Kind::kEdit:
      return " edit " + target + " · Enter changes it · Esc not";
    case Intent::Kind::kReact:
      return " react to " + target + " · 👍 or :thumbsup: (Tab) · Esc not";
    case Intent::Kind::kConfirmDelete:
      return " delete " + target + "? · d or y does it · any other key not";
    case Intent::Kind::kSay:
      break;
  }
  const Line* line = selected();
  if (line == nullptr) return "";
  return " #" + std::to_string(line->sequence) + ": r reply" + (line->own ? " · e edit" : "") + " · d delete · + react · p " +
         (line->pinned ? "unpin" : "pin") + " · Esc";
}

}  // namespace parley::terminal
