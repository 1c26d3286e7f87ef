// SPDX-License-Identifier: Apache-2.0
// Sends from parley_send to their durable receipt.
#include "tests/net/client/client_fixture.h"

namespace parley::client {
namespace {

using Numbers = std::vector<uint64_t>;

class OutboxTest : public ClientFixture {
 protected:
  void SetUp() override {
    go_online();
    join("lobby", 7);
    fresh();
  }
  // Online again; the room's join isn't answered yet.
  void come_back(uint32_t epoch = 1) {
    lose_connection();
    pass(Seconds{30});
    net->will_answer(true, words::answer(epoch));
    poll();
  }
  void reconnect(uint32_t epoch = 1) {
    come_back(epoch);
    answer_join("lobby", 7, {.epoch = epoch});
  }
};

TEST_F(OutboxTest, SendsAtOnceInOrder) {
  EXPECT_EQ(send("lobby", "a"), 1u);
  EXPECT_EQ(send("lobby", "b"), 2u);
  EXPECT_EQ(sent_numbers(), (Numbers{1, 2}));
  EXPECT_EQ(net->sent_of<wire::Send>()[1]->text()->string_view(), "b");
  EXPECT_EQ(net->sent_of<wire::Send>()[1]->room_id(), 7u);
}

TEST_F(OutboxTest, TellsOrderedAndDurable) {
  send("lobby", "a");
  send("lobby", "b");
  bring(words::ordered(1, 10));
  bring(words::ordered(2, 11));
  bring(words::durable(2));
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0].type, PARLEY_EVENT_ORDERED);
  EXPECT_EQ(seen[1].sequence, 11u);
  EXPECT_EQ(seen[2].type, PARLEY_EVENT_DURABLE);
  EXPECT_EQ(seen[2].number, 2u);
  EXPECT_EQ(session->outbox_size(), 0u);
}

TEST_F(OutboxTest, KeepsWhatIsSentOffline) {
  lose_connection();
  send("lobby", "a");
  pass(Seconds{30});
  net->will_answer(true, words::answer());
  poll();
  EXPECT_TRUE(sent_numbers().empty()) << "the room isn't joined yet";
  answer_join("lobby", 8);
  EXPECT_EQ(sent_numbers(), Numbers{1});
  EXPECT_EQ(net->sent_of<wire::Send>()[0]->room_id(), 8u) << "the room's id on the new connection";
}

TEST_F(OutboxTest, ResendsWhatIsNotDurableInOrderAfterAReconnect) {
  for (const char* text : {"a", "b", "c"}) send("lobby", text);
  bring(words::ordered(1, 1));
  bring(words::durable(1));
  bring(words::ordered(2, 2));
  reconnect();
  EXPECT_EQ(sent_numbers(), (Numbers{2, 3}));
}

TEST_F(OutboxTest, TakesThePlaceOfARepeatedSendFromItsOwnEntry) {
  send("lobby", "a");
  reconnect();
  bring(words::ordered(1, 0));
  EXPECT_TRUE(seen_of(PARLEY_EVENT_ORDERED).empty());
  bring(words::entries(7, {{.sequence = 1, .text = "a", .producer = 42, .number = 1}}));
  ASSERT_EQ(seen_of(PARLEY_EVENT_ORDERED).size(), 1u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_ORDERED)[0].sequence, 1u);
}

TEST_F(OutboxTest, TellsOrderedOnceAndBeforeDurable) {
  send("lobby", "a");
  bring(words::durable(1));
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].type, PARLEY_EVENT_ORDERED);
  EXPECT_EQ(seen[1].type, PARLEY_EVENT_DURABLE);
  bring(words::ordered(1, 5));
  EXPECT_EQ(seen.size(), 2u);
}

TEST_F(OutboxTest, TellsTheNewPlaceAfterTheServerForgotTheOldOne) {
  send("lobby", "a");
  bring(words::ordered(1, 9));
  reconnect(2);
  bring(words::ordered(1, 4));
  EXPECT_EQ(seen_of(PARLEY_EVENT_ORDERED).back().sequence, 4u);
}

TEST_F(OutboxTest, GoesBackToTheNumberThatWasRefusedForNow) {
  for (const char* text : {"a", "b", "c"}) send("lobby", text);
  bring(words::send_refused(2, ErrorCode::kRateLimited, 500));
  send("lobby", "d");
  EXPECT_EQ(sent_numbers(), (Numbers{1, 2, 3})) << "waits";
  pass(Millis{499});
  EXPECT_EQ(sent_numbers().size(), 3u);
  pass(Millis{2});
  EXPECT_EQ(sent_numbers(), (Numbers{1, 2, 3, 2, 3, 4}));
  EXPECT_TRUE(seen_of(PARLEY_EVENT_SEND_FAILED).empty());
}

TEST_F(OutboxTest, IgnoresARefusalOfWhatItAlreadyWentBackFrom) {
  for (const char* text : {"a", "b"}) send("lobby", text);
  bring(words::send_refused(1, ErrorCode::kBusy, 100));
  bring(words::send_refused(2, ErrorCode::kBusy, 5000));
  pass(Millis{101});
  EXPECT_EQ(sent_numbers(), (Numbers{1, 2, 1, 2}));
}

TEST_F(OutboxTest, PutsAVoidSendInPlaceOfWhatIsRefusedForGoodAndGoesOnFromThere) {
  for (const char* text : {"a", "b"}) send("lobby", text);
  bring(words::send_refused(1, ErrorCode::kNotGranted, 0));
  ASSERT_EQ(seen.back().type, PARLEY_EVENT_SEND_FAILED);
  EXPECT_EQ(seen.back().number, 1u);
  EXPECT_EQ(seen.back().code, PARLEY_E_NOT_GRANTED);
  ASSERT_EQ(sent_numbers(), (Numbers{1, 2, 1, 2}));
  EXPECT_EQ(net->sent_of<wire::Send>()[2]->room_id(), 0u);
  EXPECT_EQ(net->sent_of<wire::Send>()[3]->text()->string_view(), "b");
  bring(words::durable(2));
  EXPECT_EQ(seen.back().number, 2u);
  EXPECT_EQ(session->outbox_size(), 0u);
}

TEST_F(OutboxTest, SendsAgainWhatWasRefusedWhenTheRefusalWentWithTheConnection) {
  for (const char* text : {"a", "b"}) send("lobby", text);
  reconnect();
  EXPECT_EQ(sent_numbers(), (Numbers{1, 2}));
  EXPECT_EQ(net->sent_of<wire::Send>()[0]->text()->string_view(), "a") << "the server hasn't used the number up";
}

TEST_F(OutboxTest, FillsANumberThatIsRefusedAfterItsSlotIsGone) {
  ASSERT_TRUE(session->join("secret", {}));
  send("secret", "a");
  send("lobby", "b");
  bring(words::request_refused(join_request("secret"), ErrorCode::kNotGranted, 0));
  EXPECT_EQ(sent_numbers(), Numbers{2}) << "the first number of a connection is free";
  bring(words::send_refused(2, ErrorCode::kRateLimited, 100));
  pass(Millis{101});
  bring(words::send_refused(1, ErrorCode::kNotMember, 0));
  EXPECT_EQ(sent_numbers(), (Numbers{2, 2, 1, 2}));
  EXPECT_EQ(net->sent_of<wire::Send>()[2]->room_id(), 0u);
}

TEST_F(OutboxTest, AsksWhatBecameOfASendWhoseRoomIsGoneAfterItWentOut) {
  send("lobby", "a");
  come_back();
  bring(words::request_refused(join_request("lobby"), ErrorCode::kNotGranted, 0));
  EXPECT_TRUE(seen_of(PARLEY_EVENT_SEND_FAILED).empty()) << "it may be in the history";
  ASSERT_EQ(sent_numbers(), Numbers{1});
  bring(words::durable(1));
  EXPECT_EQ(seen_of(PARLEY_EVENT_DURABLE).size(), 1u);
  EXPECT_EQ(session->outbox_size(), 0u);
}

TEST_F(OutboxTest, TellsThatASendFailedWhoseRoomIsGoneWhenTheServerNeverTookIt) {
  send("lobby", "a");
  come_back();
  bring(words::request_refused(join_request("lobby"), ErrorCode::kNotGranted, 0));
  bring(words::send_refused(1, ErrorCode::kNotMember, 0));
  ASSERT_EQ(seen_of(PARLEY_EVENT_SEND_FAILED).size(), 1u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_SEND_FAILED)[0].room, "lobby");
}

TEST_F(OutboxTest, UsesUpTheNumberOfASendWhoseRoomWasRefused) {
  send("lobby", "a");
  ASSERT_TRUE(session->join("secret", {}));
  send("secret", "b");
  send("lobby", "c");
  EXPECT_EQ(sent_numbers(), Numbers{1}) << "waits for the room, so that the order stays";
  bring(words::request_refused(join_request("secret"), ErrorCode::kNotGranted, 0));
  ASSERT_EQ(seen_of(PARLEY_EVENT_SEND_FAILED).size(), 1u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_SEND_FAILED)[0].number, 2u);
  ASSERT_EQ(sent_numbers(), (Numbers{1, 2, 3})) << "without 2 the server would see a gap";
  EXPECT_EQ(net->sent_of<wire::Send>()[1]->room_id(), 0u);
  bring(words::send_refused(2, ErrorCode::kNotMember, 0));
  EXPECT_EQ(seen_of(PARLEY_EVENT_SEND_FAILED).size(), 1u) << "told once";
  bring(words::durable(3));
  EXPECT_EQ(session->outbox_size(), 0u);
}

TEST_F(OutboxTest, RefusesWhatTheRoomDoesNotLetItSendBeforeItGoesOut) {
  join("stage", 9, {.may_send = false});
  send("lobby", "a");
  send("stage", "b");
  send("lobby", "c");
  poll();
  ASSERT_EQ(seen_of(PARLEY_EVENT_SEND_FAILED).size(), 1u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_SEND_FAILED)[0].number, 2u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_SEND_FAILED)[0].code, PARLEY_E_NOT_GRANTED);
  EXPECT_EQ(sent_numbers(), (Numbers{1, 2, 3}));
  EXPECT_EQ(net->sent_of<wire::Send>()[1]->room_id(), 0u);
}

TEST_F(OutboxTest, AsksTheServerAboutWhatWentOutBeforeTheRightWasLost) {
  send("lobby", "a");
  come_back();
  answer_join("lobby", 7, {.may_send = false});
  EXPECT_TRUE(seen_of(PARLEY_EVENT_SEND_FAILED).empty());
  EXPECT_EQ(sent_numbers(), Numbers{1});
}

TEST_F(OutboxTest, RefusesMoreThanItsBoundAndTakesMoreWhenSomeAreDurable) {
  for (size_t i = 0; i < kMaxOutbox; ++i) send("lobby", "x");
  EXPECT_EQ(session->send("lobby", {.text = "y"}).error().code, ErrorCode::kOutboxFull);
  bring(words::durable(1));
  EXPECT_EQ(send("lobby", "y"), kMaxOutbox + 1);
}

TEST_F(OutboxTest, BelievesNoDurabilityOfWhatItNeverSent) {
  lose_connection();
  send("lobby", "a");
  pass(Seconds{30});
  net->will_answer(true, words::answer());
  bring(words::durable(1));
  EXPECT_EQ(session->outbox_size(), 1u);
}

TEST_F(OutboxTest, ConnectsAnewWhenTheNumbersDoNotAgree) {
  send("lobby", "a");
  bring(words::send_refused(1, ErrorCode::kNumberGap, 0));
  pass(Millis{1});
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().type, PARLEY_EVENT_OFFLINE);
  EXPECT_EQ(session->outbox_size(), 1u);
}

TEST_F(OutboxTest, ChecksTextBeforeItTakesIt) {
  EXPECT_EQ(session->send("lobby", {.text = ""}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(session->send("lobby", {.text = std::string(kMaxMessageBytes + 1, 'x')}).error().code, ErrorCode::kMessageTooLong);
  EXPECT_EQ(session->send("lobby", {.text = "\xff"}).error().code, ErrorCode::kNotUtf8);
  EXPECT_EQ(session->send("lobby", {.text = "\x1b[2J"}).error().code, ErrorCode::kForbiddenCharacter);
  EXPECT_EQ(session->send("elsewhere", {.text = "x"}).error().code, ErrorCode::kNotMember);
}

}  // namespace
}  // namespace parley::client
