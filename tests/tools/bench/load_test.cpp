// SPDX-License-Identifier: Apache-2.0
// What the generator writes into messages, and how it judges what comes back.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "tools/bench/load/delivery_check.h"
#include "tools/bench/load/live.h"
#include "tools/bench/load/stamp.h"

namespace parley::bench {
namespace {

TEST(Stamp, ReadsWhatItWrote) {
  std::array<char, kMostTextBytes> buffer;
  const std::string_view text = write_stamp({1234567890123456789, 59'999, 4'000'000'000}, 64, buffer.data());
  EXPECT_EQ(text.size(), 64u);
  const auto stamp = read_stamp(text);
  ASSERT_TRUE(stamp.has_value());
  EXPECT_EQ(stamp->due_ns, 1234567890123456789);
  EXPECT_EQ(stamp->sender, 59'999u);
  EXPECT_EQ(stamp->number, 4'000'000'000u);
}

TEST(Stamp, ReadsNothingElse) {
  std::array<char, kMostTextBytes> buffer;
  std::string text(write_stamp({1, 2, 3}, kStampBytes, buffer.data()));
  EXPECT_TRUE(read_stamp(text).has_value());
  EXPECT_FALSE(read_stamp(std::string_view(text).substr(1)).has_value());
  text[5] = 'g';
  EXPECT_FALSE(read_stamp(text).has_value());
}

// Five clients in two rooms: 0, 2, 4 and 1, 3.
TEST(DeliveryCheck, OwesEachMemberOfTheRoomADelivery) {
  DeliveryCheck check(5, 2, true), without_echo(5, 2, false);
  for (const int sender : {0, 1}) {
    check.sent(sender);
    without_echo.sent(sender);
  }
  EXPECT_EQ(check.expected(), 5u);
  EXPECT_EQ(without_echo.expected(), 3u);
  EXPECT_EQ(check.missing(), 5u);
  EXPECT_EQ(check.next_number(0), 1u);
}

TEST(DeliveryCheck, CountsEachOnce) {
  DeliveryCheck check(5, 2, true);
  check.sent(0);
  EXPECT_TRUE(check.received(2, {0, 0, 0}));
  EXPECT_FALSE(check.received(2, {0, 0, 0}));
  EXPECT_EQ(check.delivered(), 1u);
  EXPECT_EQ(check.doubled(), 1u);
}

TEST(DeliveryCheck, SeesAHoleAndWhatComesTooLate) {
  DeliveryCheck check(5, 2, true);
  check.sent(0);
  check.sent(0);
  EXPECT_TRUE(check.received(4, {0, 0, 1}));
  EXPECT_EQ(check.out_of_order(), 1u);
  EXPECT_FALSE(check.received(4, {0, 0, 0}));
}

TEST(DeliveryCheck, AMessageOfAnotherRoomOrOfNobodyIsNone) {
  DeliveryCheck check(5, 2, true);
  check.sent(0);
  EXPECT_FALSE(check.received(1, {0, 0, 0}));
  EXPECT_FALSE(check.received(1, {0, 4'000'000'000, 0}));
  EXPECT_EQ(check.delivered(), 0u);
}

int columns_of(const std::string& text) {
  return static_cast<int>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

TEST(Live, TheBarFitsTheTerminal) {
  for (const int columns : {40, 80, 200}) EXPECT_LT(columns_of(progress_line("arena: parley, run 1", 0.5, 10, columns)), columns);
  const std::string line = progress_line("arena", 0.5, 10, 80);
  EXPECT_NE(line.find("50 %  10 s left"), std::string::npos) << line;
  EXPECT_EQ(std::ranges::count(progress_line("x", 1, 1, 80), '\xE2'), 40) << "one for each column of the longest bar";
}

TEST(Live, ANarrowTerminalGetsNoBar) { EXPECT_EQ(progress_line("a rather long name", 0.25, 3, 30), "a rather long name  25 %  9 s left"); }

TEST(Live, FiguresStandBelowTheirNames) {
  EXPECT_EQ(figure_lines({{"sent", "12"}, {"p50 µs", "1234567890"}}, 80), "     sent      p50 µs\n       12  1234567890");
  EXPECT_EQ(figure_lines({{"sent", "12"}, {"p50", "3"}}, 15), "     sent\n       12");
  EXPECT_EQ(figure_lines({}, 80), "");
}

}  // namespace
}  // namespace parley::bench
