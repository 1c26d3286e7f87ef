// SPDX-License-Identifier: Apache-2.0
// What differs between two run files beyond the noise of their runs, figure by figure, by the interval of rank_ratio (of positive values)
// or rank_shift (where a zero makes ratios meaningless). A figure is worse or better when its whole interval lies on one side of "equal"
// and the estimate is at least `threshold` away: what is certain but tiny isn't worth a word. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/show/figures.h"

namespace parley::bench {

enum class Verdict : uint8_t { kWorse, kBetter, kChanged, kReferenceChanged, kTooFewRuns, kSame };

struct Compared {
  std::string name{};
  Verdict verdict = Verdict::kSame;
  double before = 0, after = 0;  // medians
  bool is_ratio = true;          // the three below are ratios after / before, else differences
  double estimate = 1, low = 1, high = 1;
};

struct CompareOptions {
  double confidence = 0.99;
  double threshold = 0.02;  // of the estimate
};

// Of all figures that both files have; worse ones first, then better ones, within a verdict the largest change first.
std::vector<Compared> compare(const RunFile& before, const RunFile& after, const CompareOptions& options);
const char* name_of(Verdict verdict);
const char* key_of(Verdict verdict);  // as in JSON
// "+12.3 %", or with is_ratio false the difference itself; "×34.0" of what is more than doubled or less than halved.
std::string change_text(bool is_ratio, double value);

}  // namespace parley::bench
