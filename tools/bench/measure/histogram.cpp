// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace parley::bench {

namespace {
constexpr uint64_t kMaxValue = (uint64_t{1} << 42) - 1;
}

Histogram::Histogram() : counts_(static_cast<size_t>(kMaxBits - kSubBucketBits + 1) << kSubBucketBits) {}

// Values below 2^11 have a bucket each; above, the top 11 bits below the leading one choose the bucket within its power of two.
size_t Histogram::index_of(uint64_t value) {
  const int bits = static_cast<int>(std::bit_width(value));
  if (bits <= kSubBucketBits) return static_cast<size_t>(value);
  const int shift = bits - 1 - kSubBucketBits;
  const uint64_t sub = (value >> shift) - (uint64_t{1} << kSubBucketBits);
  return (static_cast<size_t>(shift + 1) << kSubBucketBits) + static_cast<size_t>(sub);
}

uint64_t Histogram::highest_of(size_t index) {
  const size_t group = index >> kSubBucketBits;
  const uint64_t sub = index & ((size_t{1} << kSubBucketBits) - 1);
  if (group == 0) return sub;
  const int shift = static_cast<int>(group) - 1;
  return (((sub + (uint64_t{1} << kSubBucketBits)) + 1) << shift) - 1;
}

void Histogram::record(int64_t value) {
  const uint64_t bounded = std::min(static_cast<uint64_t>(std::max<int64_t>(value, 0)), kMaxValue);
  ++counts_[index_of(bounded)];
  ++count_;
  max_ = std::max(max_, static_cast<int64_t>(bounded));
  sum_ += static_cast<double>(bounded);
}

void Histogram::merge(const Histogram& other) {
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
}

void Histogram::clear() {
  std::fill(counts_.begin(), counts_.end(), 0);
  count_ = 0;
  max_ = 0;
  sum_ = 0;
}

int64_t Histogram::percentile(double percent) const {
  if (count_ == 0) return 0;
  const double wanted = std::ceil(percent / 100.0 * static_cast<double>(count_));
  const uint64_t rank = std::clamp<uint64_t>(static_cast<uint64_t>(wanted), 1, count_);
  uint64_t seen = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= rank) return std::min(static_cast<int64_t>(highest_of(i)), max_);
  }
  return max_;
}

std::vector<std::array<double, 2>> Histogram::curve() const {
  std::vector<std::array<double, 2>> points;
  if (count_ == 0) return points;
  for (double left = 50; left * static_cast<double>(count_) >= 100; left /= 1.5) {
    points.push_back({100 - left, static_cast<double>(percentile(100 - left))});
  }
  points.push_back({100, static_cast<double>(max_)});
  return points;
}

}  // namespace parley::bench
