// SPDX-License-Identifier: Apache-2.0
#include "net/link/ack_block.h"

#include <gtest/gtest.h>

#include <set>

#include "core/base/random.h"

namespace parley::link {
namespace {

MonoTime at(Micros time) { return MonoTime(Seconds(10)) + time; }

TEST(AckBlock, SurvivesTheWire) {
  const AckBlock block{70'000'000'123, 0xfedcba9876543210, 65'000, Micros(123'456)};
  uint8_t bytes[kAckBlockBytes];
  write_ack_block(block, bytes);
  const auto read = read_ack_block(bytes, 70'000'000'200);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->highest, block.highest);
  EXPECT_EQ(read->before, block.before);
  EXPECT_EQ(read->arrived, block.arrived);
  EXPECT_EQ(read->delay, block.delay);
}

TEST(AckBlock, FindsTheHighestAcrossACarryOf32Bits) {
  const uint64_t carry = uint64_t{5} << 32;
  for (const uint64_t highest : {carry - 3, carry - 1, carry, carry + 7}) {
    uint8_t bytes[kAckBlockBytes];
    write_ack_block({highest, 0, 0, Micros(0)}, bytes);
    EXPECT_EQ(read_ack_block(bytes, carry + 8)->highest, highest);
  }
}

TEST(AckBlock, AnAckOfWhatWasNeverSentIsNoAck) {
  uint8_t bytes[kAckBlockBytes];
  write_ack_block({10, 0, 0, Micros(0)}, bytes);
  EXPECT_FALSE(read_ack_block(bytes, 10));
  EXPECT_TRUE(read_ack_block(bytes, 11));
  EXPECT_FALSE(read_ack_block(ByteView(bytes).first(kAckBlockBytes - 1), 11));
}

TEST(AckBlock, NamesWhatTheWindowSaw) {
  SeededRandom random(5);
  ReplayWindow window;
  AckTracker tracker;
  std::set<uint64_t> arrived;
  for (int i = 0; i < 5000; ++i) {
    const uint64_t top = arrived.empty() ? 0 : *arrived.rbegin();
    const uint64_t counter = top + random.below(4) - std::min<uint64_t>(top, random.below(30));
    if (window.seen(counter)) continue;
    window.mark(counter);
    arrived.insert(counter);
    const AckBlock block = tracker.take(window, at(Micros(0)));
    const uint64_t highest = *arrived.rbegin();
    ASSERT_EQ(block.highest, highest);
    for (uint64_t back = 0; back <= std::min<uint64_t>(64, highest); ++back) {
      ASSERT_EQ(block.acks(highest - back), arrived.contains(highest - back)) << highest << " - " << back;
    }
    EXPECT_FALSE(block.acks(highest + 1));
  }
}

TEST(AckTracker, DataIsAckedWithinAMillisecond) {
  AckTracker tracker;
  tracker.on_datagram(true, true, at(Micros(0)));
  EXPECT_EQ(tracker.due(), at(kAckDelay));
  tracker.on_datagram(true, true, at(Micros(500)));
  EXPECT_EQ(tracker.due(), at(kAckDelay)) << "a second one doesn't put it off";
}

TEST(AckTracker, AcksAreNotAcked) {
  AckTracker tracker;
  tracker.on_datagram(true, false, at(Micros(0)));
  EXPECT_EQ(tracker.due(), kNever);
  EXPECT_FALSE(tracker.has_news());
}

TEST(AckTracker, EightThatWantNoAckAreToldOfByWhatLeavesAnyway) {
  AckTracker tracker;
  ReplayWindow window;
  for (uint64_t counter = 0; counter < 8; ++counter) {
    EXPECT_FALSE(tracker.has_news());
    window.mark(counter);
    tracker.on_datagram(true, false, at(Micros(0)));
  }
  EXPECT_TRUE(tracker.has_news());
  EXPECT_EQ(tracker.due(), kNever) << "nothing leaves for them";
  EXPECT_EQ(tracker.take(window, at(Micros(0))).arrived, 8u);
  EXPECT_FALSE(tracker.has_news());
}

TEST(AckTracker, NewsRideOnTwoDatagramsButOnlyOnOneThatIsCopied) {
  AckTracker tracker;
  ReplayWindow window;
  window.mark(0);
  tracker.on_datagram(true, true, at(Micros(0)));
  tracker.take(window, at(Micros(0)));
  EXPECT_TRUE(tracker.has_news());
  tracker.take(window, at(Micros(0)));
  EXPECT_FALSE(tracker.has_news());
  tracker.on_datagram(true, true, at(Micros(0)));
  tracker.take(window, at(Micros(0)), true);
  EXPECT_FALSE(tracker.has_news());
}

TEST(AckTracker, RepeatedDatagramsCauseAtMostOneAckInTheirSpacing) {
  AckTracker tracker;
  ReplayWindow window;
  window.mark(0);
  int acks = 0;
  for (Micros now{0}; now < Seconds(1); now += Micros(100)) {
    tracker.on_duplicate(at(now), Millis(10));
    if (tracker.due() > at(now)) continue;
    tracker.take(window, at(now));
    ++acks;
  }
  EXPECT_LE(acks, 101);
  EXPECT_GE(acks, 90);
}

TEST(AckTracker, TellsHowLongTheHighestLay) {
  AckTracker tracker;
  ReplayWindow window;
  window.mark(3);
  tracker.on_datagram(true, true, at(Micros(0)));
  EXPECT_EQ(tracker.take(window, at(Micros(700))).delay, Micros(700));
}

}  // namespace
}  // namespace parley::link
