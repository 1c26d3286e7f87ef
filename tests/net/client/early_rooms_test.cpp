// SPDX-License-Identifier: Apache-2.0
// A room whose first entries come with the answer, before the client is in it: what the program is told, and that nothing is told twice or
// left out, whatever becomes of the join.
#include "tests/net/client/client_fixture.h"

namespace parley::client {
namespace {

using Texts = std::vector<std::string>;
using Types = std::vector<parley_event_type>;

class EarlyRoomsTest : public ClientFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(session->join("lobby", {.last = 50, .since = {}}));
    go_online();
    fresh();
  }
  // "one" and "two" of three entries that the room has.
  void show_two() {
    answer_join("lobby", 7, {.head = 3, .early = true});
    bring(words::page(7, {.lines = {{.sequence = 1, .text = "one"}, {.sequence = 2, .text = "two"}}, .more = true}));
  }
  Types types() const {
    Types all;
    for (const Seen& each : seen) all.push_back(each.type);
    return all;
  }
  void come_back() {
    lose_connection();
    pass(Seconds{30});
    net->will_answer(true, words::answer());
    poll();
    fresh();
  }
  const wire::Hello& hello() const { return *flatbuffers::GetRoot<wire::Handshake>(net->hellos.back().data())->hello(); }
};

TEST_F(EarlyRoomsTest, AHelloAsksForWhatComesEarly) { EXPECT_TRUE(hello().early()); }

TEST_F(EarlyRoomsTest, MessagesAreToldBeforeTheClientIsInTheRoom) {
  show_two();
  EXPECT_EQ(types(), (Types{PARLEY_EVENT_JOINED, PARLEY_EVENT_MESSAGE, PARLEY_EVENT_MESSAGE}));
  EXPECT_EQ(seen[0].sequence, 3u);
  EXPECT_EQ(texts(), (Texts{"one", "two"}));
  EXPECT_TRUE(seen[1].history);
}

TEST_F(EarlyRoomsTest, TheJoinItselfGoesOnBehindThemAndIsNotToldAgain) {
  show_two();
  answer_join("lobby", 7, {.head = 4, .valid_through = 4});
  bring(words::entries(7, {{.sequence = 5, .text = "five"}}));
  bring(words::page(7, {.lines = {{.sequence = 3, .text = "three"}, {.sequence = 4, .text = "four"}}, .complete = true}));
  EXPECT_EQ(texts(), (Texts{"one", "two", "three", "four", "five"}));
  EXPECT_EQ(seen_of(PARLEY_EVENT_JOINED).size(), 1u);
  EXPECT_TRUE(seen_of(PARLEY_EVENT_ROLLBACK).empty());
  EXPECT_TRUE(seen_of(PARLEY_EVENT_GAP).empty());
  EXPECT_TRUE(net->sent_of<wire::HistoryRequest>().empty()) << "nothing had to be asked for";
}

TEST_F(EarlyRoomsTest, ARoomThatWasEmptyAndGotItsFirstEntriesMeanwhileHasNoGap) {
  answer_join("lobby", 7, {.head = 0, .early = true});
  answer_join("lobby", 7, {.head = 2, .valid_through = 2});
  bring(words::page(7, {.lines = {{.sequence = 1, .text = "one"}, {.sequence = 2, .text = "two"}}, .complete = true}));
  EXPECT_EQ(texts(), (Texts{"one", "two"}));
  EXPECT_TRUE(seen_of(PARLEY_EVENT_GAP).empty());
}

TEST_F(EarlyRoomsTest, WithoutAPageTheJoinBringsAll) {
  answer_join("lobby", 7, {.head = 2, .early = true});
  answer_join("lobby", 7, {.head = 2, .valid_through = 2});
  bring(words::page(7, {.lines = {{.sequence = 1, .text = "one"}, {.sequence = 2, .text = "two"}}, .complete = true}));
  EXPECT_EQ(texts(), (Texts{"one", "two"}));
}

TEST_F(EarlyRoomsTest, WhatIsSentWaitsForTheJoin) {
  show_two();
  send("lobby", "hello");
  EXPECT_TRUE(net->sent_of<wire::Send>().empty());
  EXPECT_TRUE(net->sent_of<wire::HistoryRequest>().empty());
  answer_join("lobby", 7, {.head = 3, .valid_through = 3});
  EXPECT_EQ(sent_numbers(), (std::vector<uint64_t>{1}));
}

TEST_F(EarlyRoomsTest, SignalsWaitForTheJoinToo) {
  show_two();
  session->typing("lobby");
  session->talk("lobby", true);
  session->map_ping("lobby", {1, 2, 3, 4});
  EXPECT_TRUE(net->sent_of<wire::Signal>().empty());
  answer_join("lobby", 7, {.head = 3, .valid_through = 3});
  EXPECT_EQ(net->sent_of<wire::Signal>().size(), 3u);
  lose_connection();
  session->map_ping("lobby", {1, 2, 3, 4});
  pass(Seconds{30});
  net->will_answer(true, words::answer());
  poll();
  answer_join("lobby", 7, {.head = 3, .valid_through = 3});
  for (const wire::Signal* each : net->sent_of<wire::Signal>()) EXPECT_NE(each->kind(), wire::SignalKind::Ping) << "said while offline";
}

TEST_F(EarlyRoomsTest, ALostConnectionGoesOnBehindWhatWasTold) {
  show_two();
  come_back();
  EXPECT_EQ(hello().rooms()->Get(0)->since(), 2u);
  EXPECT_NE(hello().rooms()->Get(0)->epoch(), 0u);
  answer_join("lobby", 9, {.head = 3, .valid_through = 2, .early = true});
  bring(words::page(9, {.lines = {{.sequence = 3, .text = "three"}}, .more = true}));
  answer_join("lobby", 9, {.head = 3, .valid_through = 3});
  bring(words::page(9, {.complete = true}));
  EXPECT_EQ(texts(), Texts{"three"});
  EXPECT_TRUE(seen_of(PARLEY_EVENT_ROLLBACK).empty());
}

TEST_F(EarlyRoomsTest, AJoinThatIsRefusedForNowIsAskedForAgainBehindWhatWasTold) {
  show_two();
  bring(words::request_refused(join_request("lobby"), ErrorCode::kBusy, 100));
  pass(Millis{150});
  ASSERT_EQ(net->sent_of<wire::Join>().size(), 1u);
  EXPECT_EQ(net->sent_of<wire::Join>()[0]->join()->since(), 2u);
  answer_join("lobby", 7, {.head = 3, .valid_through = 2});
  bring(words::page(7, {.lines = {{.sequence = 3, .text = "three"}}, .complete = true}));
  EXPECT_EQ(texts(), (Texts{"one", "two", "three"}));
}

// The refusal comes on another channel, so it may overtake what came early.
TEST_F(EarlyRoomsTest, WhatCameEarlyAndWasOvertakenByTheRefusalIsAskedForAgain) {
  answer_join("lobby", 7, {.head = 2, .early = true});
  bring(words::request_refused(join_request("lobby"), ErrorCode::kBusy, 100));
  pass(Millis{150});
  bring(words::page(7, {.lines = {{.sequence = 1, .text = "one"}, {.sequence = 2, .text = "two"}}, .more = true}));
  EXPECT_TRUE(texts().empty());
  answer_join("lobby", 7, {.head = 2});
  bring(words::page(7, {.lines = {{.sequence = 1, .text = "one"}, {.sequence = 2, .text = "two"}}, .complete = true}));
  EXPECT_EQ(texts(), (Texts{"one", "two"}));
  EXPECT_TRUE(seen_of(PARLEY_EVENT_ROLLBACK).empty());
}

TEST_F(EarlyRoomsTest, AJoinThatIsRefusedForGoodEndsTheRoom) {
  show_two();
  bring(words::request_refused(join_request("lobby"), ErrorCode::kTooManyRooms, 0));
  ASSERT_EQ(seen_of(PARLEY_EVENT_LEFT).size(), 1u);
  EXPECT_NE(seen_of(PARLEY_EVENT_LEFT)[0].code, 0);
}

TEST_F(EarlyRoomsTest, AProgramThatJoinsAgainMeanwhileIsToldThatItIsThere) {
  show_two();
  fresh();
  ASSERT_TRUE(session->join("lobby", {.last = 50, .since = {}}));
  poll();
  EXPECT_EQ(types(), Types{PARLEY_EVENT_JOINED});
}

TEST_F(EarlyRoomsTest, AProgramThatLeavesMeanwhileLeavesOnceItIsIn) {
  show_two();
  ASSERT_TRUE(session->leave("lobby"));
  EXPECT_TRUE(net->sent_of<wire::Leave>().empty());
  answer_join("lobby", 7, {.head = 3, .valid_through = 3});
  EXPECT_EQ(net->sent_of<wire::Leave>().size(), 1u);
}

}  // namespace
}  // namespace parley::client
