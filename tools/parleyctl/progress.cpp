// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyctl/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "tools/parleyctl/tables.h"

namespace parley::parleyctl {
namespace {

constexpr uint64_t kCells = 40;
constexpr std::chrono::milliseconds kRedraw{100};

}  // namespace

std::string progress_line(const std::string& what, uint64_t done, uint64_t of) {
  if (of == 0) return what + " " + bytes_text(done);
  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(of));
  const auto full = static_cast<size_t>(share * kCells);
  char percent[16];
  std::snprintf(percent, sizeof percent, "] %3d %%", static_cast<int>(share * 100));
  return what + " [" + std::string(full, '#') + std::string(kCells - full, '-') + percent;
}

Progress::Progress(std::string what) : what_(std::move(what)), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() { clear(); }

void Progress::show(uint64_t done, uint64_t of) {
  if (!terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < kRedraw) return;
  last_ = now;
  drawn_ = true;
  std::fprintf(stderr, "\r%s\033[K", progress_line(what_, done, of).c_str());
}

void Progress::clear() {
  if (std::exchange(drawn_, false)) std::fputs("\r\033[K", stderr);
}

}  // namespace parley::parleyctl
