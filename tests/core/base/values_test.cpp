// SPDX-License-Identifier: Apache-2.0
// The small value types: bytes, ids, time, secrets, randomness, checks.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <unordered_set>

#include "core/base/agent.h"
#include "core/base/bytes.h"
#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/base/limits.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/base/time.h"

namespace parley {
namespace {

TEST(Bytes, LittleAndBigEndianLayOutAsNamed) {
  std::array<uint8_t, 8> raw{};
  store_le<uint32_t>(raw.data(), 0x01020304);
  EXPECT_EQ(raw[0], 4);
  EXPECT_EQ(raw[3], 1);
  EXPECT_EQ(load_be<uint32_t>(raw.data()), 0x04030201u);
  store_be<uint64_t>(raw.data(), 0x0102030405060708);
  EXPECT_EQ(raw[0], 1);
  EXPECT_EQ(raw[7], 8);
  EXPECT_EQ(load_be<uint64_t>(raw.data()), 0x0102030405060708u);
  EXPECT_EQ(byte_swap<uint16_t>(0x1234), 0x3412);
}

TEST(Bytes, TextAndBytesShareTheirMemory) {
  const std::string_view text = "abc";
  EXPECT_EQ(as_bytes(text).data(), reinterpret_cast<const uint8_t*>(text.data()));
  EXPECT_EQ(as_text(as_bytes(text)), text);
}

TEST(Ids, ZeroIsNoneAndNextCountsUp) {
  EXPECT_FALSE(RoomId{});
  EXPECT_TRUE(RoomId{}.next());
  EXPECT_EQ(Sequence(41).next(), Sequence(42));
  EXPECT_LT(Sequence(1), Sequence(2));
  static_assert(!std::is_convertible_v<RoomId, Sequence> && !std::is_convertible_v<uint64_t, RoomId>);
}

TEST(Ids, HashSpreadsCountersOverTheHighBits) {
  std::unordered_set<RoomId> rooms;
  std::set<size_t> top;
  for (uint64_t i = 1; i <= 256; ++i) {
    rooms.insert(RoomId(i));
    top.insert(std::hash<RoomId>{}(RoomId(i)) >> 56);
  }
  EXPECT_EQ(rooms.size(), 256u);
  EXPECT_GT(top.size(), 200u);
}

TEST(Random, ASeedGivesTheSameStreamAndAnotherSeedAnother) {
  SeededRandom a(1), b(1), c(2);
  const uint64_t first = a.next();
  EXPECT_EQ(first, b.next());
  EXPECT_NE(first, c.next());
  EXPECT_NE(first, a.next());
}

TEST(Random, FollowsThePublishedSplitmix64) {
  SeededRandom random(1234567);  // values of the reference implementation for this seed
  EXPECT_EQ(random.next(), 6457827717110365317u);
  EXPECT_EQ(random.next(), 3203168211198807973u);
}

TEST(Random, BelowAndUnitKeepTheirBounds) {
  SeededRandom random(3);
  std::array<int, 5> hits{};
  for (int i = 0; i < 5000; ++i) {
    ++hits[random.below(5)];
    const double unit = random.unit();
    ASSERT_TRUE(unit >= 0 && unit < 1);
  }
  for (const int n : hits) EXPECT_NEAR(n, 1000, 150);
}

TEST(Random, FillsOddLengthsWithoutTouchingWhatFollows) {
  std::array<uint8_t, 16> raw{};
  raw[13] = 0xAA;
  SeededRandom(4).fill(MutableBytes(raw).first(13));
  EXPECT_EQ(raw[13], 0xAA);
}

TEST(Random, TheSystemsDoesNotRepeatItself) {
  SystemRandom random;
  EXPECT_NE(random.next(), random.next());
}

TEST(Secret, IsWipedWhenMovedFrom) {
  static_assert(!std::is_copy_constructible_v<Secret<4>> && !std::is_copy_assignable_v<Secret<4>>);
  Secret<4> a;
  a.bytes()[0] = 7;
  Secret<4> b(std::move(a));
  EXPECT_EQ(b.bytes()[0], 7);
  EXPECT_EQ(a.bytes()[0], 0);  // NOLINT: that it is empty is what we test
  a = std::move(b);
  EXPECT_EQ(a.bytes()[0], 7);
  EXPECT_EQ(b.bytes()[0], 0);  // NOLINT
  a.wipe();
  EXPECT_EQ(a.bytes()[0], 0);
}

TEST(Time, TheSystemClockGoesOnAndKnowsTheCentury) {
  SystemClock clock;
  const Now first = clock.now();
  const Now second = clock.now();
  EXPECT_GE(second.mono, first.mono);
  EXPECT_GT(first.wall, WallTime(Seconds(1'700'000'000)));
  EXPECT_LT(first.mono, kNever);
}

TEST(Agent, WithoutADeadlineNeverWakes) {
  struct Idle final : Agent {
    int do_work(Now) override { return 0; }
  } idle;
  EXPECT_EQ(idle.next_deadline(), kNever);
}

TEST(CheckDeathTest, EndsTheProcessWithItsText) {
  EXPECT_DEATH(CHECK(1 == 2, "numbers broke"), "broken invariant at .*numbers broke .1 == 2.");
  CHECK(true, "must not fire");
}

TEST(ErrorName, IsKnownForEachCodeAndUnknownForOthers) {
  for (uint16_t code = 0; code <= static_cast<uint16_t>(ErrorCode::kReplaced); ++code)
    EXPECT_STRNE(error_name(static_cast<ErrorCode>(code)), "unknown") << code;
  EXPECT_STREQ(error_name(ErrorCode::kMessageTooLong), "message_too_long");
  EXPECT_STREQ(error_name(static_cast<ErrorCode>(999)), "unknown");
}

TEST(Limits, TheTextLimitsAreThosePromisedToUsers) {
  EXPECT_EQ(kMaxMessageBytes, 4096u);
  EXPECT_EQ(kMaxNameBytes, 64u);
  EXPECT_EQ(kMaxPageEntries, 200u);
}

}  // namespace
}  // namespace parley
