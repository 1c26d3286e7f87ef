// SPDX-License-Identifier: Apache-2.0
// Latencies in the layout of Gil Tene's HdrHistogram: 2,048 linear sub-buckets for each power of two, so that every recorded value is known
// to within 0.1 % from 1 ns to over an hour, at a fixed 0.6 MiB. (Debian has no C or C++ package of HdrHistogram.) Values are nanoseconds,
// but nothing here depends on the unit. Owned by one thread; merge() joins those of several.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace parley::bench {

class Histogram {
 public:
  Histogram();

  void record(int64_t value);  // negative counts as 0, above the range as the highest
  void merge(const Histogram& other);
  void clear();

  uint64_t count() const { return count_; }
  int64_t max() const { return max_; }
  double mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }
  // The smallest recorded value (rounded up to its bucket's end) that at least `percent` of all are at or below; 0 when empty.
  int64_t percentile(double percent) const;
  // Points for a plot: (percent, value) at 50, 75, 87.5, … towards 100, as HdrHistogram's percentile iterator halves the distance.
  std::vector<std::array<double, 2>> curve() const;

 private:
  static constexpr int kSubBucketBits = 11;
  static constexpr int kMaxBits = 42;
  static size_t index_of(uint64_t value);
  static uint64_t highest_of(size_t index);

  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  int64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace parley::bench
