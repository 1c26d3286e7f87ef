// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/show/axis.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "tools/bench/measure/report.h"

namespace parley::bench {
namespace {

constexpr std::array<double, 3> kSteps = {1, 2, 5};  // in each power of ten
constexpr double kMostMarks = 7;
constexpr double kAir = 0.9;       // under the lowest value of a logarithmic axis, so that a flat line doesn't lie on it
constexpr double kLeastRatio = 4;  // of a logarithmic axis: what differs less looks as flat as it is

double nines(double percent) { return -std::log10(std::max(1 - percent / 100, 1e-9)); }

// The next mark at or below (above) a positive value.
double floor_mark(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)));
  double mark = power;
  for (const double step : kSteps) {
    if (power * step <= value * (1 + 1e-9)) mark = power * step;
  }
  return mark;
}
double ceil_mark(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : kSteps) {
    if (power * step >= value * (1 - 1e-9)) return power * step;
  }
  return power * 10;
}

// Without zeros that say nothing: "2 ms", "1.5 ms".
std::string short_figure(double value) {
  std::string text = figure(value);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

Axis::Axis(Scale scale, double low, double high, std::string unit) : scale_(scale), low_(low), high_(high), unit_(std::move(unit)) {
  if (scale_ == Scale::kLinear) mark_linear();
  if (scale_ == Scale::kLog) mark_log();
  if (scale_ == Scale::kNines) mark_nines();
}

double Axis::scaled(double value) const {
  switch (scale_) {
    case Scale::kLog:
      return std::log(std::max(value, 1e-300));
    case Scale::kNines:
      return nines(value);
    case Scale::kLinear:
      break;
  }
  return value;
}

double Axis::place(double value) const {
  const double from = scaled(low_), to = scaled(high_);
  return to > from ? std::clamp((scaled(value) - from) / (to - from), 0.0, 1.0) : 0;
}

void Axis::mark_linear() {
  low_ = 0;
  high_ = std::max(high_, 1e-12);
  const double step = ceil_mark(high_ / (kMostMarks - 1));
  high_ = std::ceil(high_ / step - 1e-9) * step;
  for (int i = 0; i * step <= high_ * (1 + 1e-9); ++i) add_mark(i * step, i == 0 ? "0" : label(i * step, unit_));
}

void Axis::mark_log() {
  low_ = floor_mark(std::max(low_ * kAir, 1e-12));
  high_ = ceil_mark(std::max({high_, low_ * kLeastRatio}));
  const bool all = std::log10(high_ / low_) * static_cast<double>(kSteps.size()) <= kMostMarks;
  double mark = low_;
  while (mark <= high_ * (1 + 1e-9)) {
    const double power = std::log10(mark);
    if (all || std::abs(power - std::round(power)) < 1e-6) add_mark(mark, label(mark, unit_));
    mark = ceil_mark(mark * 1.5);
  }
}

void Axis::mark_nines() {
  static constexpr std::array<const char*, 9> kNames = {"0", "50", "90", "99", "99.9", "99.99", "99.999", "99.9999", "99.99999"};
  for (const char* name : kNames) {
    const double percent = std::stod(name);
    if (percent <= high_) add_mark(percent, percent == 0 ? "0" : std::string(name) + " %");
  }
}

std::string Axis::label(double value, const std::string& unit) {
  if (unit != "ns") return short_figure(value) + (unit.empty() ? "" : " " + unit);
  if (value < 1e3) return short_figure(value) + " ns";
  if (value < 1e6) return short_figure(value * 1e-3) + " µs";
  return value < 1e9 ? short_figure(value * 1e-6) + " ms" : short_figure(value * 1e-9) + " s";
}

}  // namespace parley::bench
