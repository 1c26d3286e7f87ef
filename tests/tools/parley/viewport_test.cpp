// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/viewport.h"

#include "tests/tools/parley/utf8_locale.h"
#include "tools/parley/room_log.h"
#include "tools/parley/text_width.h"

namespace parley::terminal {
namespace {

constexpr int64_t kNoon = 1'800'014'400'000'000;  // 2027-01-15 12:00 UTC

std::string text_of(const Row& row) {
  std::string out;
  for (const Span& span : row) out += span.text;
  return out;
}

class ViewportTest : public Utf8Locale {
 protected:
  void add(uint64_t first, uint64_t last, const std::string& more = "") {
    for (uint64_t i = first; i <= last; ++i) {
      Line line;
      line.sequence = i;
      line.wall_us = kNoon;
      line.user = line.name = "anna";
      line.text = "m" + std::to_string(i) + more;
      log_.add(line);
    }
  }
  // The first and the last row's text, from the message on.
  std::pair<std::string, std::string> edges() {
    const auto view = view_.compose(log_.lines(), kHeight, layout_);
    if (view.rows.empty()) return {};
    const auto tail = [](const Row& row) { return row.back().text; };
    return {tail(view.rows.front()), tail(view.rows.back())};
  }
  using Edges = std::pair<std::string, std::string>;

  static constexpr int kHeight = 5;
  Layout layout_{60, 0};
  RoomLog log_;
  Viewport view_;
};

TEST_F(ViewportTest, FollowsTheEnd) {
  add(1, 10);
  EXPECT_EQ(edges(), Edges("m6", "m10"));
  add(11, 11);
  EXPECT_EQ(edges(), Edges("m7", "m11"));
}

TEST_F(ViewportTest, ScrolledBackStaysWhereItIs) {
  add(1, 20);
  EXPECT_FALSE(view_.scroll_up(log_.lines(), 4, kHeight, layout_));
  EXPECT_EQ(edges(), Edges("m12", "m16"));
  add(21, 25);
  EXPECT_EQ(edges(), Edges("m12", "m16"));
  EXPECT_FALSE(view_.follows());
}

TEST_F(ViewportTest, OlderLinesArriveAboveWithoutAJump) {
  add(101, 110);
  EXPECT_TRUE(view_.scroll_up(log_.lines(), 50, kHeight, layout_));
  const Edges before = edges();
  EXPECT_EQ(before.second, "m104");  // the day stands above m101
  add(50, 100);
  EXPECT_EQ(edges().second, "m104");
  EXPECT_FALSE(view_.scroll_up(log_.lines(), 4, kHeight, layout_));
  EXPECT_EQ(edges(), Edges("m96", "m100"));
}

TEST_F(ViewportTest, StopsAtTheFirstRow) {
  add(1, 10);
  EXPECT_TRUE(view_.scroll_up(log_.lines(), 100, kHeight, layout_));
  EXPECT_TRUE(view_.scroll_up(log_.lines(), 100, kHeight, layout_));
  EXPECT_EQ(edges().second, "m4");
  EXPECT_TRUE(view_.compose(log_.lines(), kHeight, layout_).at_top);
}

TEST_F(ViewportTest, ScrollingDownToTheEndFollowsAgain) {
  add(1, 10);
  view_.scroll_up(log_.lines(), 3, kHeight, layout_);
  view_.scroll_down(log_.lines(), 1, layout_);
  EXPECT_EQ(edges(), Edges("m4", "m8"));
  EXPECT_FALSE(view_.follows());
  view_.scroll_down(log_.lines(), 100, layout_);
  EXPECT_TRUE(view_.follows());
  EXPECT_EQ(edges(), Edges("m6", "m10"));
}

TEST_F(ViewportTest, ScrollsWithinALongMessage) {
  add(1, 3, " and more words than one row of this narrow screen can hold, so it needs several of them for sure");
  const size_t rows = rows_of(log_.lines()[2], &log_.lines()[1], layout_).size();
  ASSERT_GE(rows, 3u);
  const std::string last = edges().second;
  view_.scroll_up(log_.lines(), 1, kHeight, layout_);
  EXPECT_NE(edges().second, last);
  view_.scroll_down(log_.lines(), 1, layout_);
  EXPECT_EQ(edges().second, last);
}

TEST_F(ViewportTest, ShowsAMessageByMovingAsLittleAsNeeded) {
  add(1, 20);
  const auto show = [&](size_t index) { view_.show(log_.lines(), log_.lines()[index].id, kHeight, layout_); };
  show(17);  // in sight already
  EXPECT_EQ(edges(), Edges("m16", "m20"));
  show(10);
  EXPECT_EQ(edges(), Edges("m11", "m15"));
  show(15);
  EXPECT_EQ(edges(), Edges("m12", "m16"));
  show(19);
  EXPECT_TRUE(view_.follows());
}

TEST_F(ViewportTest, SaysWhatIsMissingInSight) {
  add(1, 10);
  log_.set_missing(4, 8);
  EXPECT_EQ(view_.compose(log_.lines(), kHeight, layout_).missing_from, 4u);
  EXPECT_EQ(view_.compose(log_.lines(), 2, layout_).missing_from, 0u);
  log_.set_missing(0, 0);
  EXPECT_EQ(view_.compose(log_.lines(), kHeight, layout_).missing_from, 0u);
}

TEST_F(ViewportTest, SurvivesThatItsLineIsGone) {
  add(1, 20);
  view_.scroll_up(log_.lines(), 4, kHeight, layout_);
  log_.roll_back(10);
  EXPECT_EQ(edges().second, "m10");
  log_.roll_back(0);
  EXPECT_TRUE(view_.compose(log_.lines(), kHeight, layout_).rows.empty());
  EXPECT_TRUE(view_.scroll_up(log_.lines(), 1, kHeight, layout_));
  view_.scroll_down(log_.lines(), 1, layout_);
}

TEST_F(ViewportTest, ShowsTheDayWhereItChanges) {
  Line line;
  line.sequence = 1;
  line.wall_us = kNoon;
  line.text = "x";
  EXPECT_NE(text_of(rows_of(line, nullptr, layout_)[0]).find("Friday, 15 January 2027"), std::string::npos);
  EXPECT_EQ(rows_of(line, &line, layout_).size(), 1u);
  Line next = line;
  next.wall_us += int64_t{12} * 3600 * 1'000'000;
  EXPECT_EQ(rows_of(next, &line, layout_).size(), 2u);
  EXPECT_EQ(rows_of(next, &line, {60, -3600}).size(), 1u);  // an hour west it is 23:00 of the same day
}

TEST_F(ViewportTest, RowsNeverExceedTheirWidth) {
  for (const auto mark : {Mark::kNone, Mark::kSent, Mark::kDurable, Mark::kFailed}) {
    for (int width = 4; width < 90; ++width) {
      Line line;
      line.kind = mark == Mark::kOrdered ? Line::Kind::kEmote : Line::Kind::kMessage;
      line.mark = mark;
      line.wall_us = kNoon;
      line.name = "大家好大家好大家好大家好";
      line.text = "今天的比赛几点开始 👨‍👩‍👧‍👦 and what a loooooooooooooong word\nمرحبا";
      line.why = "the message is too long: shorten it";
      for (const Row& row : rows_of(line, &line, {width, 0})) {
        if (width < 24) continue;  // there the name alone fills a row, and the screen cuts it
        ASSERT_LE(display_width(text_of(row)), width) << text_of(row);
      }
    }
  }
}

TEST_F(ViewportTest, MarksStandAtTheRightEdge) {
  Line line;
  line.mark = Mark::kDurable;
  line.name = "anna";
  line.text = "hi";
  const auto rows = rows_of(line, &line, layout_);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(display_width(text_of(rows[0])), 60);
  EXPECT_TRUE(text_of(rows[0]).ends_with("✓✓"));
}

TEST_F(ViewportTest, AFailedLineSaysWhy) {
  Line line;
  line.mark = Mark::kFailed;
  line.text = "hi";
  line.why = "not granted";
  const auto rows = rows_of(line, &line, layout_);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_TRUE(text_of(rows[0]).ends_with("!"));
  EXPECT_NE(text_of(rows[1]).find("not sent: not granted"), std::string::npos);
}

TEST(Format, AUserHasOneColour) {
  EXPECT_EQ(colour_of("anna"), colour_of("anna"));
  EXPECT_NE(colour_of("anna"), colour_of("ben"));
  for (const char* user : {"", "a", "大家", "zz"}) EXPECT_TRUE(colour_of(user) >= 0 && colour_of(user) < kNameColours);
}

TEST(Format, TimesAreLocal) {
  EXPECT_EQ(clock_text(kNoon, 0), "12:00");
  EXPECT_EQ(clock_text(kNoon, 19'800), "17:30");
  EXPECT_EQ(clock_text(kNoon, -13 * 3600), "23:00");
}

}  // namespace
}  // namespace parley::terminal
