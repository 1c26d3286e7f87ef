// SPDX-License-Identifier: Apache-2.0
#include "net/client/room_feed.h"

#include <gtest/gtest.h>

#include <string>

#include "core/base/limits.h"

namespace parley::client {
namespace {

// Writes down what it is given: "5" live, "h5" history, "back3" rollback, "gap2-4" [2, 4).
class Recorder final : public FeedSink {
 public:
  void deliver(Sequence sequence, ByteView, bool history) override { add((history ? "h" : "") + std::to_string(sequence.value)); }
  void rollback(Sequence through) override { add("back" + std::to_string(through.value)); }
  void gap(Sequence from, Sequence to, GapReason why) override {
    add("gap" + std::to_string(from.value) + "-" + std::to_string(to.value) + (why == GapReason::kRetention ? "!" : ""));
  }
  std::string take() { return std::exchange(text_, {}); }
  size_t count() const { return count_; }

 private:
  void add(const std::string& word) {
    text_ += (text_.empty() ? "" : " ") + word;
    ++count_;
  }
  std::string text_;
  size_t count_ = 0;
};

class RoomFeedTest : public ::testing::Test {
 protected:
  void joined(uint64_t head, uint64_t valid_through = 0, uint16_t last = 50) {
    feed.on_joined({.head = Sequence{head}, .valid_through = Sequence{valid_through}, .last_wanted = last});
  }
  void live(uint64_t from, uint64_t to) {
    for (uint64_t i = from; i <= to; ++i) feed.on_live({Sequence{i}, bytes_});
  }
  void page(uint64_t from, uint64_t to, bool complete, bool answer = false) {
    std::vector<FeedEntry> entries;
    for (uint64_t i = from; i <= to; ++i) entries.push_back({Sequence{i}, bytes_});
    feed.on_page({.entries = entries, .gap_from = {}, .gap_to = {}, .complete = complete, .answer = answer});
  }
  void gap_page(uint64_t gap_from, uint64_t gap_to) {
    feed.on_page({.entries = {}, .gap_from = Sequence{gap_from}, .gap_to = Sequence{gap_to}, .complete = true});
  }
  uint64_t wanted() const { return feed.wanted().value_or(Sequence{}).value; }

  std::vector<uint8_t> bytes_ = std::vector<uint8_t>(64);
  Recorder seen;
  RoomFeed feed{seen};
};

TEST_F(RoomFeedTest, DeliversTheLastEntriesAndThenLiveOnes) {
  joined(5);
  page(4, 5, true);
  live(6, 7);
  EXPECT_EQ(seen.take(), "h4 h5 6 7");
}

TEST_F(RoomFeedTest, DeliversLiveOnesAtOnceWhenTheRoomIsEmpty) {
  joined(0);
  live(1, 2);
  EXPECT_EQ(seen.take(), "1 2");
}

TEST_F(RoomFeedTest, DeliversLiveOnesAtOnceWhenNoHistoryWasWanted) {
  joined(9, 0, 0);
  live(10, 10);
  EXPECT_EQ(seen.take(), "10");
}

TEST_F(RoomFeedTest, HoldsLiveEntriesDuringTheCatchUp) {
  joined(5);
  live(6, 7);
  EXPECT_EQ(seen.take(), "");
  page(3, 4, false);
  live(8, 8);
  page(5, 5, true);
  EXPECT_EQ(seen.take(), "h3 h4 h5 6 7 8");
}

TEST_F(RoomFeedTest, DeliversNothingTwice) {
  joined(2);
  page(1, 2, true);
  page(1, 2, true);
  live(1, 3);
  live(3, 3);
  EXPECT_EQ(seen.take(), "h1 h2 3");
}

TEST_F(RoomFeedTest, GoesOnWhereItWasAfterAReconnect) {
  joined(2);
  page(1, 2, true);
  feed.on_offline();
  joined(4, 2);
  EXPECT_EQ(feed.delivered(), Sequence{2});
  page(3, 4, true);
  EXPECT_EQ(seen.take(), "h1 h2 h3 h4");
}

TEST_F(RoomFeedTest, RollsBackWhatWasNeverStored) {
  joined(0);
  live(1, 5);
  feed.on_offline();
  joined(4, 3);
  page(4, 4, true);
  live(5, 5);
  EXPECT_EQ(seen.take(), "1 2 3 4 5 back3 h4 5");
}

TEST_F(RoomFeedTest, NamesWhatIsNotRetained) {
  feed.start_after(Sequence{2});
  joined(9, 2);
  feed.on_page({.entries = {}, .gap_from = Sequence{3}, .gap_to = Sequence{8}, .gap_reason = GapReason::kRetention});
  page(8, 9, true);
  EXPECT_EQ(seen.take(), "gap3-8! h8 h9");
}

TEST_F(RoomFeedTest, NamesAsAGapWhatTheServerWillNotGive) {
  feed.start_after(Sequence{2});
  joined(5, 2);
  page(1, 0, true);
  live(6, 6);
  EXPECT_EQ(seen.take(), "gap3-6 6");
}

TEST_F(RoomFeedTest, AsksForAHoleInTheLiveEntriesAndKeepsTheOrder) {
  joined(0);
  live(1, 1);
  live(4, 5);
  EXPECT_EQ(wanted(), 2u);
  feed.asked();
  EXPECT_EQ(wanted(), 0u);
  page(2, 3, false, true);
  EXPECT_EQ(seen.take(), "1 2 3 4 5");
  EXPECT_EQ(feed.counters().holes, 1u);
}

TEST_F(RoomFeedTest, AsksAgainWhenAnAnswerBringsOnlyAPart) {
  joined(0);
  live(4, 4);
  feed.asked();
  page(1, 2, false, true);
  EXPECT_EQ(wanted(), 3u);
}

TEST_F(RoomFeedTest, TakesPagesInsteadOfLiveEntriesThatTheServerHeldBack) {
  joined(0);
  live(1, 1);
  page(2, 4, true);
  live(5, 5);
  EXPECT_EQ(seen.take(), "1 2 3 4 5");
}

TEST_F(RoomFeedTest, DropsLiveEntriesAboveItsBoundAndAsksForThemAfterTheCatchUp) {
  joined(1);
  const uint64_t last = 1 + kMaxHeldEntries + 10;
  live(2, last);
  EXPECT_EQ(feed.counters().dropped, 10u);
  page(1, 1, true);
  EXPECT_EQ(wanted(), 1 + kMaxHeldEntries + 1);
  feed.asked();
  page(1 + kMaxHeldEntries + 1, last, false, true);
  EXPECT_EQ(seen.count(), last);
  EXPECT_EQ(feed.delivered(), Sequence{last});
}

TEST_F(RoomFeedTest, BoundsTheBytesOfHeldEntriesToo) {
  bytes_.resize(kMaxHeldBytes / 4);
  joined(1);
  live(2, 7);
  EXPECT_EQ(feed.counters().dropped, 2u);
}

TEST_F(RoomFeedTest, AsksByItselfWhenTheCatchUpIsRefusedForNow) {
  joined(80);
  feed.on_refused(false);
  EXPECT_EQ(wanted(), 31u);
}

TEST_F(RoomFeedTest, NamesTheGapWhenTheCatchUpIsRefusedForGood) {
  feed.start_after(Sequence{4});
  joined(6, 4);
  feed.on_refused(true);
  live(7, 7);
  EXPECT_EQ(seen.take(), "gap5-7 7");
}

TEST_F(RoomFeedTest, NamesTheGapOfARoomWithoutRightToHistory) {
  feed.start_after(Sequence{4});
  joined(6, 4);
  gap_page(5, 7);
  live(7, 7);
  EXPECT_EQ(seen.take(), "gap5-7 7");
}

TEST_F(RoomFeedTest, WhileItIsBehindItAsksForNothingAndTakesPagesThenLiveOnes) {
  joined(0);
  live(1, 3);
  feed.on_behind();
  page(4, 50, false);
  live(90, 91);  // live again; the last pages are still to come
  EXPECT_EQ(wanted(), 0u) << "the server sends them by itself";
  page(51, 89, true);
  live(92, 92);
  EXPECT_EQ(seen.count(), 92u);
  EXPECT_EQ(feed.counters().repeated, 0u);
}

TEST_F(RoomFeedTest, BehindAgainBeforeTheFirstTimeEndedItStillWaitsForThePages) {
  joined(10);
  feed.on_behind();
  page(1, 10, true);  // of the join
  live(15, 15);
  EXPECT_EQ(wanted(), 0u);
  page(11, 14, true);
  EXPECT_EQ(seen.count(), 15u);
  live(17, 17);
  EXPECT_EQ(wanted(), 16u) << "nobody sends it now";
}

TEST_F(RoomFeedTest, WhatTheConnectionTookAlongWhileItWasBehindIsPartOfTheNextJoin) {
  joined(0);
  live(1, 3);
  feed.on_behind();
  page(4, 9, false);
  feed.on_offline();
  joined(20, 9);
  page(10, 20, true);
  live(22, 22);
  EXPECT_EQ(wanted(), 21u);
}

}  // namespace
}  // namespace parley::client
