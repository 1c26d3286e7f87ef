// SPDX-License-Identifier: Apache-2.0
// What is said in rooms, as events tell it: messages, what later entries say about them, and how far they were read.
#include <algorithm>

#include "tools/parley/chat_model.h"
#include "tools/parley/message_text.h"

namespace parley::terminal {
namespace {

// Of a topic, a pin or the server's word: not said by anybody, but with a place among the messages.
std::string info_text(const parley_event& event) {
  std::string text = harmless({event.text, event.text_length});
  if (event.type == PARLEY_EVENT_SYSTEM) return text;
  if (event.type == PARLEY_EVENT_PINNED)
    return shown_name(event) + (event.removed ? " unpinned #" : " pinned #") + std::to_string(event.target);
  return shown_name(event) + (text.empty() ? " cleared the topic" : " set the topic: " + text);
}

Change change_of(const parley_event& event, bool own) {
  const auto kind = event.type == PARLEY_EVENT_EDITED    ? Change::Kind::kEdit
                    : event.type == PARLEY_EVENT_DELETED ? Change::Kind::kDelete
                                                         : Change::Kind::kReaction;
  return {.kind = kind,
          .target = event.target,
          .sequence = event.sequence,
          .user = event.user,
          .text = harmless({event.text, event.text_length}),
          .removed = event.removed != 0,
          .own = own};
}

void note_number(Room& room, const parley_event& event) {
  if (event.request == 0) {
    room.newest = std::max(room.newest, event.sequence);
    room.loaded.live(event.sequence);
  } else if (event.request == room.page.request) {
    room.page.low = room.page.low == 0 ? event.sequence : std::min(room.page.low, event.sequence);
    room.page.high = std::max(room.page.high, event.sequence);
  }
}

}  // namespace

std::string shown_name(const parley_event& event) {
  if (*event.user == '\0' && *event.name == '\0') return "(nobody)";
  return harmless(*event.name != '\0' ? event.name : event.user);
}

void set_first_new(Room& room, uint64_t read) {
  const auto& lines = room.log.lines();
  const auto found =
      std::find_if(lines.begin(), lines.end(), [read](const Line& line) { return is_message(line) && !line.own && line.sequence > read; });
  room.first_new = found == lines.end() ? 0 : found->id;
}

void ChatModel::on_entry(const parley_event& event, uint64_t own_producer) {
  Room* room = find(event.room);
  if (room == nullptr) return;  // left meanwhile
  if (event.request != 0 && event.request == room->search.request) {
    room->search.found += "#" + std::to_string(event.sequence) + " " + plain_line(event) + "\n";
    return;
  }
  const bool of_a_page = event.type == PARLEY_EVENT_PINNED && *event.user == '\0';  // or of the room's list: nobody did it now
  if (of_a_page) return on_pin(*room, event);
  note_number(*room, event);
  switch (event.type) {
    case PARLEY_EVENT_EDITED:
    case PARLEY_EVENT_DELETED:
    case PARLEY_EVENT_REACTION:
      return on_change(*room, event);
    case PARLEY_EVENT_PINNED:
      on_pin(*room, event);
      break;
    case PARLEY_EVENT_TOPIC:
      if (event.request == 0) room->topic = harmless(event.text);
      break;
    default:
      break;
  }
  room->log.add(line_of(event, own_producer));
  room->log.set_pinned(event.sequence, room->pins.contains(event.sequence));
}

Line ChatModel::line_of(const parley_event& event, uint64_t own_producer) const {
  Line line;
  line.sequence = event.sequence;
  line.wall_us = event.wall_us;
  line.user = event.user;
  line.name = shown_name(event);
  line.own = line.user == user_ && !user_.empty();
  switch (event.type) {
    case PARLEY_EVENT_MESSAGE:
      line.kind = event.emote ? Line::Kind::kEmote : Line::Kind::kMessage;
      line.text = harmless({event.text, event.text_length});
      line.reply_to = event.target;
      line.edited = event.edited;
      line.deleted = event.deleted != 0;
      line.mentions_me = event.mentions_me != 0;
      break;
    case PARLEY_EVENT_CUSTOM:
      line.kind = Line::Kind::kCustom;
      line.text = "[custom " + std::to_string(event.custom_type) + ", " + std::to_string(event.text_length) + " bytes]";
      break;
    default:
      line.kind = Line::Kind::kInfo;
      line.text = info_text(event);
      return line;
  }
  if (event.producer == own_producer && event.number != 0) line.number = event.number;
  return line;
}

void ChatModel::on_change(Room& room, const parley_event& event) {
  room.log.change(change_of(event, !user_.empty() && user_ == event.user));
}

// A page shows pins that may be gone by now; the room's own list is right, and so is what comes after it.
void ChatModel::on_pin(Room& room, const parley_event& event) {
  if (event.request != 0) return;
  if (event.removed) {
    room.pins.erase(event.target);
  } else {
    room.pins.insert(event.target);
  }
  room.log.set_pinned(event.target, !event.removed);
}

// Also asked for again when marks of other devices left the counts unclear.
void ChatModel::on_room_info(const parley_event& event) {
  Room* room = find(event.room);
  if (room == nullptr) return;
  room->topic = harmless(event.text);
  for (const uint64_t pin : room->pins) room->log.set_pinned(pin, false);
  room->pins.clear();
  if (!room->read_known && room == active_ && event.number > 0) set_first_new(*room, event.sequence);
  room->read_known = true;
}

void ChatModel::on_read(const parley_event& event) {
  Room* room = find(event.room);
  if (room != nullptr && user_ != event.user) room->peer_read = std::max(room->peer_read, event.sequence);
}

}  // namespace parley::terminal
