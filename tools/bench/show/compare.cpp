// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/show/compare.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "tools/bench/measure/rank_shift.h"
#include "tools/bench/measure/report.h"

namespace parley::bench {
namespace {

struct Words {
  const char* key;  // in JSON
  const char* name;
};
constexpr std::array<Words, 6> kWords{{{"worse", "worse"},
                                       {"better", "better"},
                                       {"changed", "changed"},
                                       {"reference_changed", "the machine changed"},
                                       {"too_few_runs", "too few runs to say"},
                                       {"same", "same"}}};  // by Verdict

bool all_positive(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return value > 0; });
}

bool differs(const Figure& a, const Figure& b) {
  return !std::ranges::all_of(a.values, [&](double value) { return value == b.values.front(); }) ||
         !std::ranges::all_of(b.values, [&](double value) { return value == b.values.front(); });
}

Verdict direction(Better better, bool more) {
  switch (better) {
    case Better::kLower:
      return more ? Verdict::kWorse : Verdict::kBetter;
    case Better::kHigher:
      return more ? Verdict::kBetter : Verdict::kWorse;
    case Better::kReference:
      return Verdict::kReferenceChanged;
    case Better::kUnknown:
      break;
  }
  return Verdict::kChanged;
}

// How far from "equal", on a scale that is the same for a doubling and a halving.
double weight(const Compared& compared) {
  if (compared.is_ratio) return std::abs(std::log(compared.estimate));
  const double scale = std::max({std::abs(compared.before), std::abs(compared.after), 1e-12});
  return std::abs(compared.estimate) / scale;
}

Compared compare(const Figure& before, const Figure& after, const CompareOptions& options) {
  Compared out{.name = before.name, .before = median_of(before.values), .after = median_of(after.values)};
  out.is_ratio = all_positive(before.values) && all_positive(after.values);
  bool enough_runs = false, beyond = false;
  const auto take = [&](const auto& interval) {
    out.estimate = interval.estimate;
    out.low = interval.low;
    out.high = interval.high;
    enough_runs = interval.enough_runs;
    beyond = interval.beyond_noise();
  };
  if (out.is_ratio) {
    take(rank_ratio(before.values, after.values, options.confidence));
  } else {
    take(rank_shift(before.values, after.values, options.confidence));
  }
  if (!enough_runs) {
    out.verdict = differs(before, after) ? Verdict::kTooFewRuns : Verdict::kSame;
  } else if (beyond && weight(out) >= std::log1p(options.threshold)) {
    out.verdict = direction(before.better, out.estimate > (out.is_ratio ? 1 : 0));
  }
  return out;
}

}  // namespace

std::vector<Compared> compare(const RunFile& before, const RunFile& after, const CompareOptions& options) {
  const std::vector<Figure> left = figures_of(before), right = figures_of(after);
  std::vector<Compared> out;
  for (const Figure& figure : left) {
    const auto same = std::ranges::find(right, figure.name, &Figure::name);
    if (same != right.end()) out.push_back(compare(figure, *same, options));
  }
  std::ranges::stable_sort(
      out, [](const Compared& a, const Compared& b) { return a.verdict != b.verdict ? a.verdict < b.verdict : weight(a) > weight(b); });
  return out;
}

const char* name_of(Verdict verdict) { return kWords[static_cast<size_t>(verdict)].name; }
const char* key_of(Verdict verdict) { return kWords[static_cast<size_t>(verdict)].key; }

std::string change_text(bool is_ratio, double value) {
  if (!is_ratio) return (value > 0 ? "+" : "") + figure(value);
  if (value >= 2 || value <= 0.5) return "×" + figure(value);
  const double percent = (value - 1) * 100;
  return (percent > 0 ? "+" : "") + figure(percent) + " %";
}

}  // namespace parley::bench
