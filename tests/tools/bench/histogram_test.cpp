// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/random.h"

namespace parley::bench {
namespace {

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.percentile(99), 0);
  EXPECT_TRUE(histogram.curve().empty());
}

TEST(Histogram, KeepsSmallValuesExactly) {
  Histogram histogram;
  for (int value = 1; value <= 1000; ++value) histogram.record(value);
  EXPECT_EQ(histogram.percentile(50), 500);
  EXPECT_EQ(histogram.percentile(99), 990);
  EXPECT_EQ(histogram.percentile(100), 1000);
}

TEST(Histogram, CountsOutliersBeyondItsRangeAsTheHighestValue) {
  Histogram histogram;
  histogram.record(INT64_MAX);
  histogram.record(-5);
  EXPECT_EQ(histogram.count(), 2u);
  EXPECT_EQ(histogram.percentile(50), 0);
  EXPECT_GT(histogram.percentile(100), 4'000'000'000'000);
}

// Against sorting: every percentile is within the promised 0.1 % for values over nine orders of magnitude.
TEST(Histogram, AgreesWithSortingToATenthOfAPercent) {
  SeededRandom random(1);
  Histogram histogram;
  std::vector<int64_t> values;
  for (int i = 0; i < 100'000; ++i) {
    values.push_back(static_cast<int64_t>(std::exp(random.unit() * 21)));
    histogram.record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double percent : {1.0, 25.0, 50.0, 90.0, 99.0, 99.9, 99.99}) {
    const auto rank = static_cast<size_t>(std::ceil(percent / 100 * static_cast<double>(values.size()))) - 1;
    const auto exact = static_cast<double>(values[rank]);
    EXPECT_NEAR(static_cast<double>(histogram.percentile(percent)), exact, exact * 0.001 + 1) << percent;
  }
}

TEST(Histogram, MergesAsIfOneHadRecordedAll) {
  Histogram left, right, both;
  for (int i = 0; i < 1000; ++i) {
    left.record(i * 3);
    right.record(i * 7777);
    both.record(i * 3);
    both.record(i * 7777);
  }
  left.merge(right);
  EXPECT_EQ(left.count(), both.count());
  EXPECT_EQ(left.percentile(75), both.percentile(75));
  EXPECT_EQ(left.max(), both.max());
}

TEST(Histogram, CurveRisesToTheMaximum) {
  Histogram histogram;
  for (int i = 1; i <= 10'000; ++i) histogram.record(i);
  const auto curve = histogram.curve();
  ASSERT_GT(curve.size(), 3u);
  EXPECT_TRUE(std::is_sorted(curve.begin(), curve.end(), [](auto& a, auto& b) { return a[1] < b[1]; }));
  EXPECT_EQ(curve.back()[1], 10'000);
}

TEST(Histogram, CurveBeginsAtTheLeastValue) {
  Histogram histogram;
  for (int i = 100; i <= 200; ++i) histogram.record(i);
  EXPECT_EQ(histogram.curve().front(), (std::array<double, 2>{0, 100}));
}

Histogram of_many_sizes(uint64_t seed) {
  SeededRandom random(seed);
  Histogram histogram;
  for (int i = 0; i < 20'000; ++i) histogram.record(static_cast<int64_t>(std::exp(random.unit() * 21)));
  return histogram;
}

TEST(Histogram, ComesBackFromJsonToWithinOnePercent) {
  const Histogram histogram = of_many_sizes(2);
  const auto again = Histogram::from_json(nlohmann::json::parse(histogram.to_json().dump()));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->count(), histogram.count());
  EXPECT_EQ(again->max(), histogram.max());
  EXPECT_NEAR(again->mean(), histogram.mean(), histogram.mean() * 1e-9);
  for (const double percent : {1.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
    const auto exact = static_cast<double>(histogram.percentile(percent));
    EXPECT_NEAR(static_cast<double>(again->percentile(percent)), exact, exact * 0.008 + 1) << percent;
  }
}

TEST(Histogram, JsonIsSmallWhateverItHolds) { EXPECT_LT(of_many_sizes(3).to_json()["buckets"].size(), 128u * 31); }

TEST(Histogram, JsonOfAnEmptyOneComesBackEmpty) {
  const auto again = Histogram::from_json(Histogram().to_json());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->count(), 0u);
}

TEST(Histogram, RefusesJsonThatWasTamperedWith) {
  const nlohmann::json good = of_many_sizes(4).to_json();
  EXPECT_FALSE(Histogram::from_json(5));
  for (const char* key : {"count", "mean", "max", "buckets"}) {
    nlohmann::json without = good;
    without.erase(key);
    EXPECT_FALSE(Histogram::from_json(without)) << key;
  }
  nlohmann::json more = good, odd = good, beyond = good;
  more["count"] = more["count"].get<uint64_t>() + 1;
  odd["buckets"][0] = {1, -1};
  beyond["buckets"][0] = {uint64_t{1} << 50, 1};
  EXPECT_FALSE(Histogram::from_json(more));
  EXPECT_FALSE(Histogram::from_json(odd));
  EXPECT_FALSE(Histogram::from_json(beyond));
}

}  // namespace
}  // namespace parley::bench
