// SPDX-License-Identifier: Apache-2.0
#include "net/server/signals.h"

#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

using Kind = wire::SignalKind;
using Texts = std::vector<std::string>;

class SignalsTest : public testing::Test {
 protected:
  // What a client heard, as "user kind on".
  Texts heard(const Client& client) {
    Texts out;
    for (const wire::Signals* message : server.got<wire::Signals>(client)) {
      for (const wire::UserSignal* each : *message->signals())
        out.push_back(each->user()->str() + " " + wire::EnumNameSignalKind(each->kind()) + (each->on() ? "" : " off"));
    }
    return out;
  }
  void say(const Client& client, const client::SignalFields& signal) { server.say(client, server.words().signal(signal)); }
  Client member(const std::string& user, const ConnectOptions& options = {}) {
    const Client client = server.connect(user, options);
    room = server.join(client, "lobby");
    return client;
  }

  ServerFixture server{{.ios = 2}};
  RoomId room;
};

TEST_F(SignalsTest, ReachTheOthersOnAllThreadsAndNotTheirSender) {
  const Client ann = member("ann"), bob = member("bob"), eve = member("eve", {.io = 1});
  say(ann, {.room = room, .kind = Kind::Ping, .x = 1.5f, .y = -2, .z = 3, .tag = 77});
  server.settle();
  EXPECT_EQ(heard(ann), Texts{});
  EXPECT_EQ(heard(bob), Texts{"ann Ping"});
  ASSERT_EQ(heard(eve), Texts{"ann Ping"});
  const wire::UserSignal& ping = *server.got<wire::Signals>(eve)[0]->signals()->Get(0);
  EXPECT_EQ(std::tuple(ping.x(), ping.y(), ping.z(), ping.tag()), std::tuple(1.5f, -2.0f, 3.0f, 77u));
  EXPECT_EQ(ping.name()->str(), "ann");
}

TEST_F(SignalsTest, TheSendersOtherSessionGetsThem) {
  const Client phone = member("ann"), desktop = member("ann");
  say(phone, {.room = room});
  server.settle();
  EXPECT_EQ(heard(phone), Texts{});
  EXPECT_EQ(heard(desktop), Texts{"ann Typing"});
}

TEST_F(SignalsTest, OfOneCycleLeaveInOneMessageUnsequencedAndLeaveOutWhatTheReceiverSaid) {
  const Client ann = member("ann"), bob = member("bob"), eve = member("eve");
  server.clear();
  say(ann, {.room = room});
  say(bob, {.room = room, .kind = Kind::Talk, .number = 1});
  server.cycle();
  EXPECT_EQ(server.got<wire::Signals>(eve).size(), 1u);
  EXPECT_EQ(heard(eve), (Texts{"ann Typing", "bob Talk"}));
  EXPECT_EQ(heard(ann), Texts{"bob Talk"});
  EXPECT_EQ(heard(bob), Texts{"ann Typing"});
  for (const auto& each : server.transports[0]->sent) {
    EXPECT_EQ(each.delivery, transport::Delivery::kUnsequenced);
    EXPECT_EQ(each.channel, transport::channel_of(room));
  }
}

TEST_F(SignalsTest, OfOneUserAndKindInACycleOnlyTheNewestCounts) {
  const Client ann = member("ann"), bob = member("bob");
  say(ann, {.room = room, .kind = Kind::Talk, .number = 1});
  say(ann, {.room = room});
  say(ann, {.room = room, .kind = Kind::Talk, .on = false, .number = 2});
  server.settle();
  EXPECT_EQ(heard(bob), (Texts{"ann Typing", "ann Talk off"}));
}

TEST_F(SignalsTest, ATalkSignalThatWasOvertakenIsDropped) {
  const Client ann = member("ann"), bob = member("bob");
  say(ann, {.room = room, .kind = Kind::Talk, .on = false, .number = 2});
  server.cycle();
  say(ann, {.room = room, .kind = Kind::Talk, .number = 3});
  server.cycle();
  say(ann, {.room = room, .kind = Kind::Talk, .on = false, .number = 1});
  server.settle();
  EXPECT_EQ(heard(bob).back(), "ann Talk");
  EXPECT_EQ(server.counters().signals_dropped, 1u);
}

TEST_F(SignalsTest, SayAfterWhichEntryTheyWereAndInWhatOrder) {
  const Client ann = member("ann"), bob = member("bob");
  say(ann, {.room = room});
  server.send(ann, room, 1, "hello");
  server.settle();
  say(ann, {.room = room});
  server.settle();
  const auto got = server.got<wire::Signals>(bob);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0]->signals()->Get(0)->after(), 0u) << "said before the entry, though it left with it";
  EXPECT_EQ(got[1]->signals()->Get(0)->after(), 1u);
  EXPECT_LT(got[0]->signals()->Get(0)->order(), got[1]->signals()->Get(0)->order());
}

TEST_F(SignalsTest, BreakNoBatchOfEntries) {
  const Client ann = member("ann"), bob = member("bob");
  server.clear();
  server.send(ann, room, 1, "one");
  say(ann, {.room = room});
  server.send(ann, room, 2, "two");
  server.settle();
  EXPECT_EQ(server.got<wire::Entries>(bob).size(), 1u);
}

TEST_F(SignalsTest, NeedTheRightToSend) {
  const Client ann = member("ann", {.can = {"join"}}), bob = member("bob"), stranger = server.connect("eve");
  say(ann, {.room = room});
  say(stranger, {.room = room});
  server.settle();
  EXPECT_EQ(heard(bob), Texts{});
  EXPECT_TRUE(server.got<wire::RequestRefused>(ann).empty() && server.got<wire::SendRefused>(ann).empty()) << "nothing is refused";
  EXPECT_EQ(server.counters().signals_dropped, 2u);
}

TEST_F(SignalsTest, BeyondTheirOwnRateTheyAreDroppedAndMessagesArent) {
  const Client ann = member("ann"), bob = member("bob");
  constexpr auto kBurst = static_cast<uint64_t>(kSignalBurst);
  for (uint64_t i = 0; i < kBurst + 5; ++i) say(ann, {.room = room, .kind = Kind::Ping});
  server.send(ann, room, 1, "hello");
  server.settle();
  EXPECT_EQ(server.counters().signals_accepted, kBurst);
  EXPECT_EQ(server.counters().signals_dropped, 5u);
  EXPECT_EQ(server.live_texts(bob), Texts{"hello"});
}

TEST_F(SignalsTest, TypingIsntForwardedInACrowd) {
  const Client ann = member("ann"), bob = member("bob");
  for (size_t i = 2; i < kMaxTypingMembers; ++i) server.ask_join(server.connect("u" + std::to_string(i)), {1, "lobby", {}, {}, 0});
  server.settle();
  say(ann, {.room = room});
  server.settle();
  EXPECT_EQ(heard(bob).size(), 1u);
  member("late");
  say(ann, {.room = room});
  say(ann, {.room = room, .kind = Kind::Talk, .number = 1});
  server.settle();
  EXPECT_EQ(heard(bob), (Texts{"ann Typing", "ann Talk"}));
}

TEST_F(SignalsTest, ManyLeaveInMessagesOfADatagramEach) {
  const std::string padding(50, 'x');
  std::vector<Client> many;
  for (int i = 0; i < 40; ++i) many.push_back(server.connect(padding + std::to_string(i)));
  for (const Client& each : many) server.ask_join(each, {1, "lobby", {}, {}, 0});
  const Client ann = member("ann");
  server.clear();
  for (const Client& each : many) say(each, {.room = room, .kind = Kind::Ping, .x = 1, .y = 2, .z = 3, .tag = 4});
  server.cycle();
  EXPECT_EQ(heard(ann).size(), 40u);
  for (const auto& each : server.transports[0]->sent) EXPECT_LE(each.bytes.size(), kMaxSignalsBytes + 64);
}

TEST_F(SignalsTest, FindTheBusHalfFullAndAreDroppedWhileMessagesPass) {
  ServerFixture small({.ring_slots = 64});  // 10 of them are margin
  const Client ann = small.connect("ann");
  const RoomId lobby = small.join(ann, "lobby");
  for (uint64_t number = 1; number <= 23; ++number) small.send(ann, lobby, number, "x");
  for (int i = 0; i < 3; ++i) small.say(ann, small.words().signal({.room = lobby, .kind = Kind::Ping}));
  small.send(ann, lobby, 24, "x");
  small.cycle();
  EXPECT_EQ(small.counters().signals_dropped, 3u);
  EXPECT_EQ(small.counters().sends_accepted, 24u);
}

}  // namespace
}  // namespace parley::server
