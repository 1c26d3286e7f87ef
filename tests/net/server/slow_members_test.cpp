// SPDX-License-Identifier: Apache-2.0
#include "net/server/slow_members.h"

#include <set>

#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

using Texts = std::vector<std::string>;
using transport::Backlog;

constexpr Backlog kNothing{};
constexpr Backlog kTooMuch{.bytes = kMaxWaitingBytes + 1};

class SlowMembersTest : public testing::Test {
 protected:
  void SetUp() override {
    server.config.sends = {0, 0};
    ann = server.connect("ann");
    slow = server.connect("slow");
    room = server.join(ann, "lobby");
    server.join(slow, "lobby");
    server.clear();
  }
  // From now on so much waits for the slow one.
  void waits(const Backlog& backlog) {
    server.transports[0]->backlogs[slow.id] = backlog;
    server.transports[0]->queued[slow.id] = backlog.bytes;
  }
  void say(int messages) {
    for (int i = 0; i < messages; ++i) {
      ++said;
      server.send(ann, room, said, std::to_string(said));
    }
  }
  // Gives it an entry on top of what waits, which holds it back.
  void hold_back() {
    waits(kTooMuch);
    say(1);
    server.settle(120);
  }
  // What it got in the order that it got it: live "1", page "p1", complete page "p1!", behind "<1".
  std::string course() {
    std::string out;
    std::vector<uint64_t> scratch;
    const auto add = [&out](const std::string& word) { out += (out.empty() ? "" : " ") + word; };
    for (const auto& each : server.transports[0]->sent) {
      if (each.to != slow.id) continue;
      const wire::Message* message = client::decode_message(each.bytes);
      if (const auto* behind = message->body_as_Behind()) add("<" + std::to_string(behind->sequence()));
      if (const auto* entries = message->body_as_Entries())
        for (const auto* entry : *entries->entries()) add(std::to_string(entry->sequence()));
      if (const auto* page = message->body_as_HistoryPage())
        add("p" + std::to_string(page->entries()->size()) + (page->complete() ? "!" : ""));
    }
    return out;
  }

  ServerFixture server{{.ring_slots = 4096}};
  Client ann, slow;
  RoomId room;
  uint64_t said = 0;
};

TEST_F(SlowMembersTest, OneIsHeldBackToldOnceCatchesUpAndMissesNothing) {
  say(1);
  server.settle();
  hold_back();
  say(7);
  server.settle();
  say(3);
  server.settle(120);
  EXPECT_EQ(course(), "1 2 <2") << "the second was on its way when the bound was found to be passed";
  EXPECT_EQ(server.live_texts(ann).size(), 12u);
  EXPECT_FALSE(server.is_closed(slow));
  waits(kNothing);
  server.settle(120);
  say(1);
  server.settle();
  EXPECT_EQ(course(), "1 2 <2 p10! 13");
  EXPECT_EQ(server.page_texts(slow).front(), "3");
  EXPECT_EQ(server.page_texts(slow).back(), "12");
}

TEST_F(SlowMembersTest, EachOfTheThreeBoundsHoldsBack) {
  const Backlog bounds[] = {kTooMuch, {.entries = kMaxWaitingEntries + 1}, {.oldest = kMaxWaiting + Micros(1)}};
  uint64_t times = 0;
  for (const Backlog& each : bounds) {
    waits(each);
    say(1);
    server.settle();
    EXPECT_EQ(server.counters().lagging, ++times);
    waits(kNothing);
    server.settle(120);
  }
  waits({.bytes = kMaxWaitingBytes, .entries = kMaxWaitingEntries, .oldest = kMaxWaiting});
  say(1);
  server.settle();
  EXPECT_EQ(server.counters().lagging, times) << "up to the bounds all is well";
}

TEST_F(SlowMembersTest, WhatIsUnderWayCountsForNothing) {
  server.transports[0]->queued[slow.id] = 64 * 1024;  // a far, fast reader
  say(5);
  server.settle();
  EXPECT_EQ(server.counters().lagging, 0u);
  EXPECT_EQ(server.live_texts(slow).size(), 5u);
}

TEST_F(SlowMembersTest, WhoMissedNothingIsToldNothing) {
  hold_back();
  waits(kNothing);
  server.settle(120);
  say(1);
  server.settle();
  EXPECT_EQ(course(), "1 2");
}

TEST_F(SlowMembersTest, WhoMissedMuchGetsItInRoundsOfShortPagesAndGoesLiveWithTheLast) {
  hold_back();
  for (int i = 0; i < 9; ++i) {
    say(50);
    server.settle();
  }
  waits(kNothing);
  for (int i = 0; i < 100 && server.page_texts(slow).size() < 450; ++i) server.cycle();
  const std::string first_round = course();
  EXPECT_EQ(first_round, "1 <1 p50 p50 p50 p50 p50 p50 p50 p50 p50") << "more than a page of 200 was missing, so it isn't the last round";
  say(20);
  server.settle(120);
  say(1);
  server.settle();
  EXPECT_EQ(course(), first_round + " p20! 472");
}

TEST_F(SlowMembersTest, APageWaitsUntilTheOneBeforeIsLessThanAHandful) {
  hold_back();
  say(120);
  server.settle();
  waits(kNothing);
  for (int i = 0; i < 100 && server.page_texts(slow).empty(); ++i) server.cycle();
  EXPECT_EQ(server.page_texts(slow).size(), kSlowPageEntries);
  server.transports[0]->queued[slow.id] = kSlowCatchUpBytes + 1;
  server.settle(200);
  EXPECT_LE(server.page_texts(slow).size(), 2 * kSlowPageEntries) << "one more may have been on its way from the store";
  server.transports[0]->queued[slow.id] = kSlowCatchUpBytes;
  server.settle(200);
  EXPECT_EQ(server.page_texts(slow).size(), 120u);
}

TEST_F(SlowMembersTest, AllItsRoomsAreHeldBackAndCaughtUpOneAfterTheOther) {
  const RoomId other = server.join(ann, "other");
  server.join(slow, "other");
  server.clear();
  hold_back();
  say(2);
  server.settle();
  for (int i = 0; i < 3; ++i) server.send(ann, other, ++said, "other");
  server.settle();
  EXPECT_EQ(course(), "1 <1 <0");
  waits(kNothing);
  server.settle(200);
  EXPECT_EQ(course(), "1 <1 <0 p2! p3!");
}

TEST_F(SlowMembersTest, HeldBackAgainWhileItCatchesUpItStillGetsEachEntryOnce) {
  hold_back();
  say(100);
  server.settle();
  waits(kNothing);
  for (int i = 0; i < 100 && server.page_texts(slow).empty(); ++i) server.cycle();
  hold_back();
  say(10);
  server.settle(120);
  waits(kNothing);
  server.settle(300);
  say(1);
  server.settle();
  std::set<std::string> texts;
  for (const std::string& each : server.page_texts(slow)) EXPECT_TRUE(texts.insert(each).second) << each << " twice";
  for (const std::string& each : server.live_texts(slow)) EXPECT_TRUE(texts.insert(each).second) << each << " twice";
  EXPECT_EQ(texts.size(), said);
}

TEST_F(SlowMembersTest, ARoomThatItJoinsMeanwhileIsHeldBackToo) {
  hold_back();
  const RoomId other = server.join(ann, "other");
  server.ask_join(slow, {9, "other", {}, {}, 0});
  server.settle();
  server.clear();
  server.send(ann, other, ++said, "a");
  server.settle();
  server.send(ann, other, ++said, "b");
  server.settle();
  EXPECT_EQ(server.live_texts(slow), Texts{"a"});
  waits(kNothing);
  server.settle(200);
  EXPECT_EQ(server.page_texts(slow), Texts{"b"});
}

TEST_F(SlowMembersTest, AtAQuarterOfTheBoundSignalsGoFirst) {
  waits({.bytes = kMaxWaitingBytes / 4 + 1});
  server.say(ann, server.words().signal({.room = room}));
  server.join(server.connect("bob"), "lobby");
  say(1);
  server.settle();
  EXPECT_TRUE(server.got<wire::Signals>(slow).empty());
  EXPECT_EQ(server.got<wire::Presence>(slow).size(), 1u);
  EXPECT_EQ(server.live_texts(slow).size(), 1u);
}

TEST_F(SlowMembersTest, AtAHalfPresenceGoesAndTheWholeListComesWhenItFollowsAgain) {
  waits({.bytes = kMaxWaitingBytes / 2 + 1});
  server.join(server.connect("bob"), "lobby");
  server.lose(ann);
  server.settle(120);
  EXPECT_TRUE(server.got<wire::Presence>(slow).empty());
  waits(kNothing);
  server.pass(kPresenceAgain);
  server.settle(120);
  const auto got = server.got<wire::Presence>(slow);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_TRUE(got[0]->snapshot() && got[0]->last());
  EXPECT_EQ(got[0]->joined()->size(), 2u) << "itself and bob";
  server.join(server.connect("eve"), "lobby");
  EXPECT_EQ(server.got<wire::Presence>(slow).size(), 2u) << "changes again";
}

TEST_F(SlowMembersTest, AListIsRenewedAtMostOnceInAWhile) {
  for (int change = 0; change < 5; ++change) {
    waits({.bytes = kMaxWaitingBytes / 2 + 1});
    server.join(server.connect("u" + std::to_string(change)), "lobby");
    waits(kNothing);
    server.settle(120);
  }
  EXPECT_LE(server.got<wire::Presence>(slow).size(), 1u);
  server.pass(kPresenceAgain);
  server.settle(120);
  EXPECT_EQ(server.got<wire::Presence>(slow).back()->joined()->size(), 7u);
}

TEST_F(SlowMembersTest, OneThatGoesIsForgotten) {
  waits(kTooMuch);
  server.join(server.connect("bob"), "lobby");
  say(2);
  server.settle();
  say(2);
  server.lose(slow);
  server.settle(120);
  server.pass(kPresenceAgain);
  server.settle(120);
  Micros rest{0};
  for (int i = 0; i < 20; ++i) {
    server.settle(10);
    rest = std::max(rest, std::chrono::duration_cast<Micros>(server.ios[0]->next_deadline() - server.now().mono));
  }
  EXPECT_GT(rest, Millis(100)) << "nobody is looked at any more";
}

}  // namespace
}  // namespace parley::server
