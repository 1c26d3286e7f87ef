// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/rank_shift.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/random.h"

namespace parley::bench {
namespace {

// Runs around `center` with a relative noise, by Box and Muller's transform.
std::vector<double> runs_around(double center, double noise, size_t count, Random& random) {
  std::vector<double> out;
  for (size_t i = 0; i < count; ++i) {
    const double radius = std::sqrt(-2 * std::log(1 - random.unit()));
    out.push_back(center * (1 + noise * radius * std::cos(2 * std::numbers::pi * random.unit())));
  }
  return out;
}

// Counts by going through all arrangements of m and n: the definition.
double cdf_by_definition(size_t u, size_t m, size_t n) {
  std::vector<bool> of_b(m + n, false);
  std::fill(of_b.begin() + static_cast<ptrdiff_t>(m), of_b.end(), true);
  double all = 0, within = 0;
  do {
    size_t statistic = 0, b_so_far = 0;
    for (const bool is_b : of_b) {
      b_so_far += is_b ? 1 : 0;
      statistic += is_b ? 0 : b_so_far;
    }
    ++all;
    within += statistic <= u ? 1 : 0;
  } while (std::next_permutation(of_b.begin(), of_b.end()));
  return within / all;
}

TEST(MannWhitney, CountsAsItsDefinitionDoes) {
  for (const auto& [m, n] : {std::pair<size_t, size_t>{3, 3}, {5, 5}, {4, 7}, {6, 2}}) {
    for (size_t u = 0; u <= m * n; ++u)
      EXPECT_NEAR(mann_whitney_cdf(u, m, n), cdf_by_definition(u, m, n), 1e-12) << m << " " << n << " " << u;
  }
}

TEST(MannWhitney, IsStableForManyRuns) {
  EXPECT_NEAR(mann_whitney_cdf(kMostRuns * kMostRuns / 2, kMostRuns, kMostRuns), 0.5, 0.01);
  EXPECT_NEAR(mann_whitney_cdf(kMostRuns * kMostRuns - 1, kMostRuns, kMostRuns), 1, 1e-6);
}

TEST(RankShift, NeedsFiveRunsFor99PercentAndFourFor95) {
  EXPECT_EQ(least_runs(0.99), 5u);
  EXPECT_EQ(least_runs(0.95), 4u);
}

TEST(RankShift, SaysWhenThereAreTooFewRuns) {
  const RankShift shift = rank_shift({1, 2, 3}, {11, 12, 13}, 0.99);
  EXPECT_FALSE(shift.enough_runs);
  EXPECT_FALSE(shift.beyond_noise());
  EXPECT_EQ(shift.estimate, 10);
}

TEST(RankShift, OfNothingIsNothing) {
  EXPECT_FALSE(rank_shift({}, {1}, 0.99).enough_runs);
  EXPECT_FALSE(rank_shift({1}, {}, 0.99).enough_runs);
}

TEST(RankShift, OfEqualRunsIsZeroAndNoAlarm) {
  const RankShift shift = rank_shift({7, 7, 7, 7, 7}, {7, 7, 7, 7, 7}, 0.99);
  EXPECT_EQ(shift.low, 0);
  EXPECT_EQ(shift.high, 0);
  EXPECT_FALSE(shift.beyond_noise());
}

// One wild run in each doesn't hide what the other four say about where the middle lies.
TEST(RankShift, EstimateWithstandsAWildRun) {
  const RankShift shift = rank_shift({100, 101, 99, 100, 900}, {110, 111, 109, 110, 9}, 0.99);
  EXPECT_NEAR(shift.estimate, 10, 2);
}

// The share of false alarms among equal distributions is below what the confidence promises, within three standard errors of 4,000 trials.
TEST(RankRatio, RaisesFewFalseAlarmsOnEqualDistributions) {
  SeededRandom random(1);
  constexpr int kTrials = 4000;
  int alarms = 0;
  for (int i = 0; i < kTrials; ++i) {
    alarms += rank_ratio(runs_around(100, 0.05, 5, random), runs_around(100, 0.05, 5, random), 0.99).beyond_noise() ? 1 : 0;
  }
  EXPECT_LE(alarms, kTrials * (0.01 + 3 * std::sqrt(0.01 * 0.99 / kTrials)));
  EXPECT_GT(alarms, 0) << "a test that never speaks is no test";
}

TEST(RankRatio, FindsAShiftOfTenPercentInFiveRunsOfTwoPercentNoise) {
  SeededRandom random(2);
  int found = 0;
  for (int i = 0; i < 1000; ++i) {
    const RankRatio ratio = rank_ratio(runs_around(100, 0.02, 5, random), runs_around(110, 0.02, 5, random), 0.99);
    found += ratio.beyond_noise() && ratio.low > 1 ? 1 : 0;
  }
  EXPECT_GE(found, 950);
}

// The interval holds the true ratio as often as it says, and not much more often.
TEST(RankRatio, IntervalCoversTheTruthAsOftenAsItSays) {
  SeededRandom random(3);
  int covered = 0;
  for (int i = 0; i < 2000; ++i) {
    const RankRatio ratio = rank_ratio(runs_around(100, 0.03, 8, random), runs_around(120, 0.03, 8, random), 0.95);
    covered += ratio.low <= 1.2 && 1.2 <= ratio.high ? 1 : 0;
  }
  EXPECT_GE(covered, 2000 * 0.935);
  EXPECT_LE(covered, 2000 * 0.99);
}

TEST(RankRatio, IsOfRatiosNotDifferences) {
  const RankRatio ratio = rank_ratio({1, 10, 100, 1000, 10000}, {2, 20, 200, 2000, 20000}, 0.95);
  EXPECT_NEAR(ratio.estimate, 2, 1e-9);
}

}  // namespace
}  // namespace parley::bench
