// SPDX-License-Identifier: Apache-2.0
// Latencies in the layout of Gil Tene's HdrHistogram: 2,048 linear sub-buckets for each power of two, so that every recorded value is known
// to within 0.1 % from 1 ns to over an hour, at a fixed 0.6 MiB. (Debian has no C or C++ package of HdrHistogram.) Values are nanoseconds,
// but nothing here depends on the unit. Owned by one thread; merge() joins those of several.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/base/error.h"

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
  // Points for a plot: (percent, value) from 0 on, each a fifth nearer to 100 than the one before, up to the last single value; as
  // HdrHistogram's percentile iterator closes the distance.
  std::vector<std::array<double, 2>> curve() const;

  // {"unit", "count", "mean", "max", "p50" … "p99.99", "buckets": [[highest value, count], …]}, the buckets 16 of ours each:
  // known to within 0.8 %, which keeps a file small. The figures beside them come from the full resolution.
  nlohmann::json to_json(const char* unit = "ns") const;
  // Count, mean and max as they were, percentiles to within 0.8 %. Error: kInvalidArgument (not such an object, or counts that don't add
  // up).
  static Result<Histogram> from_json(const nlohmann::json& json);

 private:
  static constexpr int kSubBucketBits = 11;
  static constexpr int kJsonBits = 7;  // of the sub-buckets in a file
  static constexpr int kMaxBits = 42;
  static size_t index_of(uint64_t value);
  static uint64_t highest_of(size_t index);

  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  int64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace parley::bench
