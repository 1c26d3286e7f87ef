// SPDX-License-Identifier: Apache-2.0
#include "net/server/direct_rooms.h"

#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

class DirectRoomsTest : public ::testing::Test {
 protected:
  ServerFixture server{FixtureOptions{.ios = 2}};
  uint64_t number = 0;

  void say_to_ben(const Client& ann, const std::string& text) {
    server.send(ann, server.join(ann, "dm:ann+ben"), ++number, text);
    server.settle();
  }
  std::vector<const wire::Invited*> invited(const Client& client) { return server.got<wire::Invited>(client); }
};

TEST_F(DirectRoomsTest, WhoIsOnlineElsewhereIsInvitedByAMessage) {
  const Client ben = server.connect("ben", {.io = 1});
  server.join(ben, "lobby");
  say_to_ben(server.connect("ann"), "psst");
  ASSERT_EQ(invited(ben).size(), 1u);
  EXPECT_EQ(invited(ben)[0]->room()->str(), "dm:ann+ben");
  EXPECT_EQ(invited(ben)[0]->user()->str(), "ann");
  EXPECT_EQ(invited(ben)[0]->head(), 1u);
  EXPECT_TRUE(invited(ben)[0]->live());
}

TEST_F(DirectRoomsTest, WhoIsAwayIsInvitedWhenHeComesOnline) {
  say_to_ben(server.connect("ann"), "psst");
  const Client ben = server.connect("ben", {.io = 1});
  server.settle();
  ASSERT_EQ(invited(ben).size(), 1u);
  EXPECT_FALSE(invited(ben)[0]->live());
  server.join(ben, "dm:ann+ben", 50);
  EXPECT_EQ(server.page_texts(ben), std::vector<std::string>{"psst"});
}

TEST_F(DirectRoomsTest, WhoIsInTheRoomIsntInvited) {
  const Client ann = server.connect("ann"), ben = server.connect("ben");
  server.join(ben, "dm:ann+ben");
  say_to_ben(ann, "psst");
  EXPECT_TRUE(invited(ben).empty());
  EXPECT_TRUE(invited(ann).empty());
  EXPECT_EQ(server.live_texts(ben), std::vector<std::string>{"psst"});
}

TEST_F(DirectRoomsTest, ARoomWithoutMessagesInvitesNobody) {
  const Client ann = server.connect("ann");
  server.join(ann, "dm:ann+ben");
  const Client ben = server.connect("ben");
  server.settle();
  EXPECT_TRUE(invited(ben).empty());
}

TEST_F(DirectRoomsTest, WhoMayNotJoinItIsntTold) {
  const Client ben = server.connect("ben", {.can = {}});
  say_to_ben(server.connect("ann"), "psst");
  EXPECT_TRUE(invited(ben).empty());
}

TEST_F(DirectRoomsTest, AThirdOneNeitherGetsInNorHears) {
  const Client eve = server.connect("eve");
  say_to_ben(server.connect("ann"), "psst");
  server.clear();
  for (const char* room : {"dm:ann+ben", "dm:ben+eve+ann", "dm:x"}) server.ask_join(eve, {3, room, {}, {}, 0});
  server.settle();
  const auto refused = server.got<wire::RequestRefused>(eve);
  ASSERT_EQ(refused.size(), 3u);
  EXPECT_EQ(refused[0]->refusal()->code(), static_cast<uint16_t>(ErrorCode::kNotGranted));
  EXPECT_TRUE(invited(eve).empty());
}

TEST_F(DirectRoomsTest, AUserIsToldOfABoundedNumberTheNewestFirst) {
  const Client ben = server.connect("ben");
  for (size_t i = 0; i < kMaxInvitesAtOnce + 5; ++i) {
    const RoomId room = server.join(ben, "dm:ben+" + std::to_string(1000 + i).replace(0, 1, "x"));
    server.send(ben, room, ++number, "hello");
    server.say(ben, server.words().leave(room));
    server.settle();
  }
  server.lose(ben);
  const Client again = server.connect("ben");
  server.settle();
  ASSERT_EQ(invited(again).size(), kMaxInvitesAtOnce);
  EXPECT_EQ(invited(again)[0]->user()->str(), "x0" + std::to_string(kMaxInvitesAtOnce + 4));
}

}  // namespace
}  // namespace parley::server
