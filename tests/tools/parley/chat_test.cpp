// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/limits.h"
#include "tests/tools/parley/chat_fixture.h"
#include "tools/parley/status_text.h"

namespace parley::terminal {
namespace {

class ChatTest : public ChatFixture {};

TEST_F(ChatTest, WhatIsTypedIsSentAndMarkedByItsReceipts) {
  joined("lobby");
  type("hello");
  EXPECT_EQ(calls(), Calls{"send lobby hello"});
  const auto& lines = model_.active()->log.lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].name, "anna");
  EXPECT_EQ(lines[0].mark, Mark::kSent);
  message("lobby", 1, "hello", 77, 1);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].mark, Mark::kOrdered);
  parley_event durable = event(PARLEY_EVENT_DURABLE);
  durable.number = 1;
  happens(durable);
  EXPECT_EQ(lines[0].mark, Mark::kDurable);
}

TEST_F(ChatTest, AFailedSendSaysWhy) {
  joined("lobby");
  type("hello");
  parley_event failed = event(PARLEY_EVENT_SEND_FAILED, "lobby", "", "not granted");
  failed.number = 1;
  happens(failed);
  EXPECT_EQ(model_.active()->log.lines()[0].mark, Mark::kFailed);
  EXPECT_EQ(model_.active()->log.lines()[0].why, "not granted");
}

TEST_F(ChatTest, ARefusedSendStaysInTheInput) {
  joined("lobby");
  backend_.refuse = {ErrorCode::kOutboxFull, "too many wait"};
  type("hello");
  EXPECT_EQ(controller_.input().text(), "hello");
  EXPECT_EQ(last_line(), "too many wait");
}

TEST_F(ChatTest, ForeignTextIsHarmlessOnceItIsIn) {
  joined("lobby");
  message("lobby", 1, "\x1b[2Jboo\u202E\tx\ny");
  EXPECT_EQ(last_line(), "\\x1b[2Jboo\\u202e    x\ny");
}

TEST_F(ChatTest, UnreadCountsAreTheLibrarys) {
  joined("lobby");
  joined("guild");
  backend_.counts["guild"] = {4, 2, 1};
  settle();
  EXPECT_EQ(model_.room("guild").unread, 2u);
  EXPECT_EQ(model_.room("guild").mentions, 1u);
  EXPECT_EQ(model_.room("lobby").unread, 0u);
}

TEST_F(ChatTest, KeysGoRoundTheRooms) {
  joined("lobby");
  joined("guild");
  press(Key::Kind::kNextRoom);
  EXPECT_EQ(model_.active()->name, "guild");
  press(Key::Kind::kNextRoom);
  EXPECT_EQ(model_.active()->name, "lobby");
  press(Key::Kind::kPreviousRoom);
  EXPECT_EQ(model_.active()->name, "guild");
}

TEST_F(ChatTest, ScrollingToTheTopAsksForOlderMessagesOnce) {
  joined("lobby");
  for (uint64_t i = 51; i <= 100; ++i) message("lobby", i, "x");
  for (int i = 0; i < 30; ++i) press(Key::Kind::kPageUp);
  EXPECT_EQ(calls(), Calls{"page lobby before 51"});
  for (uint64_t i = 1; i <= 50; ++i) message("lobby", i, "y", 1, 1, true);
  parley_event end = event(PARLEY_EVENT_PAGE_END, "lobby");
  end.request = 1;
  happens(end);
  for (int i = 0; i < 30; ++i) press(Key::Kind::kPageUp);
  EXPECT_EQ(calls(), Calls{});  // that page said that there is nothing before it
}

TEST_F(ChatTest, APageThatFailedForNowIsAskedForAgain) {
  joined("lobby");
  message("lobby", 5, "x");
  press(Key::Kind::kPageUp);
  parley_event end = event(PARLEY_EVENT_PAGE_END, "lobby", "", "the server is busy");
  end.request = 1;
  end.code = PARLEY_E_BUSY;
  happens(end);
  press(Key::Kind::kWheelUp);
  EXPECT_EQ(calls(), (Calls{"page lobby before 5", "page lobby before 5"}));
}

TEST_F(ChatTest, JoinsLeavesAndMessagesUsers) {
  joined("lobby");
  type("/join guild");
  EXPECT_EQ(model_.active()->name, "guild");
  joined("guild");
  type("/join lobby");
  type("/msg ben hi there");
  EXPECT_EQ(model_.active()->name, "dm:anna+ben");
  type("/leave");
  type("/me waves");
  EXPECT_EQ(calls(), (Calls{"join guild", "join dm:anna+ben", "send dm:anna+ben hi there", "leave dm:anna+ben", "emote guild waves"}));
  EXPECT_EQ(model_.active()->name, "guild");
}

TEST_F(ChatTest, AMessageInADirectRoomBringsTheRoomIn) {
  joined("lobby");
  happens(event(PARLEY_EVENT_INVITED, "dm:anna+ben", "ben"));
  EXPECT_EQ(model_.active()->name, "lobby") << "without taking the user away";
  EXPECT_EQ(last_line(), "ben wrote to you: Ctrl-N goes there");
  controller_.accept("dm:anna+ben", now_);
  EXPECT_EQ(calls(), Calls{"join dm:anna+ben"});
}

TEST_F(ChatTest, OthersLearnOfTypingButNotOfCommands) {
  joined("lobby");
  for (const char* key : {"/", "w", "h", "o"}) press(Key::Kind::kText, key);
  EXPECT_TRUE(backend_.typed_in.empty());
  press(Key::Kind::kEnter);
  for (const char* key : {"h", "i"}) press(Key::Kind::kText, key);
  EXPECT_EQ(backend_.typed_in, (Calls{"lobby", "lobby"}));
}

TEST_F(ChatTest, WhoIsTypingIsShownInTheOpenRoomUntilItEnds) {
  joined("lobby");
  joined("guild");
  const auto types = [this](const char* user, bool on) {
    parley_event typing = event(PARLEY_EVENT_TYPING, "lobby", user);
    typing.on = on ? 1 : 0;
    happens(typing);
    return status_text(model_, 0, now_.mono);
  };
  EXPECT_EQ(types("anna", true), " anna · online · F1 help") << "that is the user himself, on another device";
  EXPECT_EQ(types("ben", true), " ben is typing… · anna · online · F1 help");
  EXPECT_EQ(types("cleo", true), " ben and cleo are typing… · anna · online · F1 help");
  EXPECT_EQ(types("dan", true), " 3 people are typing… · anna · online · F1 help");
  press(Key::Kind::kNextRoom);
  EXPECT_EQ(status_text(model_, 0, now_.mono), " anna · online · F1 help");
  press(Key::Kind::kNextRoom);
  types("ben", false);
  types("dan", false);
  happens(event(PARLEY_EVENT_MEMBER_LEFT, "lobby", "cleo"));
  EXPECT_EQ(status_text(model_, 0, now_.mono), " anna · online · F1 help");
}

TEST_F(ChatTest, ARoomThatIsNotGrantedSaysSo) {
  joined("lobby");
  type("/msg ben");
  parley_event left = event(PARLEY_EVENT_LEFT, "dm:anna+ben", "", "your ticket doesn't allow this room");
  left.code = PARLEY_E_NOT_GRANTED;
  happens(left);
  EXPECT_EQ(last_line(), "you aren't in dm:anna+ben: your ticket doesn't allow this room");
  EXPECT_FALSE(model_.active()->joined);
}

TEST_F(ChatTest, BadNamesAndCommandsAreExplainedAndNotSent) {
  joined("lobby");
  for (const char* input : {"/join a*b", "/msg", "/jumpp", "/join"}) type(input);
  EXPECT_EQ(calls(), Calls{});
  EXPECT_EQ(model_.active()->log.lines().size(), 4u);
}

TEST_F(ChatTest, WhoListsTheMembers) {
  joined("lobby");
  happens(event(PARLEY_EVENT_MEMBER_JOINED, "lobby", "ben"));
  happens(event(PARLEY_EVENT_MEMBER_JOINED, "lobby", "anna"));
  happens(event(PARLEY_EVENT_MEMBER_JOINED, "lobby", "carl"));
  happens(event(PARLEY_EVENT_MEMBER_LEFT, "lobby", "carl"));
  type("/who");
  EXPECT_EQ(last_line(), "2 here: anna, ben");
}

TEST_F(ChatTest, NothingIsSaidIntoNoRoom) {
  type("hello");
  EXPECT_EQ(calls(), Calls{});
  joined("lobby");  // the explanation waited for a room to stand in
  EXPECT_EQ(last_line(), "you are in no room: /join ROOM first");
}

TEST_F(ChatTest, TheStatusCountsDownToTheNextTry) {
  EXPECT_EQ(status_text(model_, 23'400, now_.mono), " anna · online · rtt 23 ms · F1 help");
  parley_event offline = event(PARLEY_EVENT_OFFLINE, "", "", "no answer");
  offline.retry_ms = 4000;
  happens(offline);
  EXPECT_EQ(status_text(model_, 0, now_.mono + Millis(1500)), " offline · next try in 3 s · no answer");
  EXPECT_EQ(status_text(model_, 0, now_.mono + Seconds(5)), " offline · trying again · no answer");
  happens(event(PARLEY_EVENT_REFUSED, "", "", "the ticket expired\x1b"));
  EXPECT_EQ(status_text(model_, 0, now_.mono), " refused: the ticket expired\\x1b");
}

TEST_F(ChatTest, ARollBackTakesLinesBack) {
  joined("lobby");
  message("lobby", 1, "kept");
  message("lobby", 2, "lost");
  parley_event rollback = event(PARLEY_EVENT_ROLLBACK, "lobby");
  rollback.sequence = 1;
  happens(rollback);
  EXPECT_EQ(last_line(), "kept");
}

TEST_F(ChatTest, LeavingTheActiveRoomOpensANeighbour) {
  joined("a");
  joined("b");
  joined("c");
  press(Key::Kind::kNextRoom);
  happens(event(PARLEY_EVENT_LEFT, "b"));
  EXPECT_EQ(model_.active()->name, "c");
  happens(event(PARLEY_EVENT_LEFT, "c"));
  EXPECT_EQ(model_.active()->name, "a");
  happens(event(PARLEY_EVENT_LEFT, "a"));
  EXPECT_EQ(model_.active(), nullptr);
}

TEST_F(ChatTest, ASearchShowsWhatItFoundWithNumbersAndGoesOnWithoutWords) {
  joined("lobby");
  message("lobby", 50, "now");
  type("/search raid 集合");
  EXPECT_EQ(calls(), Calls{"search lobby for raid 集合 before 0"});
  parley_event found = event(PARLEY_EVENT_MESSAGE, "lobby", "ben", "raid\x1b 集合");
  found.request = 1001;
  found.sequence = 41;
  found.history = 1;
  happens(found);
  EXPECT_EQ(last_line(), "now") << "what was found stands where it was said, not here";
  parley_event end = event(PARLEY_EVENT_PAGE_END, "lobby");
  end.request = 1001;
  end.more = 1;
  end.sequence = 41;
  happens(end);
  EXPECT_EQ(last_line(), "#41 1970-01-01 00:00:00 ben: raid\\x1b 集合\n/search looks further back for raid 集合");
  type("/search");
  EXPECT_EQ(calls(), Calls{"search lobby for raid 集合 before 41"});
  end.request = 1002;
  end.more = 0;
  happens(end);
  EXPECT_EQ(last_line(), "nothing found\nthat was all for raid 集合");
  type("/search");
  EXPECT_TRUE(calls().empty());
}

TEST_F(ChatTest, QuitsByCommandAndByKey) {
  EXPECT_FALSE(controller_.quitting());
  press(Key::Kind::kQuit);
  EXPECT_TRUE(controller_.quitting());
  Controller other(model_, backend_);
  other.press({Key::Kind::kText, "/quit"}, pane_, now_);
  other.press({Key::Kind::kEnter, ""}, pane_, now_);
  EXPECT_TRUE(other.quitting());
}

TEST_F(ChatTest, AnInputThatIsTooLongIsRefusedWithItsLimit) {
  joined("lobby");
  press(Key::Kind::kText, std::string(kMaxMessageBytes, 'x'));
  press(Key::Kind::kText, "y");
  EXPECT_NE(last_line().find("4096"), std::string::npos);
}

}  // namespace
}  // namespace parley::terminal
