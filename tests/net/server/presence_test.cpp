// SPDX-License-Identifier: Apache-2.0
#include "net/server/presence.h"

#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

using Names = std::vector<std::string>;

struct Change {
  Names came, went;
};

// What a client heard about a room as changes, not as lists.
Change changes(ServerFixture& server, const Client& client) {
  Change out;
  bool in_list = false;
  for (const wire::Presence* each : server.got<wire::Presence>(client)) {
    in_list = in_list || each->snapshot();
    if (!in_list && each->joined() != nullptr) {
      for (const wire::Member* member : *each->joined()) out.came.push_back(member->user()->str());
    }
    if (!in_list && each->left() != nullptr) {
      for (const flatbuffers::String* user : *each->left()) out.went.push_back(user->str());
    }
    if (each->last()) in_list = false;
  }
  return out;
}

std::vector<Client> connect_many(ServerFixture& server, size_t count) {
  std::vector<Client> clients;
  for (size_t i = 0; i < count; ++i) clients.push_back(server.connect("user" + std::to_string(i)));
  return clients;
}

TEST(Presence, WhoJoinsGetsTheWholeListOnceAndNoChangeAboutItself) {
  ServerFixture server;
  const Client ann = server.connect("ann");
  const Client bob = server.connect("bob");
  server.join(ann, "lobby");
  server.clear();
  server.join(bob, "lobby");
  const auto got = server.got<wire::Presence>(bob);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_TRUE(got[0]->snapshot() && got[0]->last());
  EXPECT_EQ(got[0]->joined()->size(), 2u);
  EXPECT_EQ(changes(server, ann).came, Names{"bob"});
}

TEST(Presence, AStormOfJoinsIsOneChangeForTheOthersAndOneListForAllWhoCame) {
  ServerFixture server;
  const Client ann = server.connect("ann");
  server.join(ann, "lobby");
  const auto many = connect_many(server, 50);
  for (const Client& each : many) server.ask_join(each, {1, "lobby", {}, {}, 0});
  server.clear();
  const size_t packets = server.transports[0]->packets;
  server.cycle();
  EXPECT_EQ(server.got<wire::Presence>(ann).size(), 1u);
  EXPECT_EQ(changes(server, ann).came.size(), 50u);
  EXPECT_EQ(server.got<wire::Presence>(many[0])[0]->joined()->size(), 51u);
  EXPECT_LE(server.transports[0]->packets - packets, 50u * 2 + 2) << "Joined and an empty catch-up each; one change, one list";
}

TEST(Presence, WhoCameAndWentWithinACycleIsNoNews) {
  ServerFixture server({.ios = 2});
  const Client ann = server.connect("ann");
  server.join(ann, "lobby");
  const Client bob = server.connect("bob", {.io = 1});
  server.clear();
  server.ask_join(bob, {1, "lobby", {}, {}, 0});
  server.cycle_io(1);
  server.lose(bob);
  server.cycle_io(1);
  server.cycle_io(0);  // sees both at once
  EXPECT_TRUE(server.got<wire::Presence>(ann).empty());
}

TEST(Presence, GoingIsToldToThoseWhoStay) {
  ServerFixture server;
  const Client ann = server.connect("ann");
  const auto many = connect_many(server, 3);
  server.join(ann, "lobby");
  for (const Client& each : many) server.join(each, "lobby");
  server.clear();
  for (const Client& each : many) server.lose(each);
  server.settle();
  EXPECT_EQ(server.got<wire::Presence>(ann).size(), 1u);
  EXPECT_EQ(changes(server, ann).went, (Names{"user0", "user1", "user2"}));
}

TEST(Presence, InALargeRoomListsTakeTurnsAndAreWhole) {
  ServerFixture server({.ring_slots = 4096});
  const size_t crowd = kListAtOnceMembers + 1, late = kListBytesATurn / (crowd * 56) + 20;
  for (const Client& each : connect_many(server, crowd)) server.ask_join(each, {1, "lobby", {}, {}, 0});
  server.settle(200);
  std::vector<Client> latecomers;
  for (size_t i = 0; i < late; ++i) latecomers.push_back(server.connect("late" + std::to_string(i)));
  for (const Client& each : latecomers) server.ask_join(each, {1, "lobby", {}, {}, 0});
  server.clear();
  constexpr int kTurn = kListTurn / Millis(1);  // in cycles
  server.settle(kTurn);
  const auto listed = [&] {
    return std::ranges::count_if(latecomers, [&](const Client& each) { return !server.got<wire::Presence>(each).empty(); });
  };
  const auto first_turn = static_cast<size_t>(listed());
  EXPECT_GT(first_turn, 0u);
  EXPECT_LT(first_turn, late);
  server.settle(3 * kTurn);
  EXPECT_EQ(static_cast<size_t>(listed()), late);
  for (const Client& each : latecomers) {
    const auto parts = server.got<wire::Presence>(each);
    ASSERT_TRUE(parts.front()->snapshot());
    size_t members = 0;
    for (const wire::Presence* part : parts) members += part->joined() == nullptr ? 0 : part->joined()->size();
    EXPECT_EQ(members, crowd + late) << "no change was told twice, none is missing";
  }
}

// A room so large that its changes are gathered over more than a cycle.
class LargeRoomPresence : public testing::Test {
 protected:
  static constexpr int kGathered = Presence::kGather / Millis(1);  // in cycles

  void SetUp() override {
    ann = server.connect("ann");
    yan = server.connect("yan");
    for (const Client& each : {ann, yan}) server.ask_join(each, {1, "lobby", {}, {}, 0});
    crowd = connect_many(server, kListAtOnceMembers);
    for (const Client& each : crowd) server.ask_join(each, {1, "lobby", {}, {}, 0});
    server.settle(2 * kGathered);  // all have their lists and know of each other
    begin();
  }
  // Somebody comes, which is told at once; from now on changes are gathered.
  void begin() {
    server.join(server.connect("first"), "lobby");
    server.clear();
  }

  ServerFixture server{{.ring_slots = 4096}};
  Client ann, yan;
  std::vector<Client> crowd;  // with these two and the first one, three more than a small room has
};

TEST_F(LargeRoomPresence, AStormIsToldNowAndThenAndNobodyIsMissing) {
  constexpr size_t kMany = 60;
  for (size_t i = 0; i < kMany; ++i) {
    server.ask_join(server.connect("late" + std::to_string(i)), {1, "lobby", {}, {}, 0});
    server.settle(2);
  }
  EXPECT_TRUE(changes(server, ann).came.empty()) << "they wait for each other";
  server.settle(kGathered);
  EXPECT_EQ(server.got<wire::Presence>(ann).size(), 1u);
  EXPECT_EQ(changes(server, ann).came.size(), kMany);
}

TEST_F(LargeRoomPresence, WhatComesAloneIsToldAtOnce) {
  server.settle(kGathered);
  server.join(server.connect("late"), "lobby");
  EXPECT_EQ(changes(server, ann).came, Names{"late"});
}

TEST_F(LargeRoomPresence, WhoWentAndCameAgainIsNoNews) {
  server.lose(yan);
  server.settle(20);
  server.ask_join(server.connect("yan"), {1, "lobby", {}, {}, 0});
  server.settle(kGathered);
  EXPECT_TRUE(server.got<wire::Presence>(ann).empty());
}

TEST_F(LargeRoomPresence, WhoseListWasMadeWhileSomebodyWasAwayHearsOfHisReturn) {
  server.lose(yan);
  server.settle(5);
  const Client bob = server.connect("bob");
  server.join(bob, "lobby");
  server.settle(2 * static_cast<int>(kListTurn / Millis(1)));
  Names listed;
  for (const wire::Presence* part : server.got<wire::Presence>(bob)) {
    for (const wire::Member* member : *part->joined()) listed.push_back(member->user()->str());
  }
  ASSERT_FALSE(listed.empty());
  ASSERT_EQ(std::ranges::count(listed, "yan"), 0);
  server.ask_join(server.connect("yan"), {1, "lobby", {}, {}, 0});
  server.settle(kGathered);
  const Names came = changes(server, bob).came;
  EXPECT_EQ(std::ranges::count(came, "yan"), 1);
}

TEST_F(LargeRoomPresence, OnceItIsSmallWhatWaitsIsToldAtOnce) {
  server.lose(crowd[0]);
  server.settle(5);
  EXPECT_TRUE(changes(server, ann).went.empty());
  server.lose(crowd[1]);
  server.lose(crowd[2]);
  server.settle(5);
  EXPECT_EQ(changes(server, ann).went, (Names{"user0", "user1", "user2"}));
}

TEST(Presence, ALongListComesInPartsThatFitAMessage) {
  ServerFixture server({.ring_slots = 4096});
  const std::string padding(50, 'x');
  for (int i = 0; i < 600; ++i) server.ask_join(server.connect(padding + std::to_string(i)), {1, "lobby", {}, {}, 0});
  server.settle(600);  // all lists of that many have had their turn
  server.clear();
  const Client late = server.connect("late");
  server.join(late, "lobby");
  const auto parts = server.got<wire::Presence>(late);
  ASSERT_GT(parts.size(), 1u);
  size_t members = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    EXPECT_EQ(parts[i]->snapshot(), i == 0);
    EXPECT_EQ(parts[i]->last(), i + 1 == parts.size());
    members += parts[i]->joined() == nullptr ? 0 : parts[i]->joined()->size();
  }
  EXPECT_EQ(members, 601u);
  for (const auto& each : server.transports[0]->sent) EXPECT_LE(each.bytes.size(), kMaxTransportMessage);
}

}  // namespace
}  // namespace parley::server
