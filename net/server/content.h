// SPDX-License-Identifier: Apache-2.0
// What a Send says, checked: its kind, and whether its text, target and extras are what that kind may have. Whether the target exists and
// the user may change it is decided later, with facts from the store (targets.h). Decisions without effects; views point into the Send. On
// the I/O thread of the session.
#pragma once

#include <optional>

#include "core/base/entry_kind.h"
#include "net/server/encode.h"
#include "net/server/session.h"

namespace parley::server {

ContentFields content_of(const wire::Send& send);

// Edits, deletions, reactions and pins: of a message that is stored.
constexpr bool changes_a_message(EntryKind kind) {
  return kind == EntryKind::kEdit || kind == EntryKind::kDelete || kind == EntryKind::kReaction || kind == EntryKind::kPin;
}

struct ContentFacts {
  const ContentFields& content;
  const Seat& seat;
  Sequence head;        // of the room
  bool direct = false;  // a room of two: both may pin and set the topic
};
std::optional<Refusal> refuse_content(const ContentFacts& facts);

struct TargetDecision {
  const ContentFields& content;
  const history::TargetFacts& target;
  std::string_view user;
  bool may_moderate = false;
};
std::optional<Refusal> refuse_target(const TargetDecision& decision);

}  // namespace parley::server
