// SPDX-License-Identifier: Apache-2.0
// parley.h, what is said in rooms and read of them: messages, entries about messages, read marks, history.
#include <cstring>

#include "net/client/c_api.h"

using namespace parley;
using namespace parley::client;

namespace {

// Fills in a content whose memory is used again and again, so that a send allocates nothing once it is warm.
template <class Fill>
int send(parley_session* session, const char* room, uint64_t* number, Fill fill) {
  return guarded(session->client, [&]() -> Result<void> {
    Content& content = session_of(session).blank();
    if (Result<void> filled = fill(content); !filled) return filled;
    return put(session_of(session).send(room, content), number);
  });
}

// About a message, or the room: what most kinds have.
struct About {
  wire::SendKind kind = wire::SendKind::Text;
  std::string_view text{};
  uint64_t target = 0;
  bool removed = false;
};

int send(parley_session* session, const char* room, const About& about, uint64_t* number) {
  return send(session, room, number, [&](Content& content) -> Result<void> {
    content.kind = about.kind;
    content.text.assign(about.text);
    content.target = about.target;
    content.removed = about.removed;
    return {};
  });
}

// The arguments that all of them have: 0 when they are fine, else the error.
int check(const parley_session* session, const char* room, std::string_view function) {
  if (session == nullptr) return wrong(nullptr, std::string(function) + ": session is NULL");
  if (room == nullptr) return wrong(session->client, std::string(function) + ": room is NULL");
  return PARLEY_OK;
}

int ask(parley_session* session, const char* room, const PageWish& wish, uint32_t* request) {
  return guarded(session->client, [&] { return put(session_of(session).page(room, wish), request); });
}

Result<void> fill(Content& content, const parley_message& message) {
  content.kind = message.emote != 0 ? wire::SendKind::Emote : wire::SendKind::Text;
  content.text.assign(message.text, message.length);
  content.target = message.reply_to;
  if (message.mention_count > kMaxMentions)
    return fail(ErrorCode::kInvalidArgument, "parley_message.mention_count is above " + std::to_string(kMaxMentions) + ": name fewer");
  for (size_t i = 0; i < message.mention_count; ++i) {
    if (message.mentions == nullptr || message.mentions[i] == nullptr)
      return fail(ErrorCode::kInvalidArgument, "parley_message.mentions has a NULL");
    content.mentions.emplace_back(message.mentions[i]);
  }
  return {};
}

}  // namespace

extern "C" {

int parley_send(parley_session* session, const char* room, const char* text, size_t length, uint64_t* number) {
  if (session == nullptr) return wrong(nullptr, "parley_send: session is NULL");
  if (room == nullptr || text == nullptr) return wrong(session->client, "parley_send: room or text is NULL");
  return send(session, room, {.kind = wire::SendKind::Text, .text = {text, length}}, number);
}

int parley_send_emote(parley_session* session, const char* room, const char* text, size_t length, uint64_t* number) {
  if (session == nullptr) return wrong(nullptr, "parley_send_emote: session is NULL");
  if (room == nullptr || text == nullptr) return wrong(session->client, "parley_send_emote: room or text is NULL");
  return send(session, room, {.kind = wire::SendKind::Emote, .text = {text, length}}, number);
}

int parley_send_message(parley_session* session, const char* room, const parley_message* message, uint64_t* number) {
  if (const int code = check(session, room, "parley_send_message")) return code;
  if (message == nullptr || message->size < sizeof *message || message->text == nullptr)
    return wrong(session->client, "parley_message is missing, has no text, or its size isn't sizeof(parley_message)");
  return send(session, room, number, [&](Content& content) { return fill(content, *message); });
}

int parley_edit(parley_session* session, const char* room, uint64_t target, const char* text, size_t length, uint64_t* number) {
  if (const int code = check(session, room, "parley_edit")) return code;
  if (text == nullptr) return wrong(session->client, "parley_edit: text is NULL");
  return send(session, room, {.kind = wire::SendKind::Edit, .text = {text, length}, .target = target}, number);
}

int parley_delete(parley_session* session, const char* room, uint64_t target, const char* reason, uint64_t* number) {
  if (const int code = check(session, room, "parley_delete")) return code;
  return send(session, room, {.kind = wire::SendKind::Delete, .text = reason != nullptr ? reason : "", .target = target}, number);
}

int parley_react(parley_session* session, const char* room, uint64_t target, const char* emoji, int on, uint64_t* number) {
  if (const int code = check(session, room, "parley_react")) return code;
  if (emoji == nullptr) return wrong(session->client, "parley_react: emoji is NULL");
  return send(session, room, {.kind = wire::SendKind::Reaction, .text = emoji, .target = target, .removed = on == 0}, number);
}

int parley_pin(parley_session* session, const char* room, uint64_t target, int on, uint64_t* number) {
  if (const int code = check(session, room, "parley_pin")) return code;
  return send(session, room, {.kind = wire::SendKind::Pin, .target = target, .removed = on == 0}, number);
}

int parley_set_topic(parley_session* session, const char* room, const char* text, size_t length, uint64_t* number) {
  if (const int code = check(session, room, "parley_set_topic")) return code;
  if (text == nullptr) return wrong(session->client, "parley_set_topic: text is NULL");
  return send(session, room, {.kind = wire::SendKind::Topic, .text = {text, length}}, number);
}

int parley_send_custom(parley_session* session, const char* room, uint32_t type, const void* data, size_t length, uint64_t* number) {
  if (const int code = check(session, room, "parley_send_custom")) return code;
  if (data == nullptr && length > 0) return wrong(session->client, "parley_send_custom: data is NULL");
  return send(session, room, number, [&](Content& content) -> Result<void> {
    content.kind = wire::SendKind::Custom;
    content.custom_type = type;
    if (length > 0) content.payload.assign(static_cast<const char*>(data), std::min(length, kMaxMessageBytes + 1));
    return {};
  });
}

int parley_mark_read(parley_session* session, const char* room, uint64_t sequence) {
  if (const int code = check(session, room, "parley_mark_read")) return code;
  return guarded(session->client, [&] { return session_of(session).mark_read(room, Sequence{sequence}); });
}

int parley_room_unread(const parley_session* session, const char* room, parley_unread* out) {
  if (const int code = check(session, room, "parley_room_unread")) return code;
  if (out == nullptr || out->size < sizeof *out)
    return wrong(session->client, "parley_unread is missing, or its size isn't sizeof(parley_unread)");
  const Unread* unread = session_of(session).unread(room);
  if (unread == nullptr) return keep(session->client, ErrorCode::kNotMember, "join the room before you ask what is unread in it");
  *out = {out->size, unread->read().value, unread->unread(), unread->mentions()};
  return keep_none(session->client);
}

int parley_history(parley_session* session, const char* room, uint64_t from, int backward, uint32_t limit, uint32_t* request) {
  if (session == nullptr) return wrong(nullptr, "parley_history: session is NULL");
  if (room == nullptr || limit == 0) return wrong(session->client, "parley_history: room is NULL or limit is 0");
  const auto direction = backward != 0 ? wire::Direction::Backward : wire::Direction::Forward;
  return ask(session, room, {.from = Sequence{from}, .direction = direction, .limit = clamp_entries(limit)}, request);
}

int parley_history_around(parley_session* session, const char* room, uint64_t sequence, uint32_t limit, uint32_t* request) {
  if (const int code = check(session, room, "parley_history_around")) return code;
  if (limit == 0) return wrong(session->client, "parley_history_around: limit is 0");
  return ask(session, room, {.from = Sequence{sequence}, .direction = wire::Direction::Around, .limit = clamp_entries(limit)}, request);
}

int parley_history_since(parley_session* session, const char* room, int64_t wall_us, uint32_t limit, uint32_t* request) {
  if (const int code = check(session, room, "parley_history_since")) return code;
  if (limit == 0) return wrong(session->client, "parley_history_since: limit is 0");
  return ask(session, room, {.direction = wire::Direction::FromTime, .limit = clamp_entries(limit), .time_us = wall_us}, request);
}

}  // extern "C"
