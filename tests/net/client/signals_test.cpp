// SPDX-License-Identifier: Apache-2.0
#include "net/client/signals.h"

#include <cmath>

#include "tests/net/client/client_fixture.h"

namespace parley::client {
namespace {

using Kind = wire::SignalKind;
using Told = std::vector<std::string>;

class SignalsTest : public ClientFixture {
 protected:
  void SetUp() override {
    go_online();
    join("lobby", 7);
    fresh();
  }
  size_t said(Kind kind) const {
    size_t count = 0;
    for (const wire::Signal* each : net->sent_of<wire::Signal>()) count += each->kind() == kind ? 1 : 0;
    return count;
  }
  // What the program was told, as "bob types", "bob types no more".
  Told told() const {
    Told out;
    for (const Seen& each : seen) {
      const bool typing = each.type == PARLEY_EVENT_TYPING;
      if (!typing && each.type != PARLEY_EVENT_TALK) continue;
      out.push_back(each.user + (typing ? " types" : " talks") + (each.on ? "" : " no more"));
    }
    return out;
  }
  void typing_of(const char* user, uint64_t order, uint64_t after = 0) {
    bring(words::signals(7, {{.user = user, .after = after, .order = order}}));
  }
  void talk_of(const char* user, bool on, uint64_t order) {
    bring(words::signals(7, {{.user = user, .kind = Kind::Talk, .on = on, .order = order}}));
  }
};

TEST_F(SignalsTest, KeyPressesAreSaidOnceInAWhileUnsequenced) {
  for (int key = 0; key < 50; ++key) ASSERT_TRUE(session->typing("lobby"));
  EXPECT_EQ(said(Kind::Typing), 1u);
  EXPECT_EQ(net->unsequenced, 1);
  pass(kTypingRepeat);
  ASSERT_TRUE(session->typing("lobby"));
  EXPECT_EQ(said(Kind::Typing), 2u);
}

TEST_F(SignalsTest, AfterAMessageTheNextKeyPressIsSaidAtOnce) {
  ASSERT_TRUE(session->typing("lobby"));
  send("lobby", "hi");
  ASSERT_TRUE(session->typing("lobby"));
  EXPECT_EQ(said(Kind::Typing), 2u);
}

TEST_F(SignalsTest, NothingIsSaidWhereItCantBeAndNothingIsQueued) {
  EXPECT_EQ(session->typing("elsewhere").error().code, ErrorCode::kNotMember);
  lose_connection();
  ASSERT_TRUE(session->typing("lobby"));
  ASSERT_TRUE(session->map_ping("lobby", {1, 2, 3, 4}));
  pass(Seconds(30));
  net->will_answer(true, words::answer());
  poll();
  answer_join("lobby", 9, {.may_send = false});
  ASSERT_TRUE(session->typing("lobby")) << "it may not send, so it says nothing";
  EXPECT_TRUE(net->sent_of<wire::Signal>().empty());
}

TEST_F(SignalsTest, TalkIsSaidAtEachChangeAndAgainWhileItIsOn) {
  for (int frame = 0; frame < 10; ++frame) ASSERT_TRUE(session->talk("lobby", true));
  EXPECT_EQ(said(Kind::Talk), 1u);
  pass(kTalkRepeat);
  pass(kTalkRepeat);
  EXPECT_EQ(said(Kind::Talk), 3u);
  ASSERT_TRUE(session->talk("lobby", false));
  ASSERT_TRUE(session->talk("lobby", false));
  pass(2 * kTalkRepeat);
  const auto all = net->sent_of<wire::Signal>();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_FALSE(all[3]->on());
  EXPECT_LT(all[2]->number(), all[3]->number());
}

TEST_F(SignalsTest, WhoTalkedBeforeAReconnectTalksAfterIt) {
  ASSERT_TRUE(session->talk("lobby", true));
  lose_connection();
  pass(kMaxBackoff);
  net->will_answer(true, words::answer());
  poll();
  answer_join("lobby", 9);
  pass(kTalkRepeat);
  ASSERT_EQ(said(Kind::Talk), 1u);
  EXPECT_EQ(net->sent_of<wire::Signal>()[0]->room_id(), 9u);
}

TEST_F(SignalsTest, APingHasAPlace) {
  EXPECT_EQ(session->map_ping("lobby", {NAN, 0, 0, 0}).error().code, ErrorCode::kInvalidArgument);
  ASSERT_TRUE(session->map_ping("lobby", {1.5f, 2, -3, 4}));
  ASSERT_EQ(said(Kind::Ping), 1u);
  EXPECT_EQ(net->sent_of<wire::Signal>()[0]->x(), 1.5f);
  bring(words::signals(7, {{.kind = Kind::Ping, .x = 1, .y = -2, .z = 0.5f, .tag = 9}}));
  const auto pings = seen_of(PARLEY_EVENT_MAP_PING);
  ASSERT_EQ(pings.size(), 1u);
  EXPECT_EQ(std::tuple(pings[0].x, pings[0].y, pings[0].z, pings[0].tag), std::tuple(1.0f, -2.0f, 0.5f, 9u));
  EXPECT_EQ(pings[0].room + pings[0].user + pings[0].name, "lobbybobbob");
}

TEST_F(SignalsTest, TypingBeginsOnceAndEndsByItself) {
  typing_of("bob", 1);
  pass(kTypingRepeat);
  typing_of("bob", 2);
  EXPECT_EQ(told(), Told{"bob types"});
  pass(kTypingEnds - Micros(1));
  EXPECT_EQ(told(), Told{"bob types"});
  EXPECT_LE(client->next_deadline(), now_.mono + Micros(1)) << "the program is asked to poll in time";
  pass(Micros(1));
  EXPECT_EQ(told(), (Told{"bob types", "bob types no more"}));
}

TEST_F(SignalsTest, AMessageEndsItsAuthorsTypingBeforeItIsTold) {
  typing_of("bob", 1);
  typing_of("eve", 2);
  bring(words::entries(7, {{.sequence = 1, .text = "done", .author = "bob"}}));
  EXPECT_EQ(told(), (Told{"bob types", "eve types", "bob types no more"}));
  EXPECT_EQ(seen.back().type, PARLEY_EVENT_MESSAGE);
}

TEST_F(SignalsTest, ATypingMarkThatAMessageOvertookSaysNothing) {
  typing_of("bob", 1);
  bring(words::entries(7, {{.sequence = 1, .author = "bob"}}));
  typing_of("bob", 2, 0);
  EXPECT_EQ(told(), (Told{"bob types", "bob types no more"}));
  typing_of("bob", 3, 1);
  EXPECT_EQ(told().back(), "bob types");
}

TEST_F(SignalsTest, TalkEndsWhenItIsSaidAndWhenNothingIsSaid) {
  talk_of("bob", true, 1);
  talk_of("bob", false, 3);
  talk_of("bob", true, 2);  // overtaken
  EXPECT_EQ(told(), (Told{"bob talks", "bob talks no more"}));
  talk_of("bob", true, 4);
  pass(kTalkEnds);
  EXPECT_EQ(told(), (Told{"bob talks", "bob talks no more", "bob talks", "bob talks no more"}));
}

TEST_F(SignalsTest, EndWithTheMemberTheRoomAndTheConnection) {
  bring(words::presence(7, {"bob", "eve"}));
  typing_of("bob", 1);
  bring(words::member_gone(7, "bob"));
  EXPECT_EQ(told(), (Told{"bob types", "bob types no more"}));
  fresh();
  talk_of("eve", true, 2);
  lose_connection();
  EXPECT_EQ(told(), (Told{"eve talks", "eve talks no more"}));
}

TEST_F(SignalsTest, MoreThanItFollowsAreDroppedAndCounted) {
  for (size_t i = 0; i < kMaxTrackedSignals + 3; ++i) typing_of(("u" + std::to_string(i)).c_str(), 1 + i);
  EXPECT_EQ(told().size(), kMaxTrackedSignals);
  EXPECT_EQ(client->counters().signals_dropped, 3u);
  pass(kTypingEnds);
  typing_of("late", 1000);
  EXPECT_EQ(told().back(), "late types");
}

TEST_F(SignalsTest, OfAKindOrARoomThatItDoesntKnowAreCounted) {
  bring(words::signals(7, {{.kind = Kind(9)}}));
  EXPECT_EQ(client->counters().unknown_kinds, 1u);
  bring(words::signals(8, {words::SignalWords{}}));
  EXPECT_EQ(client->counters().unexpected, 1u);
  bring(words::signals(7, {{.user = "\xff"}, {.kind = Kind::Ping, .x = INFINITY}}));
  EXPECT_EQ(client->counters().malformed, 2u);
  EXPECT_TRUE(seen.empty());
}

}  // namespace
}  // namespace parley::client
