// SPDX-License-Identifier: Apache-2.0
#include "net/server/content.h"

#include <gtest/gtest.h>

#include "core/base/limits.h"

namespace parley::server {
namespace {

struct ContentCase {
  const char* what;
  ContentFields content;
  ErrorCode member, moderator;
};

constexpr ErrorCode kFine = ErrorCode::kNone;

ErrorCode verdict(const ContentFields& content, bool may_moderate, bool direct = false) {
  Seat seat;
  seat.may_moderate = may_moderate;
  const auto refusal = refuse_content({content, seat, Sequence(10), direct});
  if (refusal) {
    EXPECT_FALSE(refusal->text.empty());
  }
  return refusal ? refusal->code : kFine;
}

ContentFields text_of(std::string_view text) { return {.text = text}; }

const std::string kTooLong(kMaxMessageBytes + 1, 'x');
const std::string kLongest(kMaxMessageBytes, 'x');

TEST(RefuseContent, FollowsTheTable) {
  const auto target = Sequence(10);
  const ContentCase cases[] = {
      {"a message", text_of("hello"), kFine, kFine},
      {"at the limit", text_of(kLongest), kFine, kFine},
      {"newline and tab", text_of("a\nb\tc"), kFine, kFine},
      {"too long", text_of(kTooLong), ErrorCode::kMessageTooLong, ErrorCode::kMessageTooLong},
      {"not UTF-8", text_of("\xff\xfe"), ErrorCode::kNotUtf8, ErrorCode::kNotUtf8},
      {"an escape sequence", text_of("\x1b[2J"), ErrorCode::kForbiddenCharacter, ErrorCode::kForbiddenCharacter},
      {"a reply", {.text = "yes", .target = target}, kFine, kFine},
      {"a reply to what comes", {.text = "yes", .target = Sequence(11)}, ErrorCode::kNotFound, ErrorCode::kNotFound},
      {"an edit", {.kind = EntryKind::kEdit, .text = "better", .target = target}, kFine, kFine},
      {"an edit of nothing", {.kind = EntryKind::kEdit, .text = "better"}, ErrorCode::kNotFound, ErrorCode::kNotFound},
      {"an edit to nothing", {.kind = EntryKind::kEdit, .target = target}, ErrorCode::kInvalidArgument, ErrorCode::kInvalidArgument},
      {"a deletion without a reason", {.kind = EntryKind::kDelete, .target = target}, kFine, kFine},
      {"a reaction", {.kind = EntryKind::kReaction, .text = "👍🏽", .target = target}, kFine, kFine},
      {"a reaction of two words",
       {.kind = EntryKind::kReaction, .text = "a b", .target = target},
       ErrorCode::kForbiddenCharacter,
       ErrorCode::kForbiddenCharacter},
      {"a pin", {.kind = EntryKind::kPin, .target = target}, ErrorCode::kNotGranted, kFine},
      {"a topic", {.kind = EntryKind::kTopic, .text = "raids"}, ErrorCode::kNotGranted, kFine},
      {"custom without a type", {.kind = EntryKind::kCustom}, ErrorCode::kInvalidArgument, ErrorCode::kInvalidArgument},
      {"custom without a payload", {.kind = EntryKind::kCustom, .custom_type = 7}, kFine, kFine},
      {"what only servers say", {.kind = EntryKind::kSystem, .text = "x"}, ErrorCode::kInvalidArgument, ErrorCode::kInvalidArgument},
  };
  for (const ContentCase& each : cases) {
    EXPECT_EQ(verdict(each.content, false), each.member) << each.what;
    EXPECT_EQ(verdict(each.content, true), each.moderator) << each.what << ", by a moderator";
  }
}

TEST(RefuseContent, NamesTheLimitOfALongMessage) {
  Seat seat;
  const auto content = text_of(kTooLong);
  EXPECT_NE(refuse_content({content, seat, Sequence(1)})->text.find("4096"), std::string::npos);
}

TEST(RefuseContent, InADirectRoomBothMayPin) { EXPECT_EQ(verdict({.kind = EntryKind::kPin, .target = Sequence(1)}, false, true), kFine); }

ErrorCode decide(EntryKind kind, const history::TargetFacts& facts, bool may_moderate = false, bool removed = false) {
  const ContentFields content{.kind = kind, .target = Sequence(3), .removed = removed};
  const auto refusal = refuse_target({content, facts, "ann", may_moderate});
  return refusal ? refusal->code : kFine;
}

TEST(RefuseTarget, OnlyTheAuthorEdits) {
  EXPECT_EQ(decide(EntryKind::kEdit, {.found = true, .author = "ann"}), kFine);
  EXPECT_EQ(decide(EntryKind::kEdit, {.found = true, .author = "bob"}), ErrorCode::kNotGranted);
  EXPECT_EQ(decide(EntryKind::kEdit, {.found = true, .author = "bob"}, true), ErrorCode::kNotGranted);
}

TEST(RefuseTarget, TheAuthorAndModeratorsDelete) {
  EXPECT_EQ(decide(EntryKind::kDelete, {.found = true, .author = "ann"}), kFine);
  EXPECT_EQ(decide(EntryKind::kDelete, {.found = true, .author = "bob"}), ErrorCode::kNotGranted);
  EXPECT_EQ(decide(EntryKind::kDelete, {.found = true, .author = "bob"}, true), kFine);
}

TEST(RefuseTarget, WhatIsGoneIsLeftAlone) {
  for (const EntryKind kind : {EntryKind::kEdit, EntryKind::kDelete, EntryKind::kReaction, EntryKind::kPin})
    EXPECT_EQ(decide(kind, {.found = false, .author = "ann"}, true), ErrorCode::kNotFound);
}

TEST(RefuseTarget, AReactionCountsOnceAUser) {
  EXPECT_EQ(decide(EntryKind::kReaction, {.found = true}), kFine);
  EXPECT_EQ(decide(EntryKind::kReaction, {.found = true, .reacted = true}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(decide(EntryKind::kReaction, {.found = true, .reacted = true}, false, true), kFine);
  EXPECT_EQ(decide(EntryKind::kReaction, {.found = true}, false, true), ErrorCode::kInvalidArgument);
}

TEST(RefuseTarget, AMessageHasABoundedNumberOfDifferentReactions) {
  EXPECT_EQ(decide(EntryKind::kReaction, {.found = true, .reaction_kinds = kMaxReactionKinds}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(decide(EntryKind::kReaction, {.found = true, .known_emoji = true, .reaction_kinds = kMaxReactionKinds}), kFine);
}

TEST(RefuseTarget, ARoomHasABoundedNumberOfPins) {
  EXPECT_EQ(decide(EntryKind::kPin, {.found = true, .pins = kMaxPins}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(decide(EntryKind::kPin, {.found = true, .pinned = true, .pins = kMaxPins}, false, true), kFine);
  EXPECT_EQ(decide(EntryKind::kPin, {.found = true, .pinned = true}), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace parley::server
