// SPDX-License-Identifier: Apache-2.0
// A progress bar on standard error, where that is a terminal; nothing anywhere else. Drawn ten times a second at most, and gone when the
// object is, so that what is printed then begins on a clean line. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace parley::parleyctl {

class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // of 0: nobody knows, only `done` is shown, as bytes.
  void show(uint64_t done, uint64_t of);
  void clear();  // before a line is printed
  bool shown() const { return terminal_; }

 private:
  const std::string what_;
  const bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
};

// "verify [#####-----]  50 %"; of = 0: "import 1.0 MiB".
std::string progress_line(const std::string& what, uint64_t done, uint64_t of);

}  // namespace parley::parleyctl
