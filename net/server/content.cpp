// SPDX-License-Identifier: Apache-2.0
#include "net/server/content.h"

#include "core/base/limits.h"
#include "core/base/text.h"

namespace parley::server {
namespace {

Refusal refuse(ErrorCode code, std::string text) { return {code, std::move(text), 0}; }

std::optional<Refusal> refused(Result<void> valid) {
  if (valid) return std::nullopt;
  return refuse(valid.error().code, std::move(valid.error().text));
}

std::optional<Refusal> refuse_mentions(const ContentFields& content) {
  if (content.mentions == nullptr) return std::nullopt;
  if (content.mentions->size() > kMaxMentions)
    return refuse(ErrorCode::kInvalidArgument, "a message names at most " + std::to_string(kMaxMentions) + " users; name fewer");
  for (const flatbuffers::String* user : *content.mentions) {
    if (auto no = refused(validate_name(user->string_view(), "user name"))) return no;
  }
  return std::nullopt;
}

std::optional<Refusal> refuse_message(const ContentFacts& facts) {
  if (facts.content.target > facts.head)
    return refuse(ErrorCode::kNotFound, "there is no message " + std::to_string(facts.content.target.value) + " to reply to");
  if (auto no = refuse_mentions(facts.content)) return no;
  return refused(validate_message(facts.content.text));
}

std::optional<Refusal> refuse_custom(const ContentFields& content) {
  if (content.custom_type == 0) return refuse(ErrorCode::kInvalidArgument, "a custom entry needs a type that isn't 0");
  if (content.payload.size() > kMaxMessageBytes)
    return refuse(ErrorCode::kMessageTooLong, "a custom entry has at most " + std::to_string(kMaxMessageBytes) + " bytes; send less");
  return std::nullopt;
}

std::optional<Refusal> refuse_unless(bool may, const char* what) {
  if (may) return std::nullopt;
  return refuse(ErrorCode::kNotGranted, std::string(what) + " needs the right \"moderate\" in this room; ask for a ticket that has it");
}

std::optional<Refusal> refuse_reaction(const TargetDecision& decision) {
  const auto& [content, target, user, may_moderate] = decision;
  if (content.removed == target.reacted) {
    if (content.removed || target.known_emoji || target.reaction_kinds < kMaxReactionKinds) return std::nullopt;
    return refuse(ErrorCode::kInvalidArgument,
                  "that message has " + std::to_string(kMaxReactionKinds) + " different reactions; use one of them");
  }
  return refuse(ErrorCode::kInvalidArgument, content.removed ? "you don't have that reaction there, so there is nothing to take back"
                                                             : "you have that reaction there already; it can be taken back");
}

std::optional<Refusal> refuse_pin(const TargetDecision& decision) {
  const auto& [content, target, user, may_moderate] = decision;
  if (content.removed != target.pinned)
    return refuse(ErrorCode::kInvalidArgument, content.removed ? "that message isn't pinned" : "that message is pinned already");
  if (content.removed || target.pins < kMaxPins) return std::nullopt;
  return refuse(ErrorCode::kInvalidArgument, "a room has at most " + std::to_string(kMaxPins) + " pinned messages; unpin one first");
}

}  // namespace

ContentFields content_of(const wire::Send& send) {
  static_assert(static_cast<int>(wire::SendKind::Text) + 1 == static_cast<int>(EntryKind::kText));
  static_assert(static_cast<int>(wire::SendKind::Custom) + 1 == static_cast<int>(EntryKind::kCustom));
  ContentFields content;
  content.kind = static_cast<EntryKind>(static_cast<int>(send.kind()) + 1);
  content.text = send.text()->string_view();
  content.target = Sequence(send.target());
  content.removed = send.removed();
  content.custom_type = send.custom_type();
  if (send.payload() != nullptr) content.payload = {send.payload()->data(), send.payload()->size()};
  content.mentions = send.mentions();
  return content;
}

std::optional<Refusal> refuse_content(const ContentFacts& facts) {
  const ContentFields& content = facts.content;
  if (changes_a_message(content.kind) && (!content.target || content.target > facts.head || content.target < facts.seat.floor))
    return refuse(ErrorCode::kNotFound, "there is no message " + std::to_string(content.target.value) + " in this room");
  switch (content.kind) {
    case EntryKind::kText:
    case EntryKind::kEmote:
      return refuse_message(facts);
    case EntryKind::kEdit:
      return refused(validate_message(content.text));
    case EntryKind::kDelete:
      return refused(validate_line(content.text, "the reason"));
    case EntryKind::kReaction:
      return refused(validate_reaction(content.text));
    case EntryKind::kPin:
      return refuse_unless(facts.seat.may_moderate || facts.direct, "pinning");
    case EntryKind::kTopic:
      if (auto no = refuse_unless(facts.seat.may_moderate || facts.direct, "setting the topic")) return no;
      return refused(validate_line(content.text, "the topic"));
    case EntryKind::kCustom:
      return refuse_custom(content);
    default:
      return refuse(ErrorCode::kInvalidArgument, "clients don't send entries of that kind");
  }
}

std::optional<Refusal> refuse_target(const TargetDecision& decision) {
  const auto& [content, target, user, may_moderate] = decision;
  if (!target.found)
    return refuse(ErrorCode::kNotFound, "message " + std::to_string(content.target.value) + " isn't there any more, or isn't a message");
  const bool own = target.author == user;
  switch (content.kind) {
    case EntryKind::kEdit:
      if (own) return std::nullopt;
      return refuse(ErrorCode::kNotGranted, "only its author may edit a message");
    case EntryKind::kDelete:
      if (own || may_moderate) return std::nullopt;
      return refuse(ErrorCode::kNotGranted, "only its author, or a moderator, may delete a message");
    case EntryKind::kReaction:
      return refuse_reaction(decision);
    case EntryKind::kPin:
      return refuse_pin(decision);
    default:
      return std::nullopt;
  }
}

}  // namespace parley::server
