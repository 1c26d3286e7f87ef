// SPDX-License-Identifier: Apache-2.0
#include "net/server/searches.h"

#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

using Texts = std::vector<std::string>;

class SearchesTest : public ::testing::Test {
 protected:
  SearchesTest() { server.config.sends = {0, 0}; }

  RoomId room_with(const Texts& texts) {
    const Client writer = server.connect("writer");
    const RoomId room = server.join(writer, "lobby");
    uint64_t number = 0;
    for (const std::string& text : texts) server.send(writer, room, ++number, text);
    server.settle();
    server.clear();
    return room;
  }
  void ask(const Client& client, RoomId room, std::string_view query, uint32_t request = 5, uint16_t limit = 50) {
    server.say(client, server.words().search({request, room, query, {}, limit}));
  }
  Texts found(const Client& client) {
    Texts texts;
    std::vector<uint64_t> scratch;
    for (const wire::SearchResults* each : server.got<wire::SearchResults>(client)) {
      for (const wire::EntryBytes* entry : *each->entries()) {
        texts.emplace_back(client::decode_entry({entry->bytes()->data(), entry->bytes()->size()}, scratch)->text);
      }
    }
    return texts;
  }
  std::vector<ErrorCode> refused(const Client& client) {
    std::vector<ErrorCode> codes;
    for (const wire::RequestRefused* each : server.got<wire::RequestRefused>(client))
      codes.push_back(static_cast<ErrorCode>(each->refusal()->code()));
    return codes;
  }

  ServerFixture server;
};

TEST_F(SearchesTest, AMemberFindsWhatWasSaidNewestFirst) {
  const RoomId room = room_with({"raid at eight", "no", "集合は20時", "the raid"});
  const Client ann = server.connect("ann");
  server.join(ann, "lobby");
  ask(ann, room, "raid");
  server.settle();
  EXPECT_EQ(found(ann), (Texts{"the raid", "raid at eight"}));
  server.clear();
  ask(ann, room, "集合");
  server.settle();
  EXPECT_EQ(found(ann), Texts{"集合は20時"});
  EXPECT_EQ(server.got<wire::SearchResults>(ann)[0]->request(), 5u);
}

TEST_F(SearchesTest, TheRestIsWhereToSearchOn) {
  const RoomId room = room_with({"raid 1", "raid 2", "raid 3"});
  const Client ann = server.connect("ann");
  server.join(ann, "lobby");
  ask(ann, room, "raid", 5, 2);
  server.settle();
  EXPECT_EQ(found(ann), (Texts{"raid 3", "raid 2"}));
  EXPECT_EQ(server.got<wire::SearchResults>(ann)[0]->rest(), 2u);
}

TEST_F(SearchesTest, WhoIsNoMemberIsRefused) {
  const RoomId room = room_with({"secret"});
  const Client eve = server.connect("eve");
  ask(eve, room, "secret");
  server.settle();
  EXPECT_EQ(found(eve), Texts{});
  EXPECT_EQ(refused(eve), std::vector{ErrorCode::kNotMember});
}

TEST_F(SearchesTest, WithoutTheRightToHistoryOnlyWhatCameSinceTheJoinIsFound) {
  const RoomId room = room_with({"secret before"});
  const Client eve = server.connect("eve", {.can = {"join", "send"}});
  server.join(eve, "lobby");
  server.send(eve, room, 1, "secret after");
  server.settle();
  ask(eve, room, "secret");
  server.settle();
  EXPECT_EQ(found(eve), Texts{"secret after"});
  EXPECT_EQ(server.got<wire::SearchResults>(eve)[0]->rest(), 0u);
}

TEST_F(SearchesTest, AQueryThatIsWrongIsRefusedWithTheReason) {
  const RoomId room = room_with({"raid"});
  const Client ann = server.connect("ann");
  server.join(ann, "lobby");
  ask(ann, room, "-raid");
  ask(ann, room, std::string(20'000, 'x'));
  server.settle();
  EXPECT_EQ(refused(ann), (std::vector{ErrorCode::kInvalidArgument, ErrorCode::kInvalidArgument}));
}

TEST_F(SearchesTest, MoreThanTwoAtOnceAreBusy) {
  const RoomId room = room_with({"raid"});
  const Client ann = server.connect("ann");
  server.join(ann, "lobby");
  for (uint32_t request = 1; request <= 3; ++request) ask(ann, room, "raid", request);
  server.settle();
  EXPECT_EQ(found(ann).size(), 2u);
  EXPECT_EQ(refused(ann), std::vector{ErrorCode::kBusy});
  server.clear();
  ask(ann, room, "raid", 4);
  server.settle();
  EXPECT_EQ(found(ann).size(), 1u) << "answers make room for others";
}

TEST_F(SearchesTest, SearchesCountAsRequestsOfTheRateLimit) {
  server.config.requests = {1, 3};
  const RoomId room = room_with({"raid"});
  const Client ann = server.connect("ann");
  server.join(ann, "lobby");
  for (uint32_t request = 1; request <= 4; ++request) {
    ask(ann, room, "raid", request);
    server.settle(3);
  }
  EXPECT_EQ(refused(ann), (std::vector{ErrorCode::kRateLimited, ErrorCode::kRateLimited}));
}

TEST(SearchesOff, AreRefusedWithWhatToDo) {
  ServerFixture server({.search = false});
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  server.say(ann, server.words().search({5, room, "raid", {}, 50}));
  server.settle();
  ASSERT_EQ(server.got<wire::RequestRefused>(ann).size(), 1u);
  EXPECT_EQ(server.got<wire::RequestRefused>(ann)[0]->refusal()->code(), static_cast<uint16_t>(ErrorCode::kNotFound));
}

}  // namespace
}  // namespace parley::server
