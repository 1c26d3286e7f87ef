// SPDX-License-Identifier: Apache-2.0
// Joining, resuming and leaving rooms; rosters; questions to rooms; what malformed messages do (nothing).
#include "tests/net/client/client_fixture.h"

namespace parley::client {
namespace {

using Texts = std::vector<std::string>;

class RoomsTest : public ClientFixture {
 protected:
  void SetUp() override { go_online(); }
  void reconnect(uint32_t epoch = 1) {
    lose_connection();
    pass(Seconds{30});
    net->will_answer(true, words::answer(epoch));
    poll();
    fresh();
  }
  const wire::JoinRequest& hello_room() const {
    return *flatbuffers::GetRoot<wire::Handshake>(net->hellos.back().data())->hello()->rooms()->Get(0);
  }
};

TEST_F(RoomsTest, TellsHistoryThenLiveMessages) {
  join("lobby", 7, {.head = 2});
  bring(words::entries(7, {{.sequence = 3, .text = "three"}}));
  bring(words::page(7, {.lines = {{.sequence = 1, .text = "one"}, {.sequence = 2, .text = "two"}}, .complete = true}));
  EXPECT_EQ(texts(), (Texts{"one", "two", "three"}));
  const auto messages = seen_of(PARLEY_EVENT_MESSAGE);
  EXPECT_TRUE(messages[0].history);
  EXPECT_FALSE(messages[2].history);
  EXPECT_EQ(messages[2].name, "bob") << "the author stands in for a missing name";
}

TEST_F(RoomsTest, ResumesFromWhereItWas) {
  join("lobby", 7, {.head = 0, .epoch = 3});
  bring(words::entries(7, {{.sequence = 1}, {.sequence = 2}}));
  reconnect(4);
  EXPECT_EQ(hello_room().since(), 2u);
  EXPECT_EQ(hello_room().epoch(), 3u);
  answer_join("lobby", 9, {.head = 3, .valid_through = 2, .epoch = 4});
  bring(words::page(9, {.lines = {{.sequence = 3, .text = "missed"}}, .complete = true}));
  EXPECT_EQ(texts(), Texts{"missed"});
}

TEST_F(RoomsTest, ResumesARoomThatWasEmptyWithoutAGap) {
  ASSERT_TRUE(session->join("lobby", {.last = 0, .since = {}}));
  answer_join("lobby", 7, {.head = 0});
  reconnect();
  EXPECT_NE(hello_room().epoch(), 0u) << "without it the server would take the room for a new one";
  answer_join("lobby", 7, {.head = 300});
  bring(words::page(7, {.lines = {{.sequence = 300}}, .complete = true}));
  ASSERT_EQ(net->sent_of<wire::HistoryRequest>().size(), 1u);
  EXPECT_EQ(net->sent_of<wire::HistoryRequest>()[0]->from(), 1u);
  EXPECT_TRUE(seen_of(PARLEY_EVENT_GAP).empty());
}

TEST_F(RoomsTest, TellsARollbackBeforeTheNewEntries) {
  join("lobby", 7);
  bring(words::entries(7, {{.sequence = 1, .text = "a"}, {.sequence = 2, .text = "lost"}}));
  reconnect(2);
  answer_join("lobby", 7, {.head = 1, .valid_through = 1, .epoch = 2});
  bring(words::entries(7, {{.sequence = 2, .text = "b"}}));
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0].type, PARLEY_EVENT_JOINED);
  EXPECT_EQ(seen[1].type, PARLEY_EVENT_ROLLBACK);
  EXPECT_EQ(seen[1].sequence, 1u);
  EXPECT_EQ(seen[2].text, "b");
}

TEST_F(RoomsTest, StartsAfterTheNumberThatTheProgramKnows) {
  ASSERT_TRUE(session->join("lobby", {.last = 0, .since = Sequence{5}}));
  EXPECT_EQ(net->sent_of<wire::Join>()[0]->join()->since(), 5u);
  answer_join("lobby", 7, {.head = 6, .valid_through = 5});
  bring(words::page(7, {.lines = {{.sequence = 6, .text = "six"}}, .complete = true}));
  EXPECT_EQ(texts(), Texts{"six"});
}

TEST_F(RoomsTest, AsksForAHoleAndAgainLaterWhenTheAnswerIsEmpty) {
  join("lobby", 7);
  bring(words::entries(7, {{.sequence = 3}}));
  ASSERT_EQ(net->sent_of<wire::HistoryRequest>().size(), 1u);
  const uint32_t request = net->sent_of<wire::HistoryRequest>()[0]->request();
  EXPECT_EQ(net->sent_of<wire::HistoryRequest>()[0]->from(), 1u);
  bring(words::page(7, {.request = request}));
  EXPECT_EQ(net->sent_of<wire::HistoryRequest>().size(), 1u) << "not at once";
  pass(Millis{300});
  ASSERT_EQ(net->sent_of<wire::HistoryRequest>().size(), 2u);
  bring(words::page(7, {.request = net->sent_of<wire::HistoryRequest>()[1]->request(), .lines = {{.sequence = 1}, {.sequence = 2}}}));
  EXPECT_EQ(seen_of(PARLEY_EVENT_MESSAGE).size(), 3u);
  EXPECT_EQ(client->counters().holes, 1u);
}

TEST_F(RoomsTest, TellsThatAJoinWasRefused) {
  ASSERT_TRUE(session->join("secret", {}));
  bring(words::request_refused(join_request("secret"), ErrorCode::kNotGranted, 0));
  EXPECT_EQ(seen.back().type, PARLEY_EVENT_LEFT);
  EXPECT_EQ(seen.back().code, PARLEY_E_NOT_GRANTED);
  EXPECT_EQ(session->send("secret", {.text = "x"}).error().code, ErrorCode::kNotMember);
}

TEST_F(RoomsTest, JoinsAgainAfterARefusalThatHeals) {
  ASSERT_TRUE(session->join("lobby", {}));
  bring(words::request_refused(join_request("lobby"), ErrorCode::kBusy, 200));
  EXPECT_TRUE(seen_of(PARLEY_EVENT_LEFT).empty());
  pass(Millis{201});
  EXPECT_EQ(net->sent_of<wire::Join>().size(), 2u);
}

TEST_F(RoomsTest, LeavesOnlyWhenItsSendsAreDurable) {
  join("lobby", 7);
  send("lobby", "bye");
  ASSERT_TRUE(session->leave("lobby"));
  EXPECT_TRUE(net->sent_of<wire::Leave>().empty());
  EXPECT_EQ(session->send("lobby", {.text = "too late"}).error().code, ErrorCode::kNotMember);
  bring(words::durable(1));
  ASSERT_EQ(net->sent_of<wire::Leave>().size(), 1u);
  bring(words::left(7));
  EXPECT_EQ(seen.back().type, PARLEY_EVENT_LEFT);
  EXPECT_EQ(seen.back().code, PARLEY_OK);
}

TEST_F(RoomsTest, LeavesAtOnceWhenOffline) {
  join("lobby", 7);
  lose_connection();
  ASSERT_TRUE(session->leave("lobby"));
  poll();
  EXPECT_EQ(seen.back().type, PARLEY_EVENT_LEFT);
  pass(Seconds{30});
  EXPECT_EQ(flatbuffers::GetRoot<wire::Handshake>(net->hellos.back().data())->hello()->rooms()->size(), 0u);
}

TEST_F(RoomsTest, JoinsAnewWhenItIsJoinedWhileLeaving) {
  join("lobby", 7, {.head = 5});
  ASSERT_TRUE(session->leave("lobby"));
  ASSERT_TRUE(session->join("lobby", {.last = 1, .since = {}}));
  bring(words::left(7));
  ASSERT_EQ(net->sent_of<wire::Join>().size(), 2u);
  EXPECT_EQ(net->sent_of<wire::Join>()[1]->join()->since(), 0u);
  EXPECT_EQ(net->sent_of<wire::Join>()[1]->join()->last(), 1u);
}

TEST_F(RoomsTest, TellsThatTheServerTookItOut) {
  join("lobby", 7);
  send("lobby", "x");
  bring(words::left(7));
  EXPECT_EQ(seen.back().type, PARLEY_EVENT_LEFT);
  EXPECT_EQ(seen.back().code, PARLEY_E_NOT_MEMBER);
  EXPECT_TRUE(seen_of(PARLEY_EVENT_SEND_FAILED).empty()) << "the server may have taken it before";
  bring(words::send_refused(1, ErrorCode::kNotMember, 0));
  EXPECT_EQ(seen_of(PARLEY_EVENT_SEND_FAILED).size(), 1u);
}

TEST_F(RoomsTest, TellsOfADirectRoomThatItIsNotIn) {
  bring(words::invited("dm:ann+me", "ann", 3));
  ASSERT_EQ(seen.back().type, PARLEY_EVENT_INVITED);
  EXPECT_EQ(seen.back().room, "dm:ann+me");
  EXPECT_EQ(seen.back().user, "ann");
  EXPECT_EQ(seen.back().sequence, 3u);
  ASSERT_TRUE(session->join("dm:ann+me", {}));
  fresh();
  bring(words::invited("dm:ann+me", "ann", 4));
  EXPECT_TRUE(seen.empty()) << "the join under way brings them";
}

TEST_F(RoomsTest, TurnsTheRosterAfterAReconnectIntoChanges) {
  join("lobby", 7);
  bring(words::presence(7, {"alice", "bob"}));
  EXPECT_EQ(seen_of(PARLEY_EVENT_MEMBER_JOINED).size(), 2u);
  reconnect();
  answer_join("lobby", 7);
  bring(words::presence(7, {"alice", "carol"}));
  ASSERT_EQ(seen_of(PARLEY_EVENT_MEMBER_JOINED).size(), 1u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_MEMBER_JOINED)[0].user, "carol");
  ASSERT_EQ(seen_of(PARLEY_EVENT_MEMBER_LEFT).size(), 1u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_MEMBER_LEFT)[0].user, "bob");
  bring(words::member_gone(7, "carol"));
  EXPECT_EQ(seen.back().user, "carol");
}

TEST_F(RoomsTest, BoundsTheRoomsOfASession) {
  for (size_t i = 0; i < kMaxRoomsPerSession; ++i) ASSERT_TRUE(session->join("room" + std::to_string(i), {}));
  EXPECT_EQ(session->join("one-more", {}).error().code, ErrorCode::kTooManyRooms);
  EXPECT_TRUE(session->join("room1", {})) << "joined already";
}

TEST_F(RoomsTest, AProgramThatResumesWithItsEpochLearnsWhatWasNeverStored) {
  ASSERT_TRUE(session->join("lobby", {.since = Sequence{9}, .epoch = Epoch{4}}));
  EXPECT_EQ(net->sent_of<wire::Join>()[0]->join()->epoch(), 4u);
  answer_join("lobby", 7, {.head = 8, .valid_through = 6, .epoch = 5});
  ASSERT_EQ(seen_of(PARLEY_EVENT_ROLLBACK).size(), 1u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_ROLLBACK)[0].sequence, 6u);
}

TEST_F(RoomsTest, AnswersPagesAndRostersByTheirRequest) {
  join("lobby", 7);
  const uint32_t page = *session->page("lobby", {.from = Sequence{9}, .direction = wire::Direction::Backward, .limit = 10});
  const uint32_t who = *session->who("lobby");
  bring(words::page(
      7,
      {.request = page, .lines = {{.sequence = 8}}, .more = true, .gap_from = 1, .gap_to = 5, .gap_reason = wire::GapReason::LateJoiner}));
  bring(words::presence(7, {"alice"}, who));
  ASSERT_EQ(seen_of(PARLEY_EVENT_PAGE_END).size(), 1u);
  EXPECT_TRUE(seen_of(PARLEY_EVENT_PAGE_END)[0].more);
  EXPECT_EQ(seen_of(PARLEY_EVENT_PAGE_END)[0].gap_to, 5u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_PAGE_END)[0].gap_reason, static_cast<uint32_t>(PARLEY_GAP_LATE_JOINER));
  EXPECT_EQ(seen_of(PARLEY_EVENT_MESSAGE)[0].request, page);
  EXPECT_EQ(seen_of(PARLEY_EVENT_MEMBER)[0].user, "alice");
  EXPECT_EQ(seen_of(PARLEY_EVENT_MEMBERS_END)[0].request, who);
}

TEST_F(RoomsTest, AGapOfACatchUpNamesItsReason) {
  ASSERT_TRUE(session->join("lobby", {.since = Sequence{2}}));
  answer_join("lobby", 7, {.head = 8, .valid_through = 2, .epoch = 5});
  bring(words::page(7, {.lines = {{.sequence = 6}, {.sequence = 7}, {.sequence = 8}},
                        .complete = true,
                        .gap_from = 3,
                        .gap_to = 6,
                        .gap_reason = wire::GapReason::Retention}));
  ASSERT_EQ(seen_of(PARLEY_EVENT_GAP).size(), 1u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_GAP)[0].gap_from, 3u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_GAP)[0].gap_to, 6u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_GAP)[0].gap_reason, static_cast<uint32_t>(PARLEY_GAP_RETENTION));
  EXPECT_EQ(seen_of(PARLEY_EVENT_MESSAGE).size(), 3u);
}

TEST_F(RoomsTest, AReasonOfANewerServerIsUnknown) {
  join("lobby", 7);
  const uint32_t page = *session->page("lobby", {.from = Sequence{9}, .direction = wire::Direction::Backward, .limit = 10});
  bring(words::page(7, {.request = page, .gap_from = 1, .gap_to = 5, .gap_reason = static_cast<wire::GapReason>(99)}));
  ASSERT_EQ(seen_of(PARLEY_EVENT_PAGE_END).size(), 1u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_PAGE_END)[0].gap_reason, static_cast<uint32_t>(PARLEY_GAP_UNKNOWN));
}

TEST_F(RoomsTest, AnErasureIsTold) {
  join("lobby", 7);
  bring(words::erased(7, "bob", 12));
  bring(words::erased(99, "bob", 12));  // a room that isn't ours
  ASSERT_EQ(seen_of(PARLEY_EVENT_ERASED).size(), 1u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_ERASED)[0].room, "lobby");
  EXPECT_EQ(seen_of(PARLEY_EVENT_ERASED)[0].user, "bob");
  EXPECT_EQ(seen_of(PARLEY_EVENT_ERASED)[0].sequence, 12u);
}

TEST_F(RoomsTest, ASearchAsksForItsWordsAndTellsWhereToGoOn) {
  join("lobby", 7);
  const uint32_t search = *session->search("lobby", {.query = "集合 raid", .before = Sequence{90}, .limit = 10});
  const auto asked = net->sent_of<wire::SearchRequest>();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0]->query()->string_view(), "集合 raid");
  EXPECT_EQ(asked[0]->before(), 90u);
  EXPECT_EQ(asked[0]->limit(), 10u);
  bring(words::results(7, search, {{.sequence = 80, .text = "集合 raid"}, {.sequence = 3, .text = "raid 集合"}}, 3, true));
  const auto found = seen_of(PARLEY_EVENT_MESSAGE);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].sequence, 80u);
  EXPECT_EQ(found[1].sequence, 3u);
  EXPECT_EQ(found[1].request, search);
  EXPECT_TRUE(found[1].history);
  const auto ends = seen_of(PARLEY_EVENT_PAGE_END);
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_TRUE(ends[0].more);
  EXPECT_EQ(ends[0].sequence, 3u);
  EXPECT_NE(ends[0].text.find("index"), std::string::npos);
}

TEST_F(RoomsTest, ASearchThatIsRefusedEndsWithTheReason) {
  join("lobby", 7);
  const uint32_t search = *session->search("lobby", {.query = "raid", .limit = 10});
  bring(words::request_refused(search, ErrorCode::kNotFound, 0));
  ASSERT_EQ(seen_of(PARLEY_EVENT_PAGE_END).size(), 1u);
  EXPECT_EQ(seen_of(PARLEY_EVENT_PAGE_END)[0].code, PARLEY_E_NOT_FOUND);
  EXPECT_EQ(session->search("lobby", {.query = std::string(257, 'x'), .limit = 1}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(session->search("elsewhere", {.query = "x", .limit = 1}).error().code, ErrorCode::kNotMember);
}

TEST_F(RoomsTest, EndsQuestionsThatTheConnectionTookAlong) {
  join("lobby", 7);
  ASSERT_TRUE(session->page("lobby", {.limit = 1}));
  ASSERT_TRUE(session->who("lobby"));
  lose_connection();
  EXPECT_EQ(seen_of(PARLEY_EVENT_PAGE_END)[0].code, PARLEY_E_TIMEOUT);
  EXPECT_EQ(seen_of(PARLEY_EVENT_MEMBERS_END)[0].code, PARLEY_E_TIMEOUT);
}

TEST_F(RoomsTest, BoundsOpenQuestions) {
  join("lobby", 7);
  for (size_t i = 0; i < kMaxClientRequests; ++i) ASSERT_TRUE(session->who("lobby"));
  EXPECT_EQ(session->who("lobby").error().code, ErrorCode::kBusy);
}

TEST_F(RoomsTest, DropsAndCountsWhatItCannotRead) {
  join("lobby", 7);
  bring({});
  bring({0xde, 0xad, 0xbe, 0xef, 1, 2, 3, 4, 5});
  bring(words::raw_entry(7, 1, {9, 9, 9, 9}));
  bring(words::entries(7, {{.sequence = 2, .text = "\xff\xfe"}}));
  bring(words::entries(7, {{.sequence = 3, .text = std::string_view("a\0b", 3)}}));
  bring(words::entries(7, {{.sequence = 4, .text = "good"}}));
  EXPECT_EQ(client->counters().malformed, 5u);
  EXPECT_EQ(texts(), Texts{"good"});
}

TEST_F(RoomsTest, SurvivesEveryTruncationAndEveryFlippedBitOfAMessage) {
  join("lobby", 7);
  const words::Bytes whole = words::page(7, {.lines = {{.sequence = 1}, {.sequence = 2}}, .complete = true});
  for (size_t length = 0; length < whole.size(); ++length) bring({whole.begin(), whole.begin() + length});
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    words::Bytes flipped = whole;
    flipped[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    bring(flipped);
  }
  EXPECT_GT(client->counters().malformed, 0u);
  EXPECT_EQ(session->state(), SessionState::kOnline);
}

TEST_F(RoomsTest, SkipsKindsItDoesNotKnow) {
  bring(words::unknown_kind());
  EXPECT_EQ(client->counters().unknown_kinds, 1u);
  EXPECT_EQ(client->counters().malformed, 0u);
}

TEST_F(RoomsTest, StopsReadingTheNetworkWhenTheProgramTakesNoEvents) {
  join("lobby", 7);
  for (uint64_t i = 1; i <= kMaxEventsQueued + 100; ++i) net->will_bring(words::entries(7, {{.sequence = i}}));
  for (int i = 0; i < 1000; ++i) client->poll(now_, {});
  const int receives = net->receives;
  client->poll(now_, {});
  EXPECT_EQ(net->receives, receives);
  fresh();
  poll();
  EXPECT_EQ(seen_of(PARLEY_EVENT_MESSAGE).size(), kMaxEventsQueued + 100) << "nothing is lost";
}

TEST_F(RoomsTest, TellsThatItIsBehindAndLeavesTheRestToTheServer) {
  join("lobby", 7);
  bring(words::entries(7, {{.sequence = 1, .text = "1"}}));
  fresh();
  bring(words::behind(7, 1));
  ASSERT_EQ(seen_of(PARLEY_EVENT_BEHIND).size(), 1u);
  EXPECT_EQ(seen[0].room, "lobby");
  EXPECT_EQ(seen[0].sequence, 1u);
  bring(words::entries(7, {{.sequence = 4, .text = "4"}}));
  EXPECT_TRUE(net->sent_of<wire::HistoryRequest>().empty());
  bring(words::page(7, {.lines = {{.sequence = 2, .text = "2"}, {.sequence = 3, .text = "3"}}, .complete = true}));
  EXPECT_EQ(texts(), (Texts{"2", "3", "4"}));
  bring(words::behind(8, 1));
  EXPECT_EQ(client->counters().unexpected, 1u);
}

}  // namespace
}  // namespace parley::client
