// SPDX-License-Identifier: Apache-2.0
#include "net/server/sends.h"

#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

using Texts = std::vector<std::string>;

class SendsTest : public ::testing::Test {
 protected:
  ServerFixture server;
  // Numbers of the receipts "ordered" and the highest "durable".
  std::vector<uint64_t> ordered(const Client& client) {
    std::vector<uint64_t> numbers;
    for (const wire::Receipts* each : server.got<wire::Receipts>(client)) {
      if (each->ordered() == nullptr) continue;
      for (const wire::Receipt* receipt : *each->ordered()) numbers.push_back(receipt->number());
    }
    return numbers;
  }
  uint64_t durable(const Client& client) {
    uint64_t through = 0;
    for (const wire::Receipts* each : server.got<wire::Receipts>(client)) through = std::max(through, each->durable_through());
    return through;
  }
  uint16_t refusal_of(const Client& client, uint64_t number) {
    uint16_t code = 0;
    for (const wire::SendRefused* each : server.got<wire::SendRefused>(client)) {
      if (each->number() == number) code = each->refusal()->code();
    }
    return code;
  }
};

TEST_F(SendsTest, AnEntryIsOrderedAtOnceAndDurableAfterTheCommit) {
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  server.send(ann, room, 1, "hello");
  server.cycle();
  EXPECT_EQ(ordered(ann), std::vector<uint64_t>{1});
  EXPECT_EQ(durable(ann), 0u);
  server.settle();
  EXPECT_EQ(durable(ann), 1u);
}

TEST_F(SendsTest, ReceiptsOfOneCycleAreOneMessage) {
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  for (uint64_t number = 1; number <= 9; ++number) server.send(ann, room, number, "x");
  server.cycle();
  EXPECT_EQ(server.got<wire::Receipts>(ann).size(), 1u);
  EXPECT_EQ(ordered(ann).size(), 9u);
}

TEST_F(SendsTest, ARepeatedNumberGetsItsReceiptAgainAndNoSecondEntry) {
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  server.send(ann, room, 1, "hello");
  server.settle();
  server.clear();
  server.send(ann, room, 1, "hello");
  server.settle();
  EXPECT_EQ(server.live_texts(ann), Texts{});
  ASSERT_EQ(ordered(ann), std::vector<uint64_t>{1});
  EXPECT_EQ(server.got<wire::Receipts>(ann)[0]->ordered()->Get(0)->sequence(), 1u);
  EXPECT_EQ(durable(ann), 1u);
}

TEST_F(SendsTest, ASecondSessionGoesOnWhereTheFirstEnded) {
  const Client first = server.connect("ann", {.producer = 5});
  const RoomId room = server.join(first, "lobby");
  server.send(first, room, 1, "one");
  server.settle();
  const auto hello = server.hello(0, SessionId(900), server.words().hello({server.ticket("ann", {}), ProducerId(5), "test", {}}));
  EXPECT_EQ(hello.view()->last_number(), 1u);
}

TEST_F(SendsTest, ANumberSentOnTwoSessionsIsInTheRoomOnce) {
  const Client first = server.connect("ann", {.producer = 5});
  const RoomId room = server.join(first, "lobby");
  server.send(first, room, 1, "one");
  const Client second = server.connect("ann", {.producer = 5});
  server.join(second, "lobby");
  server.send(second, room, 1, "one");
  server.settle();
  const Client late = server.connect("bob");
  server.join(late, "lobby", 50);
  EXPECT_EQ(server.page_texts(late), Texts{"one"});
  EXPECT_EQ(ordered(second), std::vector<uint64_t>{1});
}

TEST_F(SendsTest, NobodyTakesTheNumbersOfAnothersProducer) {
  const Client ann = server.connect("ann", {.producer = 5});
  const RoomId room = server.join(ann, "lobby");
  const Client eve = server.connect("eve", {.producer = 5});
  server.join(eve, "lobby");
  server.send(eve, room, 1'000'000, "mine now");
  server.send(ann, room, 1, "still here");
  server.settle();
  EXPECT_FALSE(server.is_closed(ann));
  EXPECT_EQ(server.live_texts(ann), (Texts{"mine now", "still here"}));
}

TEST_F(SendsTest, WhatLiesBehindARefusedNumberWaitsForAVoidSendInItsPlace) {
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  server.send(ann, room, 1, "one");
  server.send(ann, room, 2, std::string(5000, 'x'));
  server.send(ann, room, 3, "three");
  server.settle();
  EXPECT_EQ(refusal_of(ann, 2), static_cast<uint16_t>(ErrorCode::kMessageTooLong));
  EXPECT_EQ(server.live_texts(ann), Texts{"one"});
  server.send(ann, RoomId(), 2, "-");
  server.send(ann, room, 3, "three");
  server.settle();
  EXPECT_EQ(server.live_texts(ann), (Texts{"one", "three"}));
  EXPECT_EQ(durable(ann), 3u);
}

TEST_F(SendsTest, ARefusedSendIsRefusedAgainAndNeverDurableWhenTheRefusalGotLost) {
  const Client first = server.connect("ann", {.producer = 5});
  const RoomId room = server.join(first, "lobby");
  server.send(first, room, 1, std::string(5000, 'x'));
  server.send(first, room, 2, "two");
  server.settle();
  const Client second = server.connect("ann", {.producer = 5});
  server.join(second, "lobby");
  server.send(second, room, 1, std::string(5000, 'x'));
  server.send(second, room, 2, "two");
  server.settle();
  EXPECT_EQ(refusal_of(second, 1), static_cast<uint16_t>(ErrorCode::kMessageTooLong));
  EXPECT_EQ(durable(second), 0u);
}

TEST_F(SendsTest, AfterLaterTheClientGoesBackAndNothingOvertakes) {
  server.config.sends = {10, 2};
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  for (uint64_t number = 1; number <= 5; ++number) server.send(ann, room, number, std::to_string(number));
  server.settle(1);
  EXPECT_EQ(refusal_of(ann, 3), static_cast<uint16_t>(ErrorCode::kRateLimited));
  EXPECT_EQ(refusal_of(ann, 4), 0u) << "said once, for the first";
  EXPECT_EQ(server.live_texts(ann), (Texts{"1", "2"}));
  server.pass(Seconds(1));
  server.send(ann, room, 4, "4");  // not yet: 3 must come first
  server.send(ann, room, 3, "3");
  server.send(ann, room, 4, "4");
  server.settle();
  EXPECT_EQ(server.live_texts(ann), (Texts{"1", "2", "3", "4"}));
}

TEST_F(SendsTest, AHoleInTheNumbersIsRefused) {
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  server.send(ann, room, 1, "one");
  server.send(ann, room, 3, "three");
  server.settle();
  EXPECT_EQ(refusal_of(ann, 3), static_cast<uint16_t>(ErrorCode::kNumberGap));
  EXPECT_EQ(server.live_texts(ann), Texts{"one"});
}

TEST_F(SendsTest, WithoutTheRightToSendOneReadsOnly) {
  const Client ann = server.connect("ann", {.can = {"join", "history"}});
  const RoomId room = server.join(ann, "lobby");
  EXPECT_FALSE(server.got<wire::Joined>(ann).back()->may_send());
  server.send(ann, room, 1, "hello");
  server.settle();
  EXPECT_EQ(refusal_of(ann, 1), static_cast<uint16_t>(ErrorCode::kNotGranted));
  EXPECT_EQ(server.live_texts(ann), Texts{});
}

TEST_F(SendsTest, OnlyMembersSend) {
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  const Client bob = server.connect("bob");
  server.send(bob, room, 1, "hello");
  server.settle();
  EXPECT_EQ(refusal_of(bob, 1), static_cast<uint16_t>(ErrorCode::kNotMember));
}

// Five kilobytes of words and names: it ended the server when records on the bus had no room for them.
TEST_F(SendsTest, TheLargestMessageWithAllItsMentionsIsTaken) {
  const Client ann = server.connect(std::string(kMaxNameBytes, 'a'));
  const RoomId room = server.join(ann, "lobby");
  client::Content content{.text = std::string(kMaxMessageBytes, 'x'), .mentions = {}};
  for (size_t i = 0; i < kMaxMentions; ++i) content.mentions.push_back(std::string(kMaxNameBytes - 2, 'b') + std::to_string(10 + i));
  server.say(ann, server.words().send(ProducerNumber(1), room, content));
  server.settle();
  EXPECT_EQ(refusal_of(ann, 1), 0);
  EXPECT_EQ(server.live_texts(ann), Texts{content.text});
  EXPECT_EQ(durable(ann), 1u);
}

TEST(SendsOnASmallRing, AFullRingSaysBusyAndTheClientComesBack) {
  ServerFixture server({.ring_slots = 64});
  server.config.sends = {0, 0};
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  for (uint64_t number = 1; number <= 100; ++number) server.send(ann, room, number, "x");
  server.cycle_io(0);  // the writer doesn't read, so the ring fills
  const auto refused = server.got<wire::SendRefused>(ann);
  ASSERT_EQ(refused.size(), 1u) << "said once, for the first";
  EXPECT_EQ(refused[0]->refusal()->code(), static_cast<uint16_t>(ErrorCode::kBusy));
  const uint64_t from = refused[0]->number();
  EXPECT_GT(from, 10u);
  server.settle();
  for (uint64_t number = from; number < from + 10; ++number) server.send(ann, room, number, "y");
  server.settle();
  EXPECT_EQ(server.live_texts(ann).size(), from + 9);
}

TEST(SendsWhileTheStoreIsFull, AreRefusedAndReadingGoesOn) {
  ServerFixture server({.store_bytes = 2 << 20});
  server.config.sends = {0, 0};
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  uint64_t number = 0;
  while (server.writer->state() == history::StorageState::kWorking && number < 4000) {
    for (int i = 0; i < 16; ++i) server.send(ann, room, ++number, std::string(4000, 'x'));
    server.settle(4);
  }
  ASSERT_EQ(server.writer->state(), history::StorageState::kFull);
  server.clear();
  server.send(ann, room, number + 1, "one more");
  server.settle();
  ASSERT_EQ(server.got<wire::SendRefused>(ann).size(), 1u);
  EXPECT_EQ(server.got<wire::SendRefused>(ann)[0]->refusal()->code(), static_cast<uint16_t>(ErrorCode::kStorageFull));
  const Client bob = server.connect("bob");
  server.join(bob, "lobby", 5);
  EXPECT_FALSE(server.got<wire::Joined>(bob).empty()) << "joining goes on";
  server.say(bob, server.words().page({9, room, {}, wire::Direction::Backward, 5}));
  server.settle();
  EXPECT_FALSE(server.page_texts(bob).empty()) << "reading goes on";
}

}  // namespace
}  // namespace parley::server
