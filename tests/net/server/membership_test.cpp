// SPDX-License-Identifier: Apache-2.0
#include "net/server/membership.h"

#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

using Names = std::vector<std::string>;

// Who is in the room, as WhoRequest tells it.
Names who(ServerFixture& server, const Client& asker, RoomId room) {
  server.clear();
  server.say(asker, server.words().who(5, room));
  server.cycle();
  Names names;
  for (const wire::Presence* part : server.got<wire::Presence>(asker)) {
    if (part->request() != 5 || part->joined() == nullptr) continue;
    for (const wire::Member* member : *part->joined()) names.push_back(member->user()->str());
  }
  return names;
}

uint16_t request_refusal(ServerFixture& server, const Client& client) {
  const auto refused = server.got<wire::RequestRefused>(client);
  return refused.empty() ? 0 : refused.back()->refusal()->code();
}

TEST(Membership, TheRoomsOfAHelloAreJoinedOnceTheClientProvedItself) {
  ServerFixture server;
  const Client ann = server.connect("ann", {.rooms = {{1, "red", {}, {}, 0}, {2, "blue", {}, {}, 0}}});
  server.settle();
  const auto joined = server.got<wire::Joined>(ann);
  ASSERT_EQ(joined.size(), 2u);
  EXPECT_EQ(joined[0]->room()->str(), "red");
  EXPECT_EQ(joined[1]->request(), 2u);
}

TEST(Membership, AHelloThatIsNeverProvenShowsNothingToAnybody) {
  ServerFixture server;
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  const Client ghost = server.connect("ghost", {.rooms = {{1, "lobby", {}, {}, 0}}, .ready = false});
  server.send(ghost, room, 1, "boo");
  server.settle();
  EXPECT_EQ(who(server, ann, room), Names{"ann"});
  server.lose(ghost);
  server.settle();
  EXPECT_EQ(who(server, ann, room), Names{"ann"});
}

TEST(Membership, ALostSessionLeavesItsRooms) {
  ServerFixture server({.ios = 2});
  const Client ann = server.connect("ann");
  const Client bob = server.connect("bob", {.io = 1});
  const RoomId room = server.join(ann, "lobby");
  server.join(bob, "lobby");
  EXPECT_EQ(who(server, ann, room), (Names{"ann", "bob"}));
  server.lose(bob);
  server.settle();
  EXPECT_EQ(who(server, ann, room), Names{"ann"});
}

TEST(Membership, ASessionThatIsLostWhileItsJoinIsOnTheBusLeavesNoTrace) {
  ServerFixture server({.ios = 2});
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  const Client bob = server.connect("bob", {.io = 1});
  server.ask_join(bob, {1, "lobby", {}, {}, 0});
  server.lose(bob);
  server.settle();
  EXPECT_EQ(who(server, ann, room), Names{"ann"});
}

TEST(Membership, LeavesAreNotLostWhenTheRingIsFull) {
  ServerFixture server({.ring_slots = 64});
  server.config.sends = {0, 0};
  const Client ann = server.connect("ann");
  const Client bob = server.connect("bob");
  const RoomId room = server.join(ann, "lobby");
  server.join(bob, "lobby");
  for (uint64_t number = 1; number <= 100; ++number) server.send(ann, room, number, "x");
  server.lose(bob);
  server.cycle_io(0);  // nobody else reads: the ring is full when bob goes
  server.settle();
  EXPECT_EQ(who(server, ann, room), Names{"ann"});
}

TEST(Membership, ANewSessionOfAClientReplacesItsOldOneOnTheSameThread) {
  ServerFixture server;
  const Client old_one = server.connect("ann", {.producer = 5});
  server.join(old_one, "lobby");
  const Client new_one = server.connect("ann", {.producer = 5});
  server.settle();
  EXPECT_TRUE(server.is_closed(old_one));
  EXPECT_EQ(request_refusal(server, old_one), static_cast<uint16_t>(ErrorCode::kReplaced));
  EXPECT_FALSE(server.is_closed(new_one));
}

TEST(Membership, ANewSessionOfAClientReplacesItsOldOneOnAnotherThread) {
  ServerFixture server({.ios = 2});
  const Client old_one = server.connect("ann", {.producer = 5});
  const RoomId room = server.join(old_one, "lobby");
  const Client new_one = server.connect("ann", {.producer = 5, .io = 1});
  server.join(new_one, "lobby");
  server.settle();
  EXPECT_TRUE(server.is_closed(old_one));
  EXPECT_FALSE(server.is_closed(new_one));
  EXPECT_EQ(who(server, new_one, room), Names{"ann"});
}

TEST(Membership, OfTwoSessionsThatJoinAtTheSameTimeExactlyOneStays) {
  ServerFixture server({.ios = 2});
  const Client one = server.connect("ann", {.producer = 5});
  const Client two = server.connect("ann", {.producer = 5, .io = 1});
  server.ask_join(one, {1, "lobby", {}, {}, 0});
  server.ask_join(two, {1, "lobby", {}, {}, 0});
  server.settle();
  EXPECT_NE(server.is_closed(one), server.is_closed(two));
}

TEST(Membership, TheSameUserOnTwoDevicesIsNotReplaced) {
  ServerFixture server({.ios = 2});
  const Client phone = server.connect("ann", {.producer = 5});
  const Client desk = server.connect("ann", {.producer = 6, .io = 1});
  const RoomId room = server.join(phone, "lobby");
  server.join(desk, "lobby");
  EXPECT_FALSE(server.is_closed(phone));
  EXPECT_EQ(who(server, phone, room), Names{"ann"});
  server.lose(desk);
  server.settle();
  EXPECT_EQ(who(server, phone, room), Names{"ann"}) << "one of her sessions is still there";
}

TEST(Membership, JoiningAgainStartsAnewAndKeepsOneSeat) {
  ServerFixture server;
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  server.send(ann, room, 1, "one");
  server.settle();
  server.clear();
  server.join(ann, "lobby", 5);
  EXPECT_EQ(server.got<wire::Joined>(ann)[0]->head(), 1u);
  EXPECT_EQ(server.page_texts(ann), std::vector<std::string>{"one"});
  server.clear();
  server.send(ann, room, 2, "two");
  server.settle();
  EXPECT_EQ(server.live_texts(ann), std::vector<std::string>{"two"}) << "once";
  EXPECT_EQ(who(server, ann, room), Names{"ann"});
}

TEST(Membership, ARoomWithoutAGrantIsRefused) {
  ServerFixture server;
  const Client ann = server.connect("ann", {.pattern = "team-*"});
  server.ask_join(ann, {1, "lobby", {}, {}, 0});
  server.settle();
  EXPECT_EQ(request_refusal(server, ann), static_cast<uint16_t>(ErrorCode::kNotGranted));
  EXPECT_TRUE(server.got<wire::Joined>(ann).empty());
}

TEST(Membership, RefusesMoreRoomsThanASessionMayHave) {
  ServerFixture server;
  server.config.max_rooms_per_session = 2;
  const Client ann = server.connect("ann");
  server.join(ann, "one");
  server.join(ann, "two");
  server.ask_join(ann, {9, "three", {}, {}, 0});
  server.settle();
  EXPECT_EQ(request_refusal(server, ann), static_cast<uint16_t>(ErrorCode::kTooManyRooms));
}

TEST(Membership, RefusesAStormOfRequestsOfOneSession) {
  ServerFixture server;
  server.config.requests = {10, 3};
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  for (int i = 0; i < 5; ++i) server.say(ann, server.words().who(7, room));
  server.cycle();
  EXPECT_EQ(request_refusal(server, ann), static_cast<uint16_t>(ErrorCode::kRateLimited));
}

}  // namespace
}  // namespace parley::server
