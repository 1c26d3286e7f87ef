// SPDX-License-Identifier: Apache-2.0
// A latency over the time of a run: each interval's count, p50, p99 and max. What a percentile over the whole run hides (a second in which
// nothing came, a slow start, a creep over hours) stands in it. Owned by one thread; times never go back.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "tools/bench/measure/histogram.h"

namespace parley::bench {

class TimeSeries {
 public:
  // `start_ns` and all times below on one monotonic clock. `seconds`: about how long the run is, which decides how long an interval is: a
  // second, or so much that there are 600 of them.
  TimeSeries(int64_t start_ns, double seconds);

  void record(int64_t now_ns, int64_t value);
  // {"unit", "interval_s", "points": [{"t", "count", "p50", "p99", "max"}, …]}, t in s at the interval's end; an interval without a value
  // has no point but leaves its place free.
  nlohmann::json to_json(const char* unit = "ns") const;
  double interval_s() const { return static_cast<double>(interval_ns_) * 1e-9; }

 private:
  struct Point {
    int64_t index = 0;
    uint64_t count = 0;
    int64_t p50 = 0, p99 = 0, max = 0;
  };
  Point present() const;

  int64_t start_ns_, interval_ns_;
  int64_t index_ = 0;  // of the interval under way
  Histogram interval_;
  std::vector<Point> points_;  // bounded: beyond kMostPoints the rest of the run counts into the last one
};

}  // namespace parley::bench
