// SPDX-License-Identifier: Apache-2.0
// The scale of one side of a plot: where a value stands between 0 and 1, and which marks are drawn. Three kinds: linear from 0;
// logarithmic; and by nines, on which 90, 99 and 99.9 percent are equally far apart, as latency curves are drawn since HdrHistogram.
// Values; any thread.
#pragma once

#include <string>
#include <vector>

namespace parley::bench {

enum class Scale { kLinear, kLog, kNines };

struct Mark {
  double at = 0;  // 0..1
  std::string label{};
};

class Axis {
 public:
  // Holds low to high, rounded outwards to marks. kLog: both above 0. kNines: percents, `high` below 100.
  Axis(Scale scale, double low, double high, std::string unit);

  double place(double value) const;  // 0..1, clamped
  const std::vector<Mark>& marks() const { return marks_; }
  // A value as people write it: "1.5 ms" for a unit of "ns", else the figure and its unit.
  static std::string label(double value, const std::string& unit);

 private:
  void mark_linear();
  void mark_log();
  void mark_nines();
  void add_mark(double value, const std::string& label) { marks_.push_back({place(value), label}); }
  double scaled(double value) const;

  Scale scale_;
  double low_, high_;
  std::string unit_;
  std::vector<Mark> marks_;
};

}  // namespace parley::bench
