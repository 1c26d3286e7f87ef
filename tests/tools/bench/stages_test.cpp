// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/stages/stages.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace parley::bench {
namespace {

std::vector<MessageRow> found(const Trace& trace, const std::string& text) {
  std::vector<MessageRow> rows;
  trace.find(as_bytes(text), rows);
  return rows;
}

TEST(Trace, FindsTheMarksOfAllMessagesInABatch) {
  const Trace trace(100);
  EXPECT_EQ(found(trace, "xx" + Trace::mark_of(7) + "...." + Trace::mark_of(99) + "."), (std::vector<MessageRow>{7, 99}));
  EXPECT_TRUE(found(trace, "nothing of ours").empty());
}

TEST(Trace, IgnoresMarksThatAreCutOffOrBeyondItsRows) {
  const Trace trace(100);
  const std::string mark = Trace::mark_of(7);
  EXPECT_TRUE(found(trace, mark.substr(0, mark.size() - 1)).empty());
  EXPECT_TRUE(found(trace, Trace::mark_of(100)).empty());
  EXPECT_TRUE(found(trace, "~trace:0000x007").empty());
}

TEST(Trace, KeepsTheFirstTimeOfAPoint) {
  Trace trace(1);
  trace.stamp(Point::kServerArrived, 0, 5);
  trace.stamp(Point::kServerArrived, 0, 9);
  EXPECT_EQ(trace.at(Point::kServerArrived, 0), 5);
}

// Message r takes (i + 1) × (r + 1) ns in stage i.
Trace made_up_trace(size_t messages) {
  Trace trace(messages);
  for (MessageRow row = 0; row < messages; ++row) {
    int64_t now = 1000;
    trace.stamp(Point::kDue, row, now);
    for (size_t i = 0; i < stages().size(); ++i) {
      now += static_cast<int64_t>(i + 1) * (row + 1);
      trace.stamp(stages()[i].to, row, now);
    }
  }
  return trace;
}

TEST(Stages, FollowEachOtherWithoutAHole) {
  EXPECT_EQ(stages().front().from, Point::kDue);
  EXPECT_EQ(stages().back().to, Point::kReceived);
  for (size_t i = 1; i < stages().size(); ++i) EXPECT_EQ(stages()[i].from, stages()[i - 1].to);
}

TEST(Stages, AddUpToTheWhole) {
  const StageTimes times = stage_times(made_up_trace(10), 0);
  EXPECT_EQ(times.used, 10u);
  double of_stages = 0, of_parts = 0;
  for (const auto& row : times.stages) of_stages += row.share;
  for (const auto& row : times.parts) of_parts += row.share;
  EXPECT_NEAR(of_stages, 1, 1e-9);
  EXPECT_NEAR(of_parts, 1, 1e-9);
  EXPECT_EQ(times.stages[2].ns.max(), 30);
}

TEST(Stages, SumAPartOverItsStages) {
  const StageTimes times = stage_times(made_up_trace(1), 0);
  const auto link = std::ranges::find(times.parts, "link", &StageTimes::Row::name);
  ASSERT_NE(link, times.parts.end());
  EXPECT_EQ(link->ns.count(), 1u);
  EXPECT_EQ(link->ns.max(), 3 + 5 + 11 + 13);
}

TEST(Stages, LeaveOutWhatLacksAPointAndWhatIsCold) {
  Trace trace(3);
  const Trace whole = made_up_trace(3);
  for (MessageRow row = 0; row < 3; ++row) {
    for (size_t point = 0; point < kPoints; ++point) {
      if (row == 1 && static_cast<Point>(point) == Point::kServerGave) continue;
      trace.stamp(static_cast<Point>(point), row, whole.at(static_cast<Point>(point), row));
    }
  }
  const StageTimes times = stage_times(trace, 1);
  EXPECT_EQ(times.used, 1u);
  EXPECT_EQ(times.left_out, 1u);
}

// The real server, library, threads and sockets: each message passes each point, in order.
TEST(StagesWorld, TracesEachMessageOfARealRoom) {
  StagesOptions options;
  options.rate = 100;
  options.seconds = 1;
  options.members = 4;
  options.io_threads = 2;
  Trace trace(100);
  StagesWorld world(options, trace);
  const auto gathered = world.gather();
  ASSERT_TRUE(gathered.has_value()) << gathered.error().text;
  world.chat();
  world.stop();
  EXPECT_EQ(world.received(), 100u);
  EXPECT_EQ(world.refused(), 0u);
  const StageTimes times = stage_times(trace, 0);
  EXPECT_GE(times.used, 90u) << "a busy machine merges or resends a few";
  EXPECT_EQ(times.durable.count(), times.used);
}

}  // namespace
}  // namespace parley::bench
