// SPDX-License-Identifier: Apache-2.0
// Who sees what of a room's history by its rules: at a join, at a resume, in pages, searches and facts; and who is told of an erasure.
#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

using Texts = std::vector<std::string>;

class LateJoinersTest : public ::testing::Test {
 protected:
  LateJoinersTest() {
    server.config.sends = {0, 0};
    server.config.rooms.rules = {room::parse_rule("since late-joiners=since-joining").value(),
                                 room::parse_rule("nothing late-joiners=nothing").value(),
                                 room::parse_rule("short keep=10entries").value()};
  }
  // Somebody who is there from the first entry on says so many.
  RoomId room_with(const std::string& name, uint64_t count) {
    if (!writer_.id) writer_ = server.connect("writer", {.producer = 42, .can = {"join", "send", "history", "moderate"}});
    const RoomId room = server.join(writer_, name);
    say(room, count);
    return room;
  }
  void say(RoomId room, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
      ++number_;
      server.send(writer_, room, number_, std::to_string(number_));
      if (i % 32 == 31) server.cycle();
    }
    server.settle();
    server.clear();
  }
  Texts page(const Client& client, RoomId room, wire::Direction direction, uint64_t from) {
    server.clear();
    server.say(client, server.words().page({.request = 9, .room = room, .from = Sequence(from), .direction = direction, .limit = 50}));
    server.settle();
    return server.page_texts(client);
  }
  const wire::HistoryPage& last_page(const Client& client) { return *server.got<wire::HistoryPage>(client).back(); }
  void expect_gap(const wire::HistoryPage& page, uint64_t from, uint64_t to, wire::GapReason why) {
    EXPECT_EQ(page.gap_from(), from);
    EXPECT_EQ(page.gap_to(), to);
    EXPECT_EQ(page.gap_reason(), why);
  }
  static Texts numbers(uint64_t from, uint64_t to) {
    Texts out;
    for (uint64_t i = from; i <= to; ++i) out.push_back(std::to_string(i));
    return out;
  }

  ServerFixture server{{.ring_slots = 4096, .search = true}};
  Client writer_;
  uint64_t number_ = 0;
};

TEST_F(LateJoinersTest, SinceJoiningBeginsAtTheFirstJoinAndStaysThere) {
  const RoomId room = room_with("since", 10);
  const Client ann = server.connect("ann");
  server.join(ann, "since", 50);
  EXPECT_EQ(server.page_texts(ann), Texts{});
  server.lose(ann);
  server.settle();
  say(room, 5);
  const Client again = server.connect("ann");
  server.join(again, "since", 50);
  EXPECT_EQ(server.page_texts(again), numbers(11, 15)) << "what was said while she was away is hers";
  EXPECT_EQ(page(again, room, wire::Direction::Backward, 14), numbers(11, 13));
  expect_gap(last_page(again), 1, 11, wire::GapReason::LateJoiner);
  EXPECT_EQ(page(again, room, wire::Direction::Forward, 3), numbers(11, 15));
  expect_gap(last_page(again), 3, 11, wire::GapReason::LateJoiner);
  EXPECT_EQ(page(again, room, wire::Direction::Around, 10), numbers(11, 15));
  EXPECT_EQ(page(again, room, wire::Direction::FromTime, 0), numbers(11, 15));
}

TEST_F(LateJoinersTest, SinceJoiningOutlivesLeavingAndARestart) {
  const RoomId room = room_with("since", 10);
  const Client ann = server.connect("ann");
  server.join(ann, "since");
  server.say(ann, server.words().leave(room));
  server.settle();
  say(room, 5);
  EXPECT_EQ(server.store->joined_at(room, "ann"), Sequence(11));
  const Client again = server.connect("ann");
  server.join(again, "since", 50);
  EXPECT_EQ(server.page_texts(again), numbers(11, 15));
  const Client other = server.connect("ben");
  server.join(other, "since", 50);
  EXPECT_EQ(server.page_texts(other), Texts{});
}

TEST_F(LateJoinersTest, NothingIsWhatComesWhileOneIsThere) {
  const RoomId room = room_with("nothing", 10);
  const Client ann = server.connect("ann");
  server.join(ann, "nothing", 50);
  EXPECT_EQ(server.page_texts(ann), Texts{});
  say(room, 2);
  EXPECT_EQ(page(ann, room, wire::Direction::Backward, 0), numbers(11, 12));
  server.lose(ann);
  server.settle();
  say(room, 3);
  const Client again = server.connect("ann");
  server.ask_join(again, {1, "nothing", Sequence(12), server.store->snapshot().epoch, 50});
  server.settle();
  EXPECT_EQ(server.page_texts(again), Texts{});
  expect_gap(*server.got<wire::HistoryPage>(again).front(), 13, 16, wire::GapReason::LateJoiner);
}

TEST_F(LateJoinersTest, AResumeAcrossThePointGetsTheGapAndThenTheRest) {
  const RoomId room = room_with("since", 10);
  const Client ann = server.connect("ann");
  server.join(ann, "since");
  server.lose(ann);
  server.settle();
  say(room, 5);
  const Client again = server.connect("ann");
  server.ask_join(again, {1, "since", Sequence(4), server.store->snapshot().epoch, 50});
  server.settle();
  const auto pages = server.got<wire::HistoryPage>(again);
  ASSERT_GE(pages.size(), 2u);
  expect_gap(*pages[0], 5, 11, wire::GapReason::LateJoiner);
  EXPECT_FALSE(pages[0]->complete());
  EXPECT_TRUE(pages.back()->complete());
  EXPECT_EQ(server.page_texts(again), numbers(11, 15));
}

TEST_F(LateJoinersTest, SearchesPinsAndReactionsDontReachBehindThePoint) {
  const RoomId room = room_with("since", 3);
  server.say(writer_, server.words().send(ProducerNumber(++number_), room, {.kind = wire::SendKind::Pin, .target = 2}));
  server.settle();
  const Client ann = server.connect("ann");
  server.join(ann, "since");
  say(room, 1);  // its text is 5
  server.say(ann, server.words().search({3, room, "2", Sequence(0), 50}));
  server.say(ann, server.words().room_info(room));
  server.say(ann, server.words().send(ProducerNumber(1), room, {.kind = wire::SendKind::Reaction, .text = "+1", .target = 2}));
  server.settle();
  ASSERT_EQ(server.got<wire::SearchResults>(ann).size(), 1u);
  EXPECT_EQ(server.got<wire::SearchResults>(ann)[0]->entries()->size(), 0u);
  const auto info = server.got<wire::RoomInfo>(ann);
  ASSERT_FALSE(info.empty());
  EXPECT_EQ(info.back()->pinned()->size(), 0u);
  EXPECT_LE(info.back()->unread(), 1u);
  ASSERT_EQ(server.got<wire::SendRefused>(ann).size(), 1u);
  EXPECT_EQ(server.got<wire::SendRefused>(ann)[0]->refusal()->code(), static_cast<uint16_t>(ErrorCode::kNotFound));
}

TEST_F(LateJoinersTest, WhatRetentionTookIsNamedToAResumeAndInPages) {
  const RoomId room = room_with("short", 40);
  for (int i = 0; i < 200; ++i) server.pass(kRetentionPace), server.cycle();
  const Client ann = server.connect("ann");
  server.ask_join(ann, {1, "short", Sequence(4), server.store->snapshot().epoch, 50});
  server.settle();
  expect_gap(*server.got<wire::HistoryPage>(ann).front(), 5, 31, wire::GapReason::Retention);
  EXPECT_EQ(server.page_texts(ann), numbers(31, 40));
  EXPECT_EQ(page(ann, room, wire::Direction::Backward, 33), numbers(31, 32));
  expect_gap(last_page(ann), 1, 31, wire::GapReason::Retention);
}

TEST_F(LateJoinersTest, MembersWhoSawItAreToldOfAnErasure) {
  const RoomId room = room_with("since", 3);
  const Client ann = server.connect("ann");
  server.join(ann, "since");
  const Client bob = server.connect("bob", {.producer = 77});
  server.join(bob, "since");
  server.send(bob, room, 1, "bob's");
  server.settle();
  const Client late = server.connect("late");
  server.join(late, "since");
  server.clear();
  ASSERT_TRUE(server.writer->erasures().order("bob"));
  for (int i = 0; i < 200; ++i) server.pass(kRetentionPace), server.cycle();
  ASSERT_EQ(server.got<wire::Erased>(ann).size(), 1u);
  EXPECT_EQ(server.got<wire::Erased>(ann)[0]->user()->str(), "bob");
  EXPECT_EQ(server.got<wire::Erased>(ann)[0]->sequence(), 4u);
  EXPECT_TRUE(server.got<wire::Erased>(late).empty());
  EXPECT_TRUE(server.writer->erasures().status().under_way.empty());
  EXPECT_EQ(server.writer->erasures().status().stored, 1u);
}

TEST_F(LateJoinersTest, OrdersHaveABound) {
  for (size_t i = 0; i < kMaxErasures; ++i) ASSERT_TRUE(server.writer->erasures().order("user" + std::to_string(i)));
  const auto one_more = server.writer->erasures().order("one-more");
  ASSERT_FALSE(one_more);
  EXPECT_EQ(one_more.error().code, ErrorCode::kBusy);
  for (int i = 0; i < 500; ++i) server.pass(kRetentionPace), server.cycle();
  EXPECT_TRUE(server.writer->erasures().order("one-more"));
}

}  // namespace
}  // namespace parley::server
