// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

namespace parley::bench {

namespace {

constexpr uint64_t kMaxValue = (uint64_t{1} << 42) - 1;

struct Named {
  const char* name;
  double percent;
};
constexpr std::array<Named, 5> kInFile = {{{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99.9", 99.9}, {"p99.99", 99.99}}};

Error malformed(const char* what) {
  return {ErrorCode::kInvalidArgument, std::string("a histogram ") + what + "; was the file changed by hand?"};
}

}  // namespace

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
  for (double left = 100; left * static_cast<double>(count_) >= 100; left /= 1.25) {
    points.push_back({100 - left, static_cast<double>(percentile(100 - left))});
  }
  points.push_back({100, static_cast<double>(max_)});
  return points;
}

// Groups of 16 neighbours share what a file keeps of a value: the highest of them. The first 2^11 values, one to a bucket here, form groups
// of their own power of two, so that the relative error is the same for all.
nlohmann::json Histogram::to_json(const char* unit) const {
  nlohmann::json json = {{"unit", unit}, {"count", count_}, {"mean", mean()}, {"max", max_}, {"buckets", nlohmann::json::array()}};
  for (const Named& each : kInFile) json[each.name] = percentile(each.percent);
  nlohmann::json& buckets = json["buckets"];
  for (size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    const uint64_t value = highest_of(i);
    const int drop = std::max(static_cast<int>(std::bit_width(value)) - 1 - kJsonBits, 0);
    const uint64_t highest = std::min(value | ((uint64_t{1} << drop) - 1), static_cast<uint64_t>(max_));
    if (!buckets.empty() && buckets.back()[0] == highest) {
      buckets.back()[1] = buckets.back()[1].get<uint64_t>() + counts_[i];
    } else {
      buckets.push_back({highest, counts_[i]});
    }
  }
  return json;
}

Result<Histogram> Histogram::from_json(const nlohmann::json& json) {
  const auto number = [&](const char* key) { return json.contains(key) && json[key].is_number(); };
  if (!json.is_object() || !number("count") || !number("mean") || !number("max") || !json.contains("buckets") ||
      !json["buckets"].is_array())
    return std::unexpected(malformed("lacks one of count, mean, max and buckets"));
  Histogram out;
  for (const auto& bucket : json["buckets"]) {
    if (!bucket.is_array() || bucket.size() != 2 || !bucket[0].is_number_unsigned() || !bucket[1].is_number_unsigned())
      return std::unexpected(malformed("has a bucket that is no [value, count]"));
    const auto value = bucket[0].get<uint64_t>(), count = bucket[1].get<uint64_t>();
    if (value > kMaxValue) return std::unexpected(malformed("has a value beyond the range"));
    out.counts_[index_of(value)] += count;
    out.count_ += count;
  }
  if (out.count_ != json["count"].get<uint64_t>()) return std::unexpected(malformed("has buckets that don't add up to its count"));
  out.max_ = json["max"].get<int64_t>();
  out.sum_ = json["mean"].get<double>() * static_cast<double>(out.count_);
  return out;
}

}  // namespace parley::bench
