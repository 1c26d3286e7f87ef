// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/rank_shift.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/check.h"
#include "tools/bench/measure/report.h"

namespace parley::bench {
namespace {

// How often each U from 0 to `most` comes among all arrangements, as shares of their number. The generating function of the counts is the
// Gaussian binomial Π (1 − q^(m+i)) / (1 − q^i), i = 1…n: multiplied and divided one factor at a time, scaled by i / (m + i) on the way so
// that the numbers stay small.
std::vector<double> shares(size_t most, size_t m, size_t n) {
  std::vector<double> counts(most + 1, 0.0);
  counts[0] = 1;
  for (size_t i = 1; i <= n; ++i) {
    for (size_t u = most + 1; u-- > m + i;) counts[u] -= counts[u - (m + i)];
    for (size_t u = i; u <= most; ++u) counts[u] += counts[u - i];
    const double scale = static_cast<double>(i) / static_cast<double>(m + i);
    for (double& count : counts) count *= scale;
  }
  return counts;
}

// The largest k with P(U ≤ k − 1) ≤ tail: so many differences are cut off at each end. 0: none may be.
size_t cut_off(size_t m, size_t n, double tail) {
  const std::vector<double> share = shares(m * n / 2, m, n);
  double sum = 0;
  for (size_t k = 0; k < share.size(); ++k) {
    sum += share[k];
    if (sum > tail) return k;
  }
  return share.size();
}

std::vector<double> logarithms(const std::vector<double>& values) {
  std::vector<double> out(values.size());
  std::transform(values.begin(), values.end(), out.begin(), [](double value) { return std::log(value); });
  return out;
}

}  // namespace

double mann_whitney_cdf(size_t u, size_t a_size, size_t b_size) {
  if (u >= a_size * b_size) return 1;
  const std::vector<double> share = shares(u, a_size, b_size);
  return std::accumulate(share.begin(), share.end(), 0.0);
}

size_t least_runs(double confidence) {
  size_t runs = 1;
  while (runs < kMostRuns && cut_off(runs, runs, (1 - confidence) / 2) == 0) ++runs;
  return runs;
}

RankShift rank_shift(const std::vector<double>& a, const std::vector<double>& b, double confidence) {
  CHECK(a.size() <= kMostRuns && b.size() <= kMostRuns && confidence > 0 && confidence < 1, "at most kMostRuns runs, a confidence below 1");
  RankShift out;
  if (a.empty() || b.empty()) return out;
  std::vector<double> differences;
  differences.reserve(a.size() * b.size());
  for (const double from : a) {
    for (const double to : b) differences.push_back(to - from);
  }
  std::sort(differences.begin(), differences.end());
  const size_t cut = cut_off(a.size(), b.size(), (1 - confidence) / 2);
  out.enough_runs = cut > 0;
  const size_t at = out.enough_runs ? cut - 1 : 0;
  out.low = differences[at];
  out.high = differences[differences.size() - 1 - at];
  out.estimate = median_of(std::move(differences));
  return out;
}

RankRatio rank_ratio(const std::vector<double>& a, const std::vector<double>& b, double confidence) {
  const RankShift shift = rank_shift(logarithms(a), logarithms(b), confidence);
  return {std::exp(shift.estimate), std::exp(shift.low), std::exp(shift.high), shift.enough_runs};
}

}  // namespace parley::bench
