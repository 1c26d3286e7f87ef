// SPDX-License-Identifier: Apache-2.0
// A session's connections: hello, refusal, back-off, drain, silence.
#include "tests/net/client/client_fixture.h"

namespace parley::client {
namespace {

using ConnectionTest = ClientFixture;

TEST_F(ConnectionTest, SaysHelloAtTheFirstPollAndGoesOnline) {
  go_online();
  ASSERT_EQ(net->hellos.size(), 1u);
  const auto* hello = flatbuffers::GetRoot<wire::Handshake>(net->hellos[0].data())->hello();
  EXPECT_EQ(hello->ticket()->string_view(), "t.i.c");
  EXPECT_EQ(hello->producer(), 42u);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].type, PARLEY_EVENT_ONLINE);
  EXPECT_EQ(seen[0].user, "alice");
  EXPECT_EQ(seen[0].name, "Alice");
}

TEST_F(ConnectionTest, PutsTwoRoomsIntoTheHelloAndAsksForTheRestAfterTheAnswer) {
  for (const char* room : {"one", "two", "three"}) ASSERT_TRUE(session->join(room, {.last = 10, .since = {}}));
  go_online();
  EXPECT_EQ(flatbuffers::GetRoot<wire::Handshake>(net->hellos[0].data())->hello()->rooms()->size(), 2u);
  ASSERT_EQ(net->sent_of<wire::Join>().size(), 1u);
  EXPECT_EQ(net->sent_of<wire::Join>()[0]->join()->room()->string_view(), "three");
}

TEST_F(ConnectionTest, FitsTheHelloWithTheLongestTicketAndNames) {
  ASSERT_TRUE(session->set_ticket(std::string(kMaxTicketBytes, 't')));
  for (const char letter : {'a', 'b'}) ASSERT_TRUE(session->join(std::string(kMaxNameBytes, letter), {.last = 10, .since = {}}));
  go_online();
  EXPECT_LE(net->hellos[0].size(), transport::kMaxHelloBytes);
  const size_t in_hello = flatbuffers::GetRoot<wire::Handshake>(net->hellos[0].data())->hello()->rooms()->size();
  EXPECT_EQ(in_hello + net->sent_of<wire::Join>().size(), 2u);
}

TEST_F(ConnectionTest, ReconnectsWithDoublingBackOffAndJitter) {
  go_online();
  lose_connection();
  double base = 250;
  for (int attempt = 0; attempt < 9; ++attempt, base = std::min(base * 2, 15'000.0)) {
    const Seen offline = seen.back();
    ASSERT_EQ(offline.type, PARLEY_EVENT_OFFLINE);
    EXPECT_EQ(offline.code, PARLEY_E_TIMEOUT);
    EXPECT_GE(offline.retry_ms, base / 2 - 1);
    EXPECT_LE(offline.retry_ms, base * 1.5);
    const size_t hellos = net->hellos.size();
    pass(Millis{offline.retry_ms} - Millis{1});
    EXPECT_EQ(net->hellos.size(), hellos) << "too early";
    pass(Millis{2});
    ASSERT_EQ(net->hellos.size(), hellos + 1);
    lose_connection();
  }
}

TEST_F(ConnectionTest, StartsTheBackOffAnewAfterALongTimeOnline) {
  go_online();
  for (int i = 0; i < 5; ++i) {
    lose_connection();
    pass(Seconds{30});
  }
  net->will_answer(true, words::answer());
  poll();
  now_.mono += Seconds{60};
  lose_connection();
  EXPECT_LE(seen.back().retry_ms, 375u);
}

TEST_F(ConnectionTest, ComesBackWhenADrainingServerSaid) {
  go_online();
  bring(words::draining(5'000));
  lose_connection(transport::CloseReason::kRemote);
  EXPECT_EQ(seen.back().code, PARLEY_E_DRAINING);
  EXPECT_GE(seen.back().retry_ms, 2'500u);
  EXPECT_LE(seen.back().retry_ms, 7'500u);
}

class PermanentRefusalTest : public ClientFixture, public ::testing::WithParamInterface<ErrorCode> {};

TEST_P(PermanentRefusalTest, EndsAttemptsUntilThereIsANewTicket) {
  poll();
  net->will_answer(false, words::refusal(GetParam()));
  net->will_close(transport::CloseReason::kRefused);
  poll();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].type, PARLEY_EVENT_REFUSED);
  EXPECT_EQ(seen[0].code, static_cast<int>(GetParam()));
  EXPECT_EQ(seen[0].text, "because");
  pass(Seconds{600});
  EXPECT_EQ(net->hellos.size(), 1u);
  ASSERT_TRUE(session->set_ticket("new"));
  go_online();
  EXPECT_EQ(net->hellos.size(), 2u);
  EXPECT_EQ(seen.back().type, PARLEY_EVENT_ONLINE);
}

INSTANTIATE_TEST_SUITE_P(All, PermanentRefusalTest,
                         ::testing::Values(ErrorCode::kTicketMalformed, ErrorCode::kTicketForged, ErrorCode::kTicketExpired,
                                           ErrorCode::kTicketForeign, ErrorCode::kProtocolVersion));

TEST_F(ConnectionTest, ComesBackAfterARefusalThatHeals) {
  poll();
  net->will_answer(false, words::refusal(ErrorCode::kServerFull, 4'000));
  net->will_close(transport::CloseReason::kRefused);
  poll();
  ASSERT_EQ(seen.back().type, PARLEY_EVENT_OFFLINE);
  EXPECT_EQ(seen.back().code, PARLEY_E_SERVER_FULL);
  EXPECT_GE(seen.back().retry_ms, 2'000u);
}

TEST_F(ConnectionTest, TellsWhyTheServerClosedTheSession) {
  go_online();
  bring(words::request_refused(0, ErrorCode::kReplaced, 0));
  lose_connection(transport::CloseReason::kRemote);
  EXPECT_EQ(seen.back().type, PARLEY_EVENT_OFFLINE);
  EXPECT_EQ(seen.back().code, PARLEY_E_REPLACED);
}

TEST_F(ConnectionTest, ConnectsAnewWhenTheServerWentSilent) {
  go_online();
  for (int second = 0; second < 60; ++second) {
    ++net->datagrams_received;
    pass(Seconds{1});
  }
  EXPECT_EQ(session->state(), SessionState::kOnline);
  for (int second = 0; second < 16; ++second) pass(Seconds{1});
  EXPECT_EQ(seen.back().type, PARLEY_EVENT_OFFLINE);
  EXPECT_EQ(net->closed.size(), 1u);
}

TEST_F(ConnectionTest, LooksForSilenceOnTheFullSecondSoThatAllSessionsDoItAtOnce) {
  now_.mono += Millis{300};
  go_online();
  EXPECT_EQ(client->next_deadline(), MonoTime{Seconds{1001}});
  pass(Millis{700});
  EXPECT_EQ(client->next_deadline(), MonoTime{Seconds{1002}});
}

TEST_F(ConnectionTest, NoticesASilentServerEarlierWhileSending) {
  go_online();
  join("lobby", 7);
  send("lobby", "anybody?");
  for (int second = 0; second < 8; ++second) pass(Seconds{1});
  EXPECT_EQ(session->state(), SessionState::kConnecting);
}

TEST_F(ConnectionTest, TurnsAwayFromAnAnswerThatItCannotRead) {
  poll();
  net->will_answer(true, {1, 2, 3});
  poll();
  EXPECT_EQ(seen.back().type, PARLEY_EVENT_OFFLINE);
  EXPECT_EQ(client->counters().malformed, 1u);
  EXPECT_EQ(net->closed.size(), 1u);
}

TEST_F(ConnectionTest, ClosingEndsItsEventsAndItsTransportSession) {
  go_online();
  net->will_bring(words::draining(1));
  client->close(session);
  fresh();
  poll();
  EXPECT_TRUE(seen.empty());
  EXPECT_EQ(net->closed.size(), 1u);
}

TEST_F(ConnectionTest, RefusesATicketOfImpossibleLength) {
  EXPECT_EQ(client->connect({.ticket = std::string(kMaxTicketBytes + 1, 'x')}).error().code, ErrorCode::kTicketMalformed);
  EXPECT_EQ(session->set_ticket("").error().code, ErrorCode::kTicketMalformed);
}

TEST(ClientWithoutTransport, TellsWhyNothingCanBeConnected) {
  SeededRandom random{1};
  Client client(
      [](const auto&, auto&) { return Result<std::unique_ptr<transport::ClientTransport>>(fail(ErrorCode::kLinkNotLinked, "link")); },
      random, {});
  EXPECT_EQ(client.connect({.ticket = "t"}).error().code, ErrorCode::kLinkNotLinked);
  parley_event event;
  EXPECT_EQ(client.poll({}, {&event, 1}), 0u);
}

}  // namespace
}  // namespace parley::client
