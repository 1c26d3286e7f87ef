// SPDX-License-Identifier: Apache-2.0
#include "net/server/early_joins.h"

#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

using Texts = std::vector<std::string>;

constexpr size_t kRoomEnough = 10'000;

class EarlyJoinsTest : public ::testing::Test {
 protected:
  // A room in which three messages were said and stored.
  void SetUp() override {
    ann = server.connect("ann");
    room = server.join(ann, "lobby");
    for (const char* text : {"one", "two", "three"}) say(text);
  }
  void say(const std::string& text) {
    server.send(ann, room, ++said, text);
    server.settle();
  }
  // Bob's hello is in, and he hasn't proven himself.
  Client greet(ConnectOptions options = {}) {
    options.early_room = options.early_room == 0 ? kRoomEnough : options.early_room;
    if (options.rooms.empty()) options.rooms = {{1, "lobby", {}, {}, 50}};
    options.ready = false;
    const Client client = server.connect("bob", options);
    server.settle();
    return client;
  }
  Epoch epoch() { return server.store->snapshot().epoch; }
  std::vector<const wire::Joined*> early_joined(const Client& client) { return server.got_early<wire::Joined>(client); }
  Texts early_texts(const Client& client) { return server.texts_of(server.got_early<wire::HistoryPage>(client)); }

  ServerFixture server;
  Client ann;
  RoomId room;
  uint64_t said = 0;
};

TEST_F(EarlyJoinsTest, ARoomAndItsLastEntriesAreToldBeforeTheProof) {
  const Client bob = greet();
  const auto joined = early_joined(bob);
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_TRUE(joined[0]->early());
  EXPECT_EQ(joined[0]->request(), 1u);
  EXPECT_EQ(joined[0]->head(), 3u);
  EXPECT_EQ(early_texts(bob), (Texts{"one", "two", "three"}));
  EXPECT_FALSE(server.got_early<wire::HistoryPage>(bob)[0]->complete());
  EXPECT_TRUE(server.got<wire::Joined>(bob).empty());
}

TEST_F(EarlyJoinsTest, NobodyAndNothingLearnsOfHim) {
  const uint64_t records = server.ring->claimed();
  server.clear();
  greet();
  EXPECT_EQ(server.ring->claimed(), records);
  EXPECT_TRUE(server.got<wire::Presence>(ann).empty());
  server.say(ann, server.words().who(5, room));
  server.cycle();
  ASSERT_EQ(server.got<wire::Presence>(ann).size(), 1u);
  EXPECT_EQ(server.got<wire::Presence>(ann)[0]->joined()->size(), 1u) << "ann alone";
}

TEST_F(EarlyJoinsTest, HeGetsNothingThatIsSaidUntilHeHasProvenHimself) {
  const Client bob = greet();
  const size_t before = server.transports[0]->early.size();
  say("four");
  EXPECT_EQ(server.transports[0]->early.size(), before);
  EXPECT_TRUE(server.live_texts(bob).empty());
}

TEST_F(EarlyJoinsTest, AfterTheProofComesTheRest) {
  const Client bob = greet();
  say("four");
  server.prove(bob);
  server.settle();
  say("five");
  const auto joined = server.got<wire::Joined>(bob);
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_FALSE(joined[0]->early());
  EXPECT_EQ(joined[0]->head(), 4u);
  EXPECT_EQ(joined[0]->valid_through(), 4u) << "nothing of what was told is taken back";
  EXPECT_EQ(server.page_texts(bob), Texts{"four"});
  EXPECT_EQ(server.live_texts(bob), Texts{"five"});
  EXPECT_TRUE(server.got<wire::HistoryPage>(bob).back()->complete());
}

TEST_F(EarlyJoinsTest, OneThatIsLostLeavesNoMembershipBehind) {
  const Client bob = greet();
  server.clear();
  server.lose(bob);
  server.settle();
  EXPECT_TRUE(server.got<wire::Presence>(ann).empty());
  server.say(ann, server.words().who(5, room));
  server.cycle();
  EXPECT_EQ(server.got<wire::Presence>(ann)[0]->joined()->size(), 1u);
}

TEST_F(EarlyJoinsTest, WhatDoesNotFitComesAfterTheProof) {
  const Client bob = greet({.early_room = 650});
  const Texts early = early_texts(bob);
  ASSERT_FALSE(early.empty());
  ASSERT_LT(early.size(), 3u) << "less room, please";
  EXPECT_EQ(early[0], "one") << "from the beginning: the client shows entries in their order";
  server.prove(bob);
  server.settle();
  Texts all = early;
  for (const std::string& text : server.page_texts(bob)) all.push_back(text);
  EXPECT_EQ(all, (Texts{"one", "two", "three"}));
}

TEST_F(EarlyJoinsTest, WithRoomForNothingItIsAnOrdinaryJoin) {
  const Client bob = greet({.early_room = 1});
  EXPECT_TRUE(early_joined(bob).empty());
  server.prove(bob);
  server.settle();
  EXPECT_EQ(server.page_texts(bob), (Texts{"one", "two", "three"}));
}

TEST_F(EarlyJoinsTest, APageNeverNeedsMoreRoomThanThereIs) {
  for (int i = 0; i < 30; ++i) say(std::string(static_cast<size_t>(i) * 7, 'x'));
  for (size_t bytes = 150; bytes < 6000; bytes += 97) {
    const Client bob = greet({.early_room = bytes});
    if (early_joined(bob).empty()) continue;
    const size_t pages = server.got_early<wire::HistoryPage>(bob).size();
    EXPECT_TRUE(pages == 1 || bytes < 600) << "at " << bytes << ": made one that didn't fit";
    server.clear();
  }
}

TEST_F(EarlyJoinsTest, AResumedRoomGoesOnWhereItsClientIs) {
  const Client bob = greet({.rooms = {{1, "lobby", Sequence(2), epoch(), 0}}});
  EXPECT_EQ(early_joined(bob).at(0)->valid_through(), 2u);
  EXPECT_EQ(early_texts(bob), Texts{"three"});
}

TEST_F(EarlyJoinsTest, WhoMissedNothingIsToldSoWithoutAPage) {
  const Client bob = greet({.rooms = {{1, "lobby", Sequence(3), epoch(), 0}}});
  EXPECT_EQ(early_joined(bob).size(), 1u);
  EXPECT_TRUE(early_texts(bob).empty());
  say("four");
  server.prove(bob);
  server.settle();
  EXPECT_EQ(server.page_texts(bob), Texts{"four"});
}

TEST_F(EarlyJoinsTest, WhatIsRefusedIsRefusedAfterTheProof) {
  const Client bob = greet({.pattern = "team-*"});
  EXPECT_TRUE(early_joined(bob).empty());
  server.prove(bob);
  server.settle();
  EXPECT_EQ(server.got<wire::RequestRefused>(bob).size(), 1u);
}

TEST_F(EarlyJoinsTest, WithoutTheRightToHistoryNothingIsShown) { EXPECT_TRUE(early_joined(greet({.can = {"join", "send"}})).empty()); }

TEST_F(EarlyJoinsTest, AClientThatDoesNotAskForItGetsNothing) {
  const Client bob = server.connect("bob", {.rooms = {{1, "lobby", {}, {}, 50}}, .ready = false});
  server.transports[0]->early_rooms[bob.id] = kRoomEnough;
  server.settle();
  EXPECT_TRUE(server.transports[0]->early.empty());
}

TEST_F(EarlyJoinsTest, ARoomThatIsNotThereIsNotMade) {
  const uint64_t records = server.ring->claimed();
  EXPECT_TRUE(early_joined(greet({.rooms = {{1, "nowhere", {}, {}, 50}}})).empty());
  EXPECT_EQ(server.ring->claimed(), records);
}

TEST_F(EarlyJoinsTest, WhatAnEarlierEpochSaidWaitsForTheProof) {
  EXPECT_TRUE(early_joined(greet({.rooms = {{1, "lobby", Sequence(2), Epoch(77), 0}}})).empty());
}

TEST_F(EarlyJoinsTest, AnAnswerOfTheStoreThatComesAfterTheProofIsNotShownTwice) {
  ConnectOptions options{.rooms = {{1, "lobby", {}, {}, 50}}, .ready = false, .early_room = kRoomEnough};
  const Client bob = server.queue_connect("bob", options);
  server.cycle_io(0);  // asked; the reader hasn't had its turn
  server.prove(bob);   // one cycle of all
  server.settle();
  EXPECT_TRUE(server.transports[0]->early.empty());
  EXPECT_EQ(server.page_texts(bob), (Texts{"one", "two", "three"}));
}

TEST_F(EarlyJoinsTest, BothRoomsOfAHelloAreShown) {
  const RoomId other = server.join(ann, "other");
  server.send(ann, other, ++said, "elsewhere");
  server.settle();
  const Client bob = greet({.rooms = {{1, "lobby", {}, {}, 50}, {2, "other", {}, {}, 50}}});
  EXPECT_EQ(early_joined(bob).size(), 2u);
  EXPECT_EQ(early_texts(bob), (Texts{"one", "two", "three", "elsewhere"}));
}

TEST_F(EarlyJoinsTest, PagesForTheUnprovenAreBounded) {
  const size_t clients = kMaxEarlyPages + 20;
  for (size_t i = 0; i < clients; ++i) {
    server.queue_connect("bob" + std::to_string(i), {.rooms = {{1, "lobby", {}, {}, 50}}, .ready = false, .early_room = kRoomEnough});
  }
  server.cycle_io(0);  // all of them, before the reader has its turn
  server.settle(20);
  size_t pages = 0;
  for (const auto& each : server.transports[0]->early) {
    if (client::decode_message(each.bytes)->body_type() == wire::Body::HistoryPage) ++pages;
  }
  EXPECT_EQ(pages, kMaxEarlyPages);
  EXPECT_EQ(early_texts(greet()).size(), 3u) << "and there is room again";
}

class HiddenPastTest : public EarlyJoinsTest {
 protected:
  void SetUp() override {
    server.config.rooms.rules = {room::parse_rule("lobby late-joiners=nothing").value()};
    EarlyJoinsTest::SetUp();
  }
};

TEST_F(HiddenPastTest, ARoomThatShowsLateJoinersNothingIsNotShownEarly) { EXPECT_TRUE(early_joined(greet()).empty()); }

}  // namespace
}  // namespace parley::server
