// SPDX-License-Identifier: Apache-2.0
// Beyond plain messages: what events about messages change, and what keys and commands ask for.
#include "tests/tools/parley/chat_fixture.h"

namespace parley::terminal {
namespace {

class ChatEntries : public ChatFixture {
 protected:
  void SetUp() override {
    ChatFixture::SetUp();
    joined("lobby");
    happens(event(PARLEY_EVENT_MEMBER_JOINED, "lobby", "anna"));
    happens(event(PARLEY_EVENT_MEMBER_JOINED, "lobby", "ben"));
    message("lobby", 1, "pizza?");
    message("lobby", 2, "at eigth", 77, 1);
    message("lobby", 3, "fine");
  }
  void select(int up) {
    for (int i = 0; i < up; ++i) press(Key::Kind::kUp);
  }
  void key(const char* text) { press(Key::Kind::kText, text); }
};

TEST_F(ChatEntries, EventsChangeTheirMessage) {
  happens(entry(PARLEY_EVENT_EDITED, 4, 1, "pasta?"));
  happens(entry(PARLEY_EVENT_REACTION, 5, 1, "👍", "anna"));
  happens(entry(PARLEY_EVENT_DELETED, 6, 3, "spam"));
  happens(entry(PARLEY_EVENT_PINNED, 7, 1));
  EXPECT_EQ(line(1).text, "pasta?");
  EXPECT_EQ(line(1).reactions, (std::vector<Reaction>{{"👍", 1, true}}));
  EXPECT_TRUE(line(1).pinned);
  EXPECT_TRUE(line(3).deleted);
  EXPECT_EQ(last_line(), "ben pinned #1");
}

TEST_F(ChatEntries, ReactionsOfAPageCountOnce) {
  parley_event live = entry(PARLEY_EVENT_REACTION, 5, 1, "👍");
  happens(live);
  parley_event counts = entry(PARLEY_EVENT_REACTIONS, 5, 1, "👍", "");
  counts.count = 2;
  happens(counts);
  happens(live);
  EXPECT_EQ(line(1).reactions, (std::vector<Reaction>{{"👍", 2, false}}));
}

TEST_F(ChatEntries, TopicAndPinsComeWithTheRoom) {
  happens(entry(PARLEY_EVENT_PINNED, 4, 3));
  room_info("lobby", 3, 0, "raids at eight");
  parley_event pinned = entry(PARLEY_EVENT_PINNED, 0, 1, "", "");
  pinned.history = 1;
  happens(pinned);
  EXPECT_EQ(model_.active()->topic, "raids at eight");
  EXPECT_TRUE(line(1).pinned);
  EXPECT_FALSE(line(3).pinned) << "the room's list replaces what was there";
  happens(entry(PARLEY_EVENT_TOPIC, 5, 0, ""));
  EXPECT_EQ(model_.active()->topic, "");
  type("/pins");
  EXPECT_EQ(last_line(), "pinned (/goto N goes there):\n#1 ben: pizza?");
}

TEST_F(ChatEntries, UpOnAnEmptyLineChoosesAndTheStatusSaysTheKeys) {
  select(1);
  EXPECT_EQ(controller_.hint(), " #3: r reply · d delete · + react · p pin · Esc");
  select(1);
  EXPECT_EQ(controller_.hint(), " #2: r reply · e edit · d delete · + react · p pin · Esc");
  press(Key::Kind::kDown);
  press(Key::Kind::kDown);
  EXPECT_EQ(controller_.hint(), "");
}

TEST_F(ChatEntries, UpOnALineWithTextIsItsHistory) {
  type("first");
  calls();
  key("draft");
  press(Key::Kind::kUp);
  EXPECT_EQ(controller_.input().text(), "first");
  press(Key::Kind::kDown);
  EXPECT_EQ(controller_.input().text(), "draft");
  press(Key::Kind::kDeleteToStart);
  press(Key::Kind::kOlderInput);
  EXPECT_EQ(controller_.input().text(), "first");
}

TEST_F(ChatEntries, RepliesToTheChosenMessageAndMentionsItsAuthor) {
  select(1);
  key("r");
  EXPECT_EQ(controller_.hint(), " reply to ben #3 · Enter sends · Esc not");
  type("great");
  EXPECT_EQ(calls(), Calls{"send lobby great to 3 @ben"});
  EXPECT_EQ(model_.active()->log.lines().back().reply, "ben: fine");
  type("more");
  EXPECT_EQ(calls(), Calls{"send lobby more"});
}

TEST_F(ChatEntries, EditsTheOwnChosenMessage) {
  select(1);
  key("e");
  EXPECT_EQ(last_line(), "only your own messages can be edited");
  select(1);
  key("e");
  EXPECT_EQ(controller_.input().text(), "at eigth");
  press(Key::Kind::kDeleteToStart);
  type("at eight");
  EXPECT_EQ(calls(), Calls{"edit 2 at eight"});
}

TEST_F(ChatEntries, EscapeGivesTheDraftBack) {
  key("half a thought");
  press(Key::Kind::kSelectUp);
  press(Key::Kind::kSelectUp);
  key("e");
  EXPECT_EQ(controller_.input().text(), "at eigth");
  press(Key::Kind::kEscape);
  EXPECT_EQ(controller_.input().text(), "half a thought");
  EXPECT_EQ(controller_.hint(), "");
  EXPECT_EQ(calls(), Calls{});
}

TEST_F(ChatEntries, DeletesAfterItAskedOnce) {
  select(1);
  key("d");
  EXPECT_NE(controller_.hint().find("delete #3?"), std::string::npos);
  key("n");
  EXPECT_EQ(calls(), Calls{});
  EXPECT_EQ(controller_.input().text(), "");
  select(1);
  key("d");
  key("d");
  EXPECT_EQ(calls(), Calls{"delete 3"});
}

TEST_F(ChatEntries, ReactsByNameAndTakesBackByTheSameAgain) {
  select(3);
  key("+");
  type(":thumbsup:");
  happens(entry(PARLEY_EVENT_REACTION, 4, 1, "👍", "anna"));
  type("/react 1 👍");
  type("/unreact 3 tada");
  EXPECT_EQ(calls(), (Calls{"react 1 👍", "unreact 1 👍", "unreact 3 🎉"}));
}

TEST_F(ChatEntries, PinsTheChosenMessage) {
  select(3);
  key("p");
  happens(entry(PARLEY_EVENT_PINNED, 4, 1));
  select(3);
  key("p");
  EXPECT_EQ(calls(), (Calls{"pin 1", "unpin 1"}));
}

TEST_F(ChatEntries, OtherTextGoesOnToTheLine) {
  select(1);
  key("h");
  key("e");
  EXPECT_EQ(controller_.input().text(), "he");
  EXPECT_EQ(controller_.hint(), "");
}

TEST_F(ChatEntries, CommandsDoTheSameByNumber) {
  const Calls inputs{"/reply 1 yes", "/edit at eight", "/edit 2 at nine", "/delete 2", "/delete 3 spam",
                     "/pin",         "/unpin 1",       "/topic raids",    "/topic -"};
  for (const std::string& input : inputs) type(input);
  EXPECT_EQ(calls(), (Calls{"send lobby yes to 1 @ben", "edit 2 at eight", "edit 2 at nine", "delete 2", "delete 3 spam", "pin 3",
                            "unpin 1", "topic raids", "topic"}));
}

TEST_F(ChatEntries, ASubstitutionEditsTheLastOwnMessage) {
  type("s/eigth/eight/");
  EXPECT_EQ(calls(), Calls{"edit 2 at eight"});
  type("s/noon/one/");
  EXPECT_EQ(calls(), Calls{});
  EXPECT_EQ(last_line(), "your last message doesn't say that");
}

TEST_F(ChatEntries, WhatTheServerRefusesIsSaid) {
  parley_event failed = event(PARLEY_EVENT_SEND_FAILED, "lobby", "", "your ticket doesn't grant moderate");
  failed.number = 9;
  happens(failed);
  EXPECT_EQ(last_line(), "not done: your ticket doesn't grant moderate");
}

TEST_F(ChatEntries, MentionsGoAlong) {
  type("@Ben, look");
  EXPECT_EQ(calls(), Calls{"send lobby @Ben, look @ben"});
}

TEST_F(ChatEntries, TheOpenRoomIsReadAsFarAsItIsShown) {
  backend_.counts["lobby"] = {1, 1, 0};
  settle();
  EXPECT_EQ(calls(), Calls{}) << "before it is known what is new";
  room_info("lobby", 1, 1);
  settle();
  EXPECT_EQ(calls(), Calls{"read lobby 3"});
  settle();
  EXPECT_EQ(calls(), Calls{});
}

TEST_F(ChatEntries, NothingIsReadScrolledBackOrBehindAnotherWindow) {
  room_info("lobby", 1, 1);
  press(Key::Kind::kBlur);
  settle();
  press(Key::Kind::kFocus);
  press(Key::Kind::kWheelUp);
  model_.active()->view.scroll_up(model_.active()->log.lines(), 1, 1, pane_.layout);
  settle();
  EXPECT_TRUE(std::none_of(backend_.calls.begin(), backend_.calls.end(), [](const auto& c) { return c.starts_with("read"); }));
  press(Key::Kind::kEnd);
  settle();
  EXPECT_EQ(calls().back(), "read lobby 3");
}

TEST_F(ChatEntries, TheFirstNewMessageHasALineAboveIt) {
  room_info("lobby", 1, 1);
  EXPECT_EQ(model_.active()->first_new, line(3).id) << "2 is one's own";
  type("an answer");
  EXPECT_EQ(model_.active()->first_new, 0u);
}

TEST_F(ChatEntries, ARoomThatIsOpenedShowsWhereNewBegins) {
  joined("guild");
  message("guild", 1, "old");
  message("guild", 2, "new");
  backend_.counts["guild"] = {1, 1, 0};
  settle();
  press(Key::Kind::kNextRoom);
  EXPECT_EQ(model_.active()->first_new, line(2).id);
  press(Key::Kind::kNextRoom);
  EXPECT_EQ(model_.room("guild").first_new, 0u);
}

TEST_F(ChatEntries, TheOtherOneHasSeenIt) {
  parley_event read = event(PARLEY_EVENT_READ, "lobby", "ben");
  read.sequence = 2;
  happens(read);
  EXPECT_EQ(model_.layout(*model_.active(), 60, 0).seen, line(2).id);
  read.user = "anna";  // this user's other device
  read.sequence = 3;
  happens(read);
  EXPECT_EQ(model_.active()->peer_read, 2u);
}

TEST_F(ChatEntries, GoesToAMessageThatIsNotLoaded) {
  joined("guild");
  press(Key::Kind::kNextRoom);
  for (uint64_t i = 101; i <= 110; ++i) message("guild", i, "x");
  type("/goto 50");
  EXPECT_EQ(calls(), Calls{"page guild around 50"});
  for (uint64_t i = 40; i <= 60; ++i) {
    parley_event e = event(PARLEY_EVENT_MESSAGE, "guild", "ben", "old");
    e.sequence = i;
    e.request = 1;
    e.history = 1;
    happens(e);
  }
  parley_event end = event(PARLEY_EVENT_PAGE_END, "guild");
  end.request = 1;
  happens(end);
  settle();
  EXPECT_EQ(model_.active()->selected, line(50).id);
  EXPECT_EQ(line(101).missing_from, 61u);
  controller_.want_missing(61, now_);
  EXPECT_EQ(calls(), Calls{"page guild from 61"});
}

TEST_F(ChatEntries, GoesToADate) {
  pane_.layout.utc_offset_s = 3600;
  type("/date 2027-01-15 13:00");
  EXPECT_EQ(calls(), Calls{"page lobby since 1800014400000000"});
  for (const char* input : {"/date yesterday", "/date 2027-02-30", "/date 2027-01-15 25:00", "/date 2027-01-15 13:00 x"}) type(input);
  EXPECT_EQ(calls(), Calls{});
}

TEST_F(ChatEntries, CustomAndSystemEntriesHaveALine) {
  parley_event custom = entry(PARLEY_EVENT_CUSTOM, 4, 0, "123456789");
  custom.custom_type = 42;
  happens(custom);
  EXPECT_EQ(last_line(), "[custom 42, 9 bytes]");
  happens(entry(PARLEY_EVENT_SYSTEM, 5, 0, "restart at 5", ""));
  EXPECT_EQ(last_line(), "restart at 5");
}

TEST_F(ChatEntries, APageOfWhichNothingIsSeenIsPassed) {
  joined("guild");
  press(Key::Kind::kNextRoom);
  message("guild", 300, "x");
  press(Key::Kind::kPageUp);
  parley_event end = event(PARLEY_EVENT_PAGE_END, "guild");
  end.request = 1;
  end.more = 1;
  happens(end);
  press(Key::Kind::kPageUp);
  EXPECT_EQ(calls(), (Calls{"page guild before 300", "page guild before 200"}));
}

}  // namespace
}  // namespace parley::terminal
