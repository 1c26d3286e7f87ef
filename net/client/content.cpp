// SPDX-License-Identifier: Apache-2.0
#include "net/client/content.h"

#include "core/base/limits.h"
#include "core/base/text.h"

namespace parley::client {
namespace {

Result<void> validate_mentions(const Content& content) {
  if (content.mentions.size() > kMaxMentions)
    return fail(ErrorCode::kInvalidArgument, "a message names at most " + std::to_string(kMaxMentions) + " users: name fewer");
  for (const std::string& user : content.mentions) {
    if (auto valid = validate_name(user, "user name"); !valid) return valid;
  }
  return {};
}

Result<void> validate_custom(const Content& content) {
  if (content.custom_type == 0) return fail(ErrorCode::kInvalidArgument, "a custom entry needs a type that isn't 0");
  if (content.payload.size() <= kMaxMessageBytes) return {};
  return fail(ErrorCode::kMessageTooLong, "a custom entry has at most " + std::to_string(kMaxMessageBytes) + " bytes: send less");
}

bool needs_target(wire::SendKind kind) {
  return kind == wire::SendKind::Edit || kind == wire::SendKind::Delete || kind == wire::SendKind::Reaction || kind == wire::SendKind::Pin;
}

}  // namespace

Result<void> validate_content(const Content& content) {
  if (needs_target(content.kind) && content.target == 0)
    return fail(ErrorCode::kInvalidArgument, "the number of the message is 0: name the message that is meant");
  if (auto valid = validate_mentions(content); !valid) return valid;
  switch (content.kind) {
    case wire::SendKind::Delete:
      return validate_line(content.text, "the reason");
    case wire::SendKind::Topic:
      return validate_line(content.text, "the topic");
    case wire::SendKind::Reaction:
      return validate_reaction(content.text);
    case wire::SendKind::Pin:
      return {};
    case wire::SendKind::Custom:
      return validate_custom(content);
    default:
      return validate_message(content.text);
  }
}

}  // namespace parley::client
