// SPDX-License-Identifier: Apache-2.0
// How far one set of runs lies from another, beyond their noise, without believing in any distribution: the Hodges-Lehmann estimate (the
// median of all differences between a run of one and a run of the other) and the interval that goes with the exact Wilcoxon-Mann-Whitney
// test. Hollander, Wolfe and Chicken, "Nonparametric Statistical Methods", 3rd edition 2014, sections 4.1 to 4.3. A few wild runs move it
// little; ties make the interval too wide rather than too narrow. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <vector>

namespace parley::bench {

struct RankShift {
  double estimate = 0;       // of b − a
  double low = 0, high = 0;  // the true shift lies here with the wanted confidence
  bool enough_runs = false;  // false: no interval of that confidence exists for so few; low and high are the extremes seen
  bool beyond_noise() const { return enough_runs && (low > 0 || high < 0); }
};

// `confidence` in (0, 1). Cost: the product of the sizes, times its logarithm; at most kMostRuns each.
inline constexpr size_t kMostRuns = 200;
RankShift rank_shift(const std::vector<double>& a, const std::vector<double>& b, double confidence);
// Of positive values: the same of their logarithms, so that estimate, low and high are ratios b / a; beyond noise when 1 isn't inside.
struct RankRatio {
  double estimate = 1, low = 1, high = 1;
  bool enough_runs = false;
  bool beyond_noise() const { return enough_runs && (low > 1 || high < 1); }
};
RankRatio rank_ratio(const std::vector<double>& a, const std::vector<double>& b, double confidence);

// P(U ≤ u) of the Mann-Whitney statistic when both samples are of one distribution.
double mann_whitney_cdf(size_t u, size_t a_size, size_t b_size);
// The least runs on each side for which an interval exists: 5 at 99 %, 4 at 95 %.
size_t least_runs(double confidence);

}  // namespace parley::bench
