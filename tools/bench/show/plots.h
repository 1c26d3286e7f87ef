// SPDX-License-Identifier: Apache-2.0
// From run files to plots, by what report.h promises: histograms and "curve_ns" become percentile curves, series become latency over
// time, "cpu_us_per_delivery" and "bare_us" become bars. Several runs: histograms are merged, bars are medians. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/show/chart.h"
#include "tools/bench/show/run_file.h"

namespace parley::bench {

// At most six curves a plot, in the order of their names. When there are more, those named "GROUP, NAME" share a plot of that group.
std::vector<LineChart> percentile_charts(const RunFile& file);
// One plot for each series of each run that has at least two intervals.
std::vector<LineChart> time_charts(const RunFile& file);
// Of all files together, so that contenders measured apart stand beside each other. No bars: none has them.
BarChart cpu_chart(const std::vector<RunFile>& files);
// Of `parley-bench stages`: the mean of each part of a message's way. No bars: the file is of another command.
BarChart parts_chart(const RunFile& file);

}  // namespace parley::bench
