// SPDX-License-Identifier: Apache-2.0
// The single figures of a run file, each with its value in every run, for comparing two files: goals, percentiles of histograms, and all
// numbers in the results. Which way is better is known of goals by their bound and of others by the words in their name. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/show/run_file.h"

namespace parley::bench {

enum class Better : uint8_t {
  kLower,
  kHigher,
  kUnknown,    // a size of the test itself, or a name that says nothing: never judged
  kReference,  // of a contender that isn't Parley: a change of it says that the machine changed
};

struct Figure {
  std::string name{};
  Better better = Better::kUnknown;
  std::vector<double> values{};  // one a run that has it
};

std::vector<Figure> figures_of(const RunFile& file);
// "10%/100ms.parley.p99" is better lower, "bare_us" a reference, "messages" unknown.
Better direction_of(const std::string& name);

}  // namespace parley::bench
