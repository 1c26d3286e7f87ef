// SPDX-License-Identifier: Apache-2.0
// The goals of a run file as read back, each with the median of its runs, and their table on the page: figure, limit, how far the one is on
// its way to the other, and the verdict in words. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/measure/report.h"
#include "tools/bench/show/run_file.h"

namespace parley::bench {

std::vector<Goal> goals_of(const RunFile& file);
// Empty without goals.
std::string goals_table(const std::vector<Goal>& goals);

}  // namespace parley::bench
