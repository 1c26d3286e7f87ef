// SPDX-License-Identifier: Apache-2.0
#include "net/server/pages.h"

#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

using Texts = std::vector<std::string>;

class PagesTest : public ::testing::Test {
 protected:
  PagesTest() { server.config.sends = {0, 0}; }

  // A room with entries 1..count, whose texts are their numbers.
  RoomId room_with(uint64_t count, size_t text_bytes = 0) {
    writer_ = server.connect("writer", {.producer = 42});
    const RoomId room = server.join(writer_, "lobby");
    for (uint64_t number = 1; number <= count; ++number) {
      server.send(writer_, room, number, std::to_string(number) + std::string(text_bytes, 'x'));
      if (number % 32 == 0) server.cycle();
    }
    server.settle();
    server.clear();
    return room;
  }
  Texts numbers(uint64_t from, uint64_t to) {
    Texts out;
    for (uint64_t i = from; i <= to; ++i) out.push_back(std::to_string(i));
    return out;
  }
  // Pages of the catch-up that said "complete".
  size_t completes(const Client& client) {
    size_t count = 0;
    for (const wire::HistoryPage* each : server.got<wire::HistoryPage>(client)) count += each->complete() ? 1 : 0;
    return count;
  }

  ServerFixture server{{.ring_slots = 4096}};
  Client writer_;
};

TEST_F(PagesTest, AJoinBringsTheLastEntriesUpToItsHead) {
  room_with(100);
  const Client ann = server.connect("ann");
  server.join(ann, "lobby", 20);
  EXPECT_EQ(server.page_texts(ann), numbers(81, 100));
  EXPECT_EQ(completes(ann), 1u);
}

TEST_F(PagesTest, AJoinThatWantsNothingIsCompleteAtOnce) {
  room_with(3);
  const Client ann = server.connect("ann");
  server.join(ann, "lobby", 0);
  EXPECT_EQ(server.page_texts(ann), Texts{});
  EXPECT_EQ(completes(ann), 1u);
}

TEST_F(PagesTest, AResumeBringsAllThatCameSinceInOrder) {
  room_with(700);
  const Client ann = server.connect("ann");
  server.ask_join(ann, {1, "lobby", Sequence(10), server.store->snapshot().epoch, 50});
  server.settle(40);
  EXPECT_EQ(server.page_texts(ann), numbers(11, 700));
  EXPECT_EQ(completes(ann), 1u);
}

TEST_F(PagesTest, LargeEntriesComeInMorePagesNoneTooLarge) {
  room_with(40, 4000);
  const Client ann = server.connect("ann");
  server.join(ann, "lobby", 40);
  server.settle(40);
  EXPECT_EQ(server.page_texts(ann).size(), 40u);
  EXPECT_GT(server.got<wire::HistoryPage>(ann).size(), 2u);
  for (const auto& each : server.transports[0]->sent) EXPECT_LE(each.bytes.size(), kMaxTransportMessage);
}

TEST_F(PagesTest, CatchUpAndLiveMeetWithoutAHoleOrADouble) {
  const RoomId room = room_with(10);
  const Client ann = server.connect("ann");
  server.send(writer_, room, 11, "11");
  server.ask_join(ann, {1, "lobby", {}, {}, 50});
  server.send(writer_, room, 12, "12");
  server.settle();
  EXPECT_EQ(server.page_texts(ann), numbers(1, 11));
  EXPECT_EQ(server.live_texts(ann), Texts{"12"});
}

TEST_F(PagesTest, ASlowReaderGetsItsNextPageWhenItsQueueIsShort) {
  room_with(700);
  const Client ann = server.connect("ann");
  server.transports[0]->queued[ann.id] = kCatchUpQueueBytes;
  server.ask_join(ann, {1, "lobby", Sequence(1), server.store->snapshot().epoch, 50});
  server.settle(40);
  EXPECT_EQ(server.page_texts(ann), Texts{});
  server.transports[0]->queued[ann.id] = 0;
  server.settle(40);
  EXPECT_EQ(server.page_texts(ann), numbers(2, 700));
}

TEST_F(PagesTest, WithoutTheHistoryRightOneHearsWhatComesAfterTheJoin) {
  const RoomId room = room_with(10);
  const Client ann = server.connect("ann", {.can = {"join", "send"}});
  server.ask_join(ann, {1, "lobby", Sequence(4), server.store->snapshot().epoch, 50});
  server.settle();
  ASSERT_EQ(completes(ann), 1u);
  const wire::HistoryPage* last = server.got<wire::HistoryPage>(ann).back();
  EXPECT_EQ(last->gap_from(), 5u);
  EXPECT_EQ(last->gap_to(), 11u);
  server.say(ann, server.words().page({2, room, {}, wire::Direction::Backward, 50}));
  server.say(ann, server.words().page({3, room, Sequence(1), wire::Direction::Forward, 50}));
  server.send(writer_, room, 11, "11");
  server.settle();
  EXPECT_EQ(server.page_texts(ann), Texts{});
  EXPECT_EQ(server.live_texts(ann), Texts{"11"});
}

TEST_F(PagesTest, PagesGoBackwardsAndForwards) {
  const RoomId room = room_with(30);
  const Client ann = server.connect("ann");
  server.join(ann, "lobby", 0);
  server.clear();
  server.say(ann, server.words().page({2, room, Sequence(11), wire::Direction::Backward, 5}));
  server.settle();
  EXPECT_EQ(server.page_texts(ann), numbers(6, 10));
  EXPECT_TRUE(server.got<wire::HistoryPage>(ann)[0]->more());
  server.clear();
  server.say(ann, server.words().page({3, room, Sequence(28), wire::Direction::Forward, 5}));
  server.settle();
  EXPECT_EQ(server.page_texts(ann), numbers(28, 30));
  EXPECT_FALSE(server.got<wire::HistoryPage>(ann)[0]->more());
  EXPECT_EQ(server.got<wire::HistoryPage>(ann)[0]->request(), 3u);
}

TEST_F(PagesTest, ASessionHasABoundOfOpenPageRequests) {
  const RoomId room = room_with(3);
  const Client ann = server.connect("ann");
  server.join(ann, "lobby", 0);
  server.clear();
  for (uint32_t request = 1; request <= kMaxPagesAsked + 2u; ++request)
    server.say(ann, server.words().page({request, room, {}, wire::Direction::Backward, 5}));
  server.settle();
  EXPECT_EQ(server.got<wire::HistoryPage>(ann).size(), kMaxPagesAsked);
  EXPECT_EQ(server.got<wire::RequestRefused>(ann).size(), 2u);
  EXPECT_EQ(server.got<wire::RequestRefused>(ann)[0]->refusal()->code(), static_cast<uint16_t>(ErrorCode::kBusy));
}

TEST_F(PagesTest, OnlyMembersReadARoom) {
  const RoomId room = room_with(3);
  const Client ann = server.connect("ann");
  server.say(ann, server.words().page({1, room, {}, wire::Direction::Backward, 5}));
  server.settle();
  EXPECT_EQ(server.page_texts(ann), Texts{});
  EXPECT_EQ(server.got<wire::RequestRefused>(ann).size(), 1u);
}

// Entries 1..10 are stored, 11..15 were only seen: the server ended before it stored them.
TEST(PagesAfterACrash, AClientIsToldWhichOfItsTailWasNeverStored) {
  std::filesystem::path directory;
  Epoch before;
  {
    ServerFixture crashed;
    crashed.keep_directory = true;
    directory = crashed.directory;
    before = crashed.store->snapshot().epoch;
    const Client ann = crashed.connect("ann");
    const RoomId room = crashed.join(ann, "lobby");
    for (uint64_t number = 1; number <= 10; ++number) crashed.send(ann, room, number, std::to_string(number));
    crashed.settle();
    for (uint64_t number = 11; number <= 15; ++number) crashed.send(ann, room, number, std::to_string(number));
    crashed.cycle_io(0);
    ASSERT_EQ(crashed.live_texts(ann).size(), 15u);
  }
  ServerFixture server({.reuse_store = directory});
  const Client ann = server.connect("ann");
  server.ask_join(ann, {1, "lobby", Sequence(15), before, 50});
  server.settle();
  ASSERT_EQ(server.got<wire::Joined>(ann).size(), 1u);
  EXPECT_EQ(server.got<wire::Joined>(ann)[0]->head(), 10u);
  EXPECT_EQ(server.got<wire::Joined>(ann)[0]->valid_through(), 10u);
  EXPECT_EQ(server.page_texts(ann), Texts{});
}

}  // namespace
}  // namespace parley::server
