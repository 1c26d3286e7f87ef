// SPDX-License-Identifier: Apache-2.0
#include "net/server/fan_out.h"

#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

using Texts = std::vector<std::string>;
using Numbers = std::vector<uint64_t>;

TEST(FanOut, AllMembersSeeTheSameEntriesUnderTheSameNumbers) {
  ServerFixture server({.ios = 2});
  const Client ann = server.connect("ann");
  const Client bob = server.connect("bob", {.io = 1});
  const RoomId room = server.join(ann, "lobby");
  EXPECT_EQ(server.join(bob, "lobby"), room);
  for (uint64_t number = 1; number <= 20; ++number) {
    server.send(ann, room, number, "a" + std::to_string(number));
    server.send(bob, room, number, "b" + std::to_string(number));
    if (number % 3 == 0) server.cycle();
  }
  server.settle();
  EXPECT_EQ(server.live_texts(ann).size(), 40u);
  EXPECT_EQ(server.live_texts(ann), server.live_texts(bob));
  EXPECT_EQ(server.live_sequences(ann), server.live_sequences(bob));
  EXPECT_EQ(server.live_sequences(ann).front(), 1u);
  EXPECT_EQ(server.live_sequences(ann).back(), 40u);
}

TEST(FanOut, EntriesOfOneCycleAreOneMessageEncodedOnce) {
  ServerFixture server;
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  for (int i = 0; i < 5; ++i) server.join(server.connect("user" + std::to_string(i)), "lobby");
  server.clear();
  for (uint64_t number = 1; number <= 8; ++number) server.send(ann, room, number, "x");
  const size_t packets = server.transports[0]->packets;
  server.cycle();
  EXPECT_EQ(server.transports[0]->packets - packets, 2u) << "the entries, and one receipts message";
  EXPECT_EQ(server.got<wire::Entries>(ann).size(), 1u);
}

TEST(FanOut, ABatchEndsBeforeItOutgrowsAMessage) {
  ServerFixture server({.ring_slots = 4096});
  server.config.sends = {0, 0};
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  for (uint64_t number = 1; number <= 60; ++number) server.send(ann, room, number, std::string(4096, 'x'));
  server.cycle();
  EXPECT_EQ(server.live_texts(ann).size(), 60u);
  for (const auto& each : server.transports[0]->sent) EXPECT_LE(each.bytes.size(), kMaxTransportMessage);
}

TEST(FanOut, WhoJoinsBetweenTwoEntriesOfOneCycleGetsTheSecondOnly) {
  ServerFixture server;
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  const Client bob = server.connect("bob");
  server.send(ann, room, 1, "before");
  server.ask_join(bob, {1, "lobby", {}, {}, 0});
  server.send(ann, room, 2, "after");
  server.settle();
  EXPECT_EQ(server.live_texts(ann), (Texts{"before", "after"}));
  EXPECT_EQ(server.live_texts(bob), Texts{"after"});
  EXPECT_EQ(server.got<wire::Joined>(bob)[0]->head(), 1u);
  EXPECT_EQ(server.live_sequences(bob), Numbers{2});
}

TEST(FanOut, ARoomIsHeardByItsMembersOnly) {
  ServerFixture server;
  const Client ann = server.connect("ann");
  const Client bob = server.connect("bob");
  const RoomId red = server.join(ann, "red");
  server.join(bob, "blue");
  server.send(ann, red, 1, "secret");
  server.settle();
  EXPECT_EQ(server.live_texts(bob), Texts{});
}

TEST(FanOut, AfterLeavingNothingComes) {
  ServerFixture server;
  const Client ann = server.connect("ann");
  const Client bob = server.connect("bob");
  const RoomId room = server.join(ann, "lobby");
  server.join(bob, "lobby");
  server.say(bob, server.words().leave(room));
  server.send(ann, room, 1, "gone?");
  server.settle();
  EXPECT_EQ(server.got<wire::Left>(bob).size(), 1u);
  EXPECT_EQ(server.live_texts(bob), Texts{});
}

TEST(FanOut, WhatConcernsARoomTravelsOnItsChannel) {
  ServerFixture server;
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby", 10);
  server.send(ann, room, 1, "x");
  server.settle();
  for (const auto& each : server.transports[0]->sent) {
    const bool receipts = client::decode_message(each.bytes)->body_type() == wire::Body::Receipts;
    EXPECT_EQ(each.channel, receipts ? transport::kControlChannel : transport::channel_of(room));
  }
}

}  // namespace
}  // namespace parley::server
