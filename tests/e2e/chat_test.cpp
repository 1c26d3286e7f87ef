// SPDX-License-Identifier: Apache-2.0
// Real server, real clients, real datagrams on loopback: what two and three people in a room live to see.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/chatter.h"
#include "tests/e2e/server.h"

namespace parley::e2e {
namespace {

class Chat : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server.start()); }
  std::string address() const { return server.address(); }

  Server server;
};

TEST_F(Chat, TwoClientsHearEachOther) {
  Chatter ann(address(), server.ticket("ann"), "lobby");
  Chatter bob(address(), server.ticket("bob"), "lobby");
  ASSERT_TRUE(meanwhile({&ann, &bob}, [&] { return ann.rooms["lobby"].joined && bob.rooms["lobby"].joined; }));
  ann.say("lobby", "hello Bob");
  ASSERT_TRUE(meanwhile({&ann, &bob}, [&] { return bob.rooms["lobby"].heard.size() == 1; }));
  bob.say("lobby", "مرحبا آن 👋🏽");
  ASSERT_TRUE(meanwhile({&ann, &bob}, [&] { return ann.rooms["lobby"].heard.size() == 2 && bob.rooms["lobby"].heard.size() == 2; }));
  EXPECT_EQ(texts_of(ann.rooms["lobby"].heard), (std::vector<std::string>{"hello Bob", "مرحبا آن 👋🏽"}));
  EXPECT_EQ(ann.rooms["lobby"].heard, bob.rooms["lobby"].heard);
  EXPECT_EQ(bob.rooms["lobby"].heard[0].user, "ann");
}

TEST_F(Chat, ADirectMessageReachesWhoIsOnlineAndWhoComesLater) {
  Chatter ann(address(), server.ticket("ann"), "dm:ann+bob");
  Chatter bob(address(), server.ticket("bob"), "lobby");
  ASSERT_TRUE(meanwhile({&ann, &bob}, [&] { return ann.rooms["dm:ann+bob"].joined && bob.rooms["lobby"].joined; }));
  ann.say("dm:ann+bob", "psst");
  ASSERT_TRUE(meanwhile({&ann, &bob}, [&] { return !bob.invited.empty(); }));
  Chatter later(address(), server.ticket("bob"), "lobby");
  ASSERT_TRUE(meanwhile({&ann, &later}, [&] { return !later.invited.empty(); }));
  EXPECT_EQ(later.invited[0], "dm:ann+bob");
  ASSERT_EQ(parley_join(later.session, later.invited[0].c_str(), 50, 0), PARLEY_OK);
  ASSERT_TRUE(meanwhile({&ann, &later}, [&] { return later.rooms["dm:ann+bob"].heard.size() == 1; }));
  EXPECT_EQ(later.rooms["dm:ann+bob"].heard[0].text, "psst");
}

TEST_F(Chat, SenderGetsBothReceipts) {
  Chatter ann(address(), server.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  uint64_t number = ann.say("lobby", "hello");
  ASSERT_TRUE(ann.until_durable(number));
  ASSERT_TRUE(ann.ordered.contains(number));
  EXPECT_EQ(ann.ordered[number], 1u);
}

TEST_F(Chat, ThirdJoinsLateAndReadsHistory) {
  Chatter ann(address(), server.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  uint64_t last = 0;
  for (int i = 1; i <= 40; ++i) last = ann.say("lobby", "message " + std::to_string(i));
  ASSERT_TRUE(ann.until_durable(last));

  Chatter eve(address(), server.ticket("eve"), "lobby", 10);
  ASSERT_TRUE(meanwhile({&ann, &eve}, [&] { return eve.rooms["lobby"].heard.size() == 10; }));
  EXPECT_EQ(eve.rooms["lobby"].heard.front().text, "message 31");
  std::vector<Heard> older = eve.page("lobby", eve.rooms["lobby"].heard.front().sequence, true, 5);
  EXPECT_EQ(texts_of(older), (std::vector<std::string>{"message 26", "message 27", "message 28", "message 29", "message 30"}));
  EXPECT_EQ(eve.whole_history("lobby").size(), 40u);
}

TEST_F(Chat, EverybodySeesOneOrder) {
  std::vector<std::unique_ptr<Chatter>> chatters;
  std::vector<Chatter*> all;
  for (const char* user : {"ann", "bob", "eve"}) {
    chatters.push_back(std::make_unique<Chatter>(address(), server.ticket(user), "lobby"));
    all.push_back(chatters.back().get());
  }
  auto everybody = [&](auto holds) { return [&all, holds] { return std::ranges::all_of(all, holds); }; };
  ASSERT_TRUE(meanwhile(all, everybody([](Chatter* c) { return c->rooms["lobby"].joined; })));
  for (int i = 0; i < 30; ++i) {
    for (Chatter* chatter : all) chatter->say("lobby", std::to_string(i));
    for (Chatter* chatter : all) chatter->turn(0);
  }
  ASSERT_TRUE(meanwhile(all, everybody([](Chatter* c) { return c->rooms["lobby"].heard.size() == 90; })));
  EXPECT_EQ(all[0]->rooms["lobby"].heard, all[1]->rooms["lobby"].heard);
  EXPECT_EQ(all[0]->rooms["lobby"].heard, all[2]->rooms["lobby"].heard);
}

TEST_F(Chat, MembersAreKnownAndTheirGoingIsNoticed) {
  Chatter ann(address(), server.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  {
    Chatter bob(address(), server.ticket("bob"), "lobby");
    ASSERT_TRUE(meanwhile({&ann, &bob}, [&] { return bob.rooms["lobby"].joined && !ann.rooms["lobby"].here.empty(); }));
    std::vector<std::string> members = ann.who("lobby");
    std::ranges::sort(members);
    EXPECT_EQ(members, (std::vector<std::string>{"ann", "bob"}));
  }
  EXPECT_TRUE(ann.until([&] { return std::ranges::count(ann.rooms["lobby"].here, "bob") == 0; }));
  EXPECT_EQ(ann.who("lobby"), std::vector<std::string>{"ann"});
}

TEST_F(Chat, RoomsAreApart) {
  Chatter ann(address(), server.ticket("ann"), "red");
  Chatter bob(address(), server.ticket("bob"), "blue");
  ASSERT_TRUE(meanwhile({&ann, &bob}, [&] { return ann.rooms["red"].joined && bob.rooms["blue"].joined; }));
  ann.say("red", "only for red");
  bob.say("blue", "only for blue");
  ASSERT_TRUE(meanwhile({&ann, &bob}, [&] { return ann.rooms["red"].heard.size() == 1 && bob.rooms["blue"].heard.size() == 1; }));
  EXPECT_TRUE(ann.rooms["blue"].heard.empty());
  EXPECT_EQ(bob.rooms["blue"].heard[0].text, "only for blue");
}

}  // namespace
}  // namespace parley::e2e
