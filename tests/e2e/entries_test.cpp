// SPDX-License-Identifier: Apache-2.0
// Everything that can be said beside a plain message, through the C API, a real server and a real store: what the others see live, and what
// somebody sees who comes later.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/chatter.h"
#include "tests/e2e/server.h"

namespace parley::e2e {
namespace {

constexpr const char* kRoom = "lobby";

class Entries : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server.start());
    ann = std::make_unique<Chatter>(server.address(), server.ticket("ann"), kRoom);
    bob = std::make_unique<Chatter>(server.address(), server.ticket("bob"), kRoom);
    ASSERT_TRUE(ann->until_joined(kRoom));
    ASSERT_TRUE(bob->until_joined(kRoom));
  }
  // Ann says it; the number that it gets.
  uint64_t message(const std::string& text) {
    const size_t before = bob->rooms[kRoom].heard.size();
    ann->say(kRoom, text);
    EXPECT_TRUE(both([&] { return bob->rooms[kRoom].heard.size() > before; }));
    return bob->rooms[kRoom].heard.empty() ? 0 : bob->rooms[kRoom].heard.back().sequence;
  }
  bool both(const std::function<bool()>& holds) { return meanwhile({ann.get(), bob.get()}, holds); }
  bool told(Chatter& who, int type, size_t times = 1) {
    return both([&] { return who.told_of(type).size() >= times; });
  }
  std::unique_ptr<Chatter> late() {
    auto eve = std::make_unique<Chatter>(server.address(), server.ticket("eve"), kRoom);
    EXPECT_TRUE(eve->until_told(PARLEY_EVENT_ROOM_INFO));
    return eve;
  }

  Server server;
  std::unique_ptr<Chatter> ann, bob;
};

TEST_F(Entries, AnEditIsSeenLiveAndByWhoComesLater) {
  const uint64_t said = message("helo");
  ASSERT_EQ(parley_edit(ann->session, kRoom, said, "hello", 5, nullptr), PARLEY_OK);
  ASSERT_TRUE(told(*bob, PARLEY_EVENT_EDITED));
  EXPECT_EQ(bob->told_of(PARLEY_EVENT_EDITED)[0].target, said);
  EXPECT_EQ(bob->told_of(PARLEY_EVENT_EDITED)[0].text, "hello");
  const auto eve = late();
  ASSERT_EQ(eve->rooms[kRoom].heard.size(), 1u);
  EXPECT_EQ(eve->rooms[kRoom].heard[0].text, "hello");
  EXPECT_TRUE(eve->rooms[kRoom].heard[0].edited);
}

TEST_F(Entries, SomebodyElsesMessageCantBeEdited) {
  const uint64_t said = message("mine");
  uint64_t number = 0;
  ASSERT_EQ(parley_edit(bob->session, kRoom, said, "his", 3, &number), PARLEY_OK);
  ASSERT_TRUE(both([&] { return bob->failed.contains(number); }));
  EXPECT_EQ(bob->failed[number].code, PARLEY_E_NOT_GRANTED);
  EXPECT_EQ(texts_of(ann->whole_history(kRoom)), std::vector<std::string>{"mine"});
}

TEST_F(Entries, ADeletedTextIsGoneForEverybody) {
  const uint64_t said = message("secret");
  ASSERT_EQ(parley_delete(ann->session, kRoom, said, "wrong room", nullptr), PARLEY_OK);
  ASSERT_TRUE(told(*bob, PARLEY_EVENT_DELETED));
  const auto eve = late();
  ASSERT_EQ(eve->rooms[kRoom].heard.size(), 1u);
  EXPECT_TRUE(eve->rooms[kRoom].heard[0].deleted);
  EXPECT_EQ(eve->rooms[kRoom].heard[0].text, "wrong room");
}

TEST_F(Entries, AReplyNamesWhatItRepliesToAndAMentionCounts) {
  const uint64_t said = message("who comes?");
  const char* mentioned[] = {"bob"};
  const parley_message reply{sizeof reply, "you do", 6, 0, said, mentioned, 1};
  ASSERT_EQ(parley_send_message(ann->session, kRoom, &reply, nullptr), PARLEY_OK);
  ASSERT_TRUE(both([&] { return bob->rooms[kRoom].heard.size() == 2; }));
  EXPECT_EQ(bob->rooms[kRoom].heard[1].reply_to, said);
  EXPECT_TRUE(bob->rooms[kRoom].heard[1].mentions_me);
  parley_unread unread{};
  unread.size = sizeof unread;
  ASSERT_EQ(parley_room_unread(bob->session, kRoom, &unread), PARLEY_OK);
  EXPECT_EQ(unread.unread, 2u);
  EXPECT_EQ(unread.mentions, 1u);
}

TEST_F(Entries, ReactionsAreSeenLiveAndCountedForWhoComesLater) {
  const uint64_t said = message("pizza?");
  ASSERT_EQ(parley_react(ann->session, kRoom, said, "🍕", 1, nullptr), PARLEY_OK);
  ASSERT_EQ(parley_react(bob->session, kRoom, said, "🍕", 1, nullptr), PARLEY_OK);
  ASSERT_TRUE(told(*ann, PARLEY_EVENT_REACTION, 2));
  ASSERT_TRUE(told(*bob, PARLEY_EVENT_REACTION, 2));
  const auto eve = late();
  const auto counts = eve->told_of(PARLEY_EVENT_REACTIONS);
  ASSERT_EQ(counts.size(), 1u);
  EXPECT_EQ(counts[0].text, "🍕");
  EXPECT_EQ(counts[0].count, 2u);
  EXPECT_FALSE(counts[0].mine);
}

TEST_F(Entries, AReactionTwiceIsRefusedAndTakenBackIsGone) {
  const uint64_t said = message("pizza?");
  uint64_t twice = 0;
  ASSERT_EQ(parley_react(bob->session, kRoom, said, "🍕", 1, nullptr), PARLEY_OK);
  ASSERT_EQ(parley_react(bob->session, kRoom, said, "🍕", 1, &twice), PARLEY_OK);
  ASSERT_TRUE(both([&] { return bob->failed.contains(twice); }));
  ASSERT_EQ(parley_react(bob->session, kRoom, said, "🍕", 0, nullptr), PARLEY_OK);
  ASSERT_TRUE(told(*ann, PARLEY_EVENT_REACTION, 2));
  EXPECT_TRUE(ann->told_of(PARLEY_EVENT_REACTION)[1].removed);
  EXPECT_TRUE(late()->told_of(PARLEY_EVENT_REACTIONS).empty());
}

TEST_F(Entries, AModeratorPinsAndSetsTheTopic) {
  const uint64_t said = message("the rules");
  Chatter mod(server.address(), server.ticket("mod", "*", "join,send,history,moderate"), kRoom);
  ASSERT_TRUE(mod.until_joined(kRoom));
  ASSERT_EQ(parley_pin(mod.session, kRoom, said, 1, nullptr), PARLEY_OK);
  ASSERT_EQ(parley_set_topic(mod.session, kRoom, "raids", 5, nullptr), PARLEY_OK);
  ASSERT_TRUE(mod.until_told(PARLEY_EVENT_TOPIC));
  ASSERT_TRUE(mod.until_durable(2));
  const auto eve = late();
  EXPECT_EQ(eve->told_of(PARLEY_EVENT_ROOM_INFO)[0].text, "raids");
  ASSERT_TRUE(eve->until_told(PARLEY_EVENT_PINNED));
  EXPECT_EQ(eve->told_of(PARLEY_EVENT_PINNED).back().target, said);
}

TEST_F(Entries, CustomEntriesCarryAnyBytes) {
  const std::string payload("\0\xff bytes\0", 9);
  ASSERT_EQ(parley_send_custom(ann->session, kRoom, 42, payload.data(), payload.size(), nullptr), PARLEY_OK);
  ASSERT_TRUE(told(*bob, PARLEY_EVENT_CUSTOM));
  EXPECT_EQ(bob->told_of(PARLEY_EVENT_CUSTOM)[0].text, payload);
}

TEST_F(Entries, ReadMarksFollowTheUserToHisOtherDevices) {
  Chatter phone(server.address(), server.ticket("bob"), kRoom);
  ASSERT_TRUE(phone.until_joined(kRoom));
  const uint64_t first = message("one");
  message("two");
  ASSERT_EQ(parley_mark_read(bob->session, kRoom, first), PARLEY_OK);
  ASSERT_TRUE(meanwhile({bob.get(), &phone}, [&] { return !phone.told_of(PARLEY_EVENT_READ).empty(); }));
  EXPECT_EQ(phone.told_of(PARLEY_EVENT_READ)[0].sequence, first);
  Chatter tablet(server.address(), server.ticket("bob"), kRoom);
  ASSERT_TRUE(tablet.until_told(PARLEY_EVENT_ROOM_INFO));
  EXPECT_EQ(tablet.told_of(PARLEY_EVENT_ROOM_INFO)[0].sequence, first);
  EXPECT_EQ(tablet.told_of(PARLEY_EVENT_ROOM_INFO)[0].number, 1u) << "unread";
}

TEST_F(Entries, InADirectRoomTheSenderLearnsThatItWasSeen) {
  constexpr const char* kDirect = "dm:ann+bob";
  for (Chatter* each : {ann.get(), bob.get()}) ASSERT_EQ(parley_join(each->session, kDirect, 50, 0), PARLEY_OK);
  ASSERT_TRUE(both([&] { return ann->rooms[kDirect].joined && bob->rooms[kDirect].joined; }));
  ann->say(kDirect, "psst");
  ASSERT_TRUE(both([&] { return !bob->rooms[kDirect].heard.empty(); }));
  ASSERT_EQ(parley_mark_read(bob->session, kDirect, 1), PARLEY_OK);
  ASSERT_TRUE(told(*ann, PARLEY_EVENT_READ));
  EXPECT_EQ(ann->told_of(PARLEY_EVENT_READ)[0].user, "bob");
}

TEST_F(Entries, PagesByTimeAndAroundAMessage) {
  for (int i = 0; i < 20; ++i) message("message " + std::to_string(i));
  ASSERT_TRUE(both([&] { return ann->durable_through >= 20; })) << "pages are read from the store";
  uint32_t request = 0;
  ASSERT_EQ(parley_history_around(ann->session, kRoom, 10, 6, &request), PARLEY_OK);
  ASSERT_EQ(ann->answer_to(request).size(), 6u);
  EXPECT_EQ(ann->answer_to(request).front().sequence, 7u);
  ASSERT_EQ(parley_history_since(ann->session, kRoom, 0, 3, &request), PARLEY_OK);
  EXPECT_EQ(ann->answer_to(request).front().sequence, 1u);
}

TEST_F(Entries, WhatCantBeSaidFailsAtOnce) {
  EXPECT_EQ(parley_edit(ann->session, kRoom, 0, "x", 1, nullptr), PARLEY_E_INVALID_ARGUMENT);
  EXPECT_EQ(parley_react(ann->session, kRoom, 1, "two words", 1, nullptr), PARLEY_E_FORBIDDEN_CHARACTER);
  EXPECT_EQ(parley_send_custom(ann->session, kRoom, 0, "x", 1, nullptr), PARLEY_E_INVALID_ARGUMENT);
  EXPECT_EQ(parley_set_topic(ann->session, kRoom, std::string(600, 'x').c_str(), 600, nullptr), PARLEY_E_MESSAGE_TOO_LONG);
  EXPECT_EQ(parley_mark_read(ann->session, "elsewhere", 1), PARLEY_E_NOT_MEMBER);
}

}  // namespace
}  // namespace parley::e2e
