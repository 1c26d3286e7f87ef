// SPDX-License-Identifier: Apache-2.0
// Plots as inline SVG inside a <figure>: lines over two axes, and horizontal bars. Colours, dashes and fonts come from the page's style by
// class, so that light, dark and print need no second drawing. Each plot names itself (title, desc) for those who hear it, has its figures
// as a table under it, and tells a point's value on hovering. Pure functions.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "tools/bench/show/axis.h"

namespace parley::bench {

struct Line {
  std::string name{};
  std::vector<std::array<double, 2>> points{};  // x ascending
};

struct LineChart {
  std::string title{}, description{};
  std::string x_label{}, x_unit{}, y_unit{};
  Scale x_scale = Scale::kLinear, y_scale = Scale::kLog;
  std::vector<Line> lines{};                        // at most kMostLines are drawn, the table has all
  std::vector<std::vector<std::string>> figures{};  // the table, head first
};
inline constexpr size_t kMostLines = 6;

struct Bar {
  std::string name{};
  double value = 0, low = 0, high = 0;  // low and high: of the runs, equal for one
  bool ours = false;
};

struct BarChart {
  std::string title{}, description{}, unit{};
  std::vector<Bar> bars{};
};

// Empty when there is nothing to draw. `id` is unique on the page.
std::string svg(const LineChart& chart, const std::string& id);
std::string svg(const BarChart& chart, const std::string& id);

}  // namespace parley::bench
