// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/load/live.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace parley::bench {

namespace {

constexpr int kWidthUnknown = 80, kLongestBar = 40, kShortestBar = 8;

double seconds_now() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

int terminal_columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kWidthUnknown;
}

// One column for each code point, which holds for what we write.
int columns_of(const std::string& text) {
  return static_cast<int>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string bar(double share, int columns) {
  const int full = static_cast<int>(std::lround(share * columns));
  std::string out;
  for (int i = 0; i < columns; ++i) out += i < full ? "━" : "─";
  return out;
}

std::string padded(const std::string& text, int columns) {
  return std::string(static_cast<size_t>(std::max(0, columns - columns_of(text))), ' ') + text;
}

std::string duration(double seconds) {
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 120) return std::to_string(whole) + " s";
  return whole < 7200 ? std::to_string(whole / 60) + " min" : std::to_string(whole / 3600) + " h";
}

}  // namespace

std::string progress_line(const std::string& what, double share, double elapsed_s, int columns) {
  share = std::clamp(share, 0.0, 1.0);
  std::string tail = "  " + std::to_string(static_cast<int>(share * 100)) + " %";
  if (share > 0.02) tail += "  " + duration(elapsed_s * (1 - share) / share) + " left";
  const int for_bar = std::min(kLongestBar, columns - 1 - columns_of(what) - 2 - columns_of(tail));
  return for_bar < kShortestBar ? what + tail : what + "  " + bar(share, for_bar) + tail;
}

std::string figure_lines(const Live::Figures& figures, int columns) {
  std::string names, values;
  for (const auto& [name, value] : figures) {
    const int width = std::max({columns_of(name), columns_of(value), 7}) + 2;
    if (columns_of(names) + width >= columns) break;
    names += padded(name, width);
    values += padded(value, width);
  }
  return names.empty() ? "" : names + "\n" + values;
}

Live::Live() : shown_(isatty(STDERR_FILENO) == 1), started_s_(seconds_now()) {}

void Live::show(const std::string& what, int part, int parts, double share, const Figures& figures) {
  if (!shown_) return;
  const int columns = terminal_columns();
  const double all = (part + std::clamp(share, 0.0, 1.0)) / std::max(1, parts);
  const std::string lines = figure_lines(figures, columns);
  draw(progress_line(what, all, seconds_now() - started_s_, columns) + (lines.empty() ? "" : "\n" + lines));
}

void Live::clear() {
  if (lines_ > 0) draw("");
}

// The cursor stays on the last line that was drawn.
void Live::draw(const std::string& text) {
  std::string out = "\r";
  for (int i = 1; i < lines_; ++i) out += "\033[A";
  out += "\033[J" + text;
  std::fputs(out.c_str(), stderr);
  std::fflush(stderr);
  lines_ = text.empty() ? 0 : 1 + static_cast<int>(std::ranges::count(text, '\n'));
}

}  // namespace parley::bench
