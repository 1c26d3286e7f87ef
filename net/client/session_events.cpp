// SPDX-License-Identifier: Apache-2.0
#include "net/client/session_events.h"

#include <optional>

namespace parley::client {
namespace {

int code_of(const Error* error) { return error != nullptr ? static_cast<int>(error->code) : PARLEY_OK; }
std::string_view text_of(const Error* error) { return error != nullptr ? std::string_view{error->text} : std::string_view{}; }

// Nothing: such an entry has no event.
std::optional<parley_event_type> type_of(const EntryView& entry) {
  switch (entry.kind) {
    case entry::Content::Text:
    case entry::Content::Emote:
      return PARLEY_EVENT_MESSAGE;
    case entry::Content::Gone:
      if (entry.gone == entry::GoneReason::Superseded) return std::nullopt;
      return PARLEY_EVENT_MESSAGE;
    case entry::Content::Edit:
      return PARLEY_EVENT_EDITED;
    case entry::Content::Delete:
      return PARLEY_EVENT_DELETED;
    case entry::Content::Reaction:
      return PARLEY_EVENT_REACTION;
    case entry::Content::Pin:
      return PARLEY_EVENT_PINNED;
    case entry::Content::Topic:
      return PARLEY_EVENT_TOPIC;
    case entry::Content::Custom:
      return PARLEY_EVENT_CUSTOM;
    case entry::Content::System:
      return PARLEY_EVENT_SYSTEM;
    default:
      return std::nullopt;
  }
}

}  // namespace

parley_event SessionEvents::make(parley_event_type type) const {
  parley_event event{};
  event.type = type;
  event.session = session_;
  event.user_data = user_data_;
  return event;
}

void SessionEvents::online(std::string_view user, std::string_view name) {
  queue_.push(make(PARLEY_EVENT_ONLINE), {.room = {}, .user = user, .name = name, .text = {}});
}

void SessionEvents::offline(const Error& why, Millis retry) {
  auto event = make(PARLEY_EVENT_OFFLINE);
  event.code = code_of(&why);
  event.retry_ms = static_cast<uint32_t>(retry.count());
  queue_.push(event, {.room = {}, .user = {}, .name = {}, .text = why.text});
}

void SessionEvents::refused(const Error& why) {
  auto event = make(PARLEY_EVENT_REFUSED);
  event.code = code_of(&why);
  queue_.push(event, {.room = {}, .user = {}, .name = {}, .text = why.text});
}

void SessionEvents::joined(std::string_view room, Sequence head, Epoch epoch) {
  auto event = make(PARLEY_EVENT_JOINED);
  event.sequence = head.value;
  event.epoch = epoch.value;
  queue_.push(event, {.room = room, .user = {}, .name = {}, .text = {}});
}

void SessionEvents::left(std::string_view room, const Error* why) {
  auto event = make(PARLEY_EVENT_LEFT);
  event.code = code_of(why);
  queue_.push(event, {.room = room, .user = {}, .name = {}, .text = text_of(why)});
}

bool SessionEvents::entry(const EntryPlace& place, const EntryView& entry) {
  const auto type = type_of(entry);
  if (!type) return entry.kind == entry::Content::Gone;  // a replaced edit: what it said is in its message
  parley_event event = make(*type);
  event.sequence = place.sequence.value;
  event.producer = entry.producer.value;
  event.number = entry.number.value;
  event.wall_us = entry.wall_us;
  event.history = place.history;
  event.request = place.request;
  event.target = entry.target.value;
  event.edited = entry.edited.value;
  event.removed = entry.removed;
  event.by_moderator = entry.by_moderator;
  event.custom_type = entry.custom_type;
  event.emote = entry.kind == entry::Content::Emote;
  event.deleted = entry.kind == entry::Content::Gone;
  event.mentions_me = entry.mentions_user(user_);
  const std::string_view text = entry.kind == entry::Content::Custom ? as_text(entry.payload) : entry.text;
  queue_.push(event, {.room = place.room, .user = entry.author, .name = entry.name, .text = text});
  return true;
}

void SessionEvents::reactions(const EntryPlace& place, const wire::ReactionCount& count, Sequence through) {
  auto event = make(PARLEY_EVENT_REACTIONS);
  event.target = place.sequence.value;
  event.sequence = through.value;
  event.count = count.count();
  event.mine = count.mine();
  event.history = place.history;
  event.request = place.request;
  queue_.push(event, {.room = place.room, .user = {}, .name = {}, .text = decode_text(count.emoji()).value_or("")});
}

void SessionEvents::pinned(const EntryPlace& place, Sequence target) {
  auto event = make(PARLEY_EVENT_PINNED);
  event.target = target.value;
  event.sequence = place.sequence.value;
  event.history = place.history;
  event.request = place.request;
  queue_.push(event, {.room = place.room, .user = {}, .name = {}, .text = {}});
}

void SessionEvents::read(std::string_view room, std::string_view user, Sequence sequence) {
  auto event = make(PARLEY_EVENT_READ);
  event.sequence = sequence.value;
  queue_.push(event, {.room = room, .user = user, .name = {}, .text = {}});
}

void SessionEvents::room_info(std::string_view room, const InfoFields& info) {
  auto event = make(PARLEY_EVENT_ROOM_INFO);
  event.sequence = info.read.value;
  event.number = info.unread;
  event.count = static_cast<uint32_t>(info.mentions);
  queue_.push(event, {.room = room, .user = info.topic_user, .name = {}, .text = info.topic});
}

void SessionEvents::ordered(std::string_view room, uint64_t number, Sequence sequence) {
  auto event = make(PARLEY_EVENT_ORDERED);
  event.number = number;
  event.sequence = sequence.value;
  queue_.push(event, {.room = room, .user = {}, .name = {}, .text = {}});
}

void SessionEvents::durable(uint64_t number) {
  auto event = make(PARLEY_EVENT_DURABLE);
  event.number = number;
  queue_.push(event, {});
}

void SessionEvents::send_failed(std::string_view room, uint64_t number, const Error& why) {
  auto event = make(PARLEY_EVENT_SEND_FAILED);
  event.number = number;
  event.code = code_of(&why);
  queue_.push(event, {.room = room, .user = {}, .name = {}, .text = why.text});
}

void SessionEvents::member_joined(std::string_view room, std::string_view user, std::string_view name) {
  queue_.push(make(PARLEY_EVENT_MEMBER_JOINED), {.room = room, .user = user, .name = name, .text = {}});
}

void SessionEvents::member_left(std::string_view room, std::string_view user) {
  queue_.push(make(PARLEY_EVENT_MEMBER_LEFT), {.room = room, .user = user, .name = {}, .text = {}});
}

void SessionEvents::member(std::string_view room, std::string_view user, std::string_view name, uint32_t request) {
  auto event = make(PARLEY_EVENT_MEMBER);
  event.request = request;
  queue_.push(event, {.room = room, .user = user, .name = name, .text = {}});
}

void SessionEvents::members_end(std::string_view room, uint32_t request, const Error* refused) {
  auto event = make(PARLEY_EVENT_MEMBERS_END);
  event.request = request;
  event.code = code_of(refused);
  queue_.push(event, {.room = room, .user = {}, .name = {}, .text = text_of(refused)});
}

void SessionEvents::page_end(std::string_view room, const PageEnd& end) {
  auto event = make(PARLEY_EVENT_PAGE_END);
  event.request = end.request;
  event.more = end.more;
  put(event, end.gap);
  event.sequence = end.rest;
  event.code = code_of(end.refused);
  queue_.push(event, {.room = room, .user = {}, .name = {}, .text = end.refused != nullptr ? text_of(end.refused) : end.note});
}

void SessionEvents::rollback(std::string_view room, Sequence through) {
  auto event = make(PARLEY_EVENT_ROLLBACK);
  event.sequence = through.value;
  queue_.push(event, {.room = room, .user = {}, .name = {}, .text = {}});
}

void SessionEvents::invited(std::string_view room, std::string_view user, Sequence head, bool live) {
  auto event = make(PARLEY_EVENT_INVITED);
  event.history = !live;
  event.sequence = head.value;
  queue_.push(event, {.room = room, .user = user, .name = {}, .text = {}});
}

void SessionEvents::behind(std::string_view room, Sequence last_live) {
  auto event = make(PARLEY_EVENT_BEHIND);
  event.sequence = last_live.value;
  queue_.push(event, {.room = room, .user = {}, .name = {}, .text = {}});
}

void SessionEvents::signal(parley_event_type type, const SignalState& state) {
  auto event = make(type);
  event.on = state.on;
  queue_.push(event, {.room = state.room, .user = state.user, .name = state.name, .text = {}});
}

void SessionEvents::map_ping(const SignalState& from, const MapPing& ping) {
  auto event = make(PARLEY_EVENT_MAP_PING);
  event.on = from.on;
  event.x = ping.x;
  event.y = ping.y;
  event.z = ping.z;
  event.tag = ping.tag;
  queue_.push(event, {.room = from.room, .user = from.user, .name = from.name, .text = {}});
}

void SessionEvents::put(parley_event& event, const Gap& gap) {
  event.gap_from = gap.from;
  event.gap_to = gap.to;
  event.gap_reason = static_cast<uint32_t>(gap.why);
}

void SessionEvents::gap(std::string_view room, const Gap& gap) {
  auto event = make(PARLEY_EVENT_GAP);
  put(event, gap);
  queue_.push(event, {.room = room, .user = {}, .name = {}, .text = {}});
}

void SessionEvents::erased(std::string_view room, std::string_view user, Sequence through) {
  auto event = make(PARLEY_EVENT_ERASED);
  event.sequence = through.value;
  queue_.push(event, {.room = room, .user = user, .name = {}, .text = {}});
}

}  // namespace parley::client
