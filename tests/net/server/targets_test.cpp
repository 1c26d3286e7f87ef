// SPDX-License-Identifier: Apache-2.0
// Sends that change a message, through the server's parts: what is on the bus afterwards, and what becomes of the sends behind them.
#include "net/server/targets.h"

#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

class TargetsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ann = server.connect("ann");
    bob = server.connect("bob");
    room = server.join(ann, "lobby", 0);
    server.join(bob, "lobby", 0);
    server.send(ann, room, 1, "helo");
    server.settle();
    server.clear();
  }
  void change(const Client& client, uint64_t number, wire::SendKind kind, const std::string& text, uint64_t target = 1) {
    server.say(client, server.words().send(ProducerNumber(number), room, {.kind = kind, .text = text, .target = target}));
  }
  ErrorCode refusal(const Client& client) {
    const auto refused = server.got<wire::SendRefused>(client);
    return refused.empty() ? ErrorCode::kNone : static_cast<ErrorCode>(refused.back()->refusal()->code());
  }

  ServerFixture server;
  Client ann, bob;
  RoomId room;
};

TEST_F(TargetsTest, AnEditByTheAuthorReachesAllAndChangesTheHistory) {
  change(ann, 2, wire::SendKind::Edit, "hello");
  server.settle();
  EXPECT_EQ(server.live_texts(bob), std::vector<std::string>{"hello"});
  server.say(bob, server.words().page({5, room, {}, wire::Direction::Backward, 10}));
  server.settle();
  EXPECT_EQ(server.page_texts(bob).front(), "hello");
}

TEST_F(TargetsTest, AnEditBySomebodyElseIsRefusedAndReachesNobody) {
  change(bob, 1, wire::SendKind::Edit, "forged");
  server.settle();
  EXPECT_EQ(refusal(bob), ErrorCode::kNotGranted);
  EXPECT_TRUE(server.live_texts(ann).empty());
}

TEST_F(TargetsTest, AModeratorDeletesAnothersMessageAndTheTextIsGone) {
  ConnectOptions rights;
  rights.can = {"join", "send", "history", "moderate"};
  const Client mod = server.connect("mod", rights);
  server.join(mod, "lobby", 0);
  change(mod, 1, wire::SendKind::Delete, "rude");
  server.settle();
  server.say(bob, server.words().page({5, room, {}, wire::Direction::Backward, 10}));
  server.settle();
  EXPECT_EQ(server.page_texts(bob), (std::vector<std::string>{"rude", "rude"})) << "the stub's reason, and the deletion's";
}

TEST_F(TargetsTest, AMessageOfAMomentAgoCanBeEditedAtOnce) {
  server.send(ann, room, 2, "secnd");
  server.cycle_io(0);
  change(ann, 3, wire::SendKind::Edit, "second", 2);
  server.settle();
  EXPECT_EQ(refusal(ann), ErrorCode::kNone);
  EXPECT_EQ(server.live_texts(bob), (std::vector<std::string>{"secnd", "second"}));
}

TEST_F(TargetsTest, SendsBehindAnEditWaitAndGoOnInOrder) {
  change(ann, 2, wire::SendKind::Edit, "hello");
  server.send(ann, room, 3, "next");
  server.send(ann, room, 4, "and next");
  server.settle();
  EXPECT_EQ(server.live_texts(bob), std::vector<std::string>{"hello"});
  const auto back = server.got<wire::SendRefused>(ann);
  ASSERT_EQ(back.size(), 1u);
  EXPECT_EQ(back[0]->number(), 3u);
  EXPECT_GT(back[0]->refusal()->retry_ms(), 0u) << "later, not never";
  server.send(ann, room, 3, "next");
  server.send(ann, room, 4, "and next");
  server.settle();
  EXPECT_EQ(server.live_texts(bob), (std::vector<std::string>{"hello", "next", "and next"}));
}

TEST_F(TargetsTest, ARepeatedEditCountsOnce) {
  change(ann, 2, wire::SendKind::Edit, "hello");
  change(ann, 2, wire::SendKind::Edit, "hello");
  server.settle();
  change(ann, 2, wire::SendKind::Edit, "hello");
  server.settle();
  EXPECT_EQ(server.live_texts(bob).size(), 1u);
}

TEST_F(TargetsTest, WhoLeavesTheRoomMeanwhileChangesNothing) {
  change(ann, 2, wire::SendKind::Edit, "hello");
  server.say(ann, server.words().leave(room));
  server.settle();
  EXPECT_EQ(refusal(ann), ErrorCode::kNotMember);
  EXPECT_TRUE(server.live_texts(bob).empty());
}

TEST_F(TargetsTest, ALostSessionLeavesNothingBehind) {
  change(ann, 2, wire::SendKind::Edit, "hello");
  server.cycle_io(0);
  server.lose(ann);
  server.settle();
  EXPECT_TRUE(server.live_texts(bob).empty());
}

}  // namespace
}  // namespace parley::server
