// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/measure/time_series.h"

#include <algorithm>

namespace parley::bench {
namespace {

constexpr double kUsualPoints = 600;
constexpr int64_t kMostPoints = 2400;  // of a run that takes four times what was announced
constexpr double kNanosPerSecond = 1e9;

}  // namespace

TimeSeries::TimeSeries(int64_t start_ns, double seconds)
    : start_ns_(start_ns), interval_ns_(static_cast<int64_t>(std::max(1.0, seconds / kUsualPoints) * kNanosPerSecond)) {}

void TimeSeries::record(int64_t now_ns, int64_t value) {
  const int64_t index = std::clamp<int64_t>((now_ns - start_ns_) / interval_ns_, index_, kMostPoints - 1);
  if (index != index_) {
    if (interval_.count() > 0) points_.push_back(present());
    interval_.clear();
    index_ = index;
  }
  interval_.record(value);
}

TimeSeries::Point TimeSeries::present() const {
  return {index_, interval_.count(), interval_.percentile(50), interval_.percentile(99), interval_.max()};
}

nlohmann::json TimeSeries::to_json(const char* unit) const {
  nlohmann::json points = nlohmann::json::array();
  const auto add = [&](const Point& point) {
    points.push_back({{"t", static_cast<double>(point.index + 1) * interval_s()},
                      {"count", point.count},
                      {"p50", point.p50},
                      {"p99", point.p99},
                      {"max", point.max}});
  };
  for (const Point& point : points_) add(point);
  if (interval_.count() > 0) add(present());
  return {{"unit", unit}, {"interval_s", interval_s()}, {"points", points}};
}

}  // namespace parley::bench
