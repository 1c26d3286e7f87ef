// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/time_series.h"

#include <gtest/gtest.h>

namespace parley::bench {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

TEST(TimeSeries, HasAPointForEachSecondOfAShortRun) {
  TimeSeries series(5 * kSecond, 10);
  series.record(5 * kSecond, 7);
  series.record(5 * kSecond + 1, 9);
  series.record(6 * kSecond, 20);
  const nlohmann::json points = series.to_json()["points"];
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[0]["t"], 1);
  EXPECT_EQ(points[0]["count"], 2);
  EXPECT_EQ(points[0]["max"], 9);
  EXPECT_EQ(points[1]["p50"], 20);
}

TEST(TimeSeries, LeavesTheTimeOfSilenceFree) {
  TimeSeries series(0, 10);
  series.record(0, 1);
  series.record(7 * kSecond, 1);
  const nlohmann::json points = series.to_json()["points"];
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[1]["t"], 8);
}

TEST(TimeSeries, MakesLongerIntervalsOfALongRun) { EXPECT_EQ(TimeSeries(0, 6000).interval_s(), 10); }

TEST(TimeSeries, StaysBoundedWhenARunNeverEnds) {
  TimeSeries series(0, 10);
  for (int64_t second = 0; second < 10'000; ++second) series.record(second * kSecond, 1);
  const nlohmann::json points = series.to_json()["points"];
  EXPECT_EQ(points.size(), 2400u);
  EXPECT_EQ(points.back()["count"], 10'000 - 2399);
}

TEST(TimeSeries, IsEmptyAtFirst) { EXPECT_TRUE(TimeSeries(0, 10).to_json()["points"].empty()); }

}  // namespace
}  // namespace parley::bench
