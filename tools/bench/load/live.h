// SPDX-License-Identifier: Apache-2.0
// What a person sees while a run is under way: a bar and the figures so far, on stderr, and only if that is a terminal; else nothing. Drawn
// over itself and gone at the end, when the report comes. Main thread; cheap enough to be called five times a second.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace parley::bench {

class Live {
 public:
  using Figures = std::vector<std::pair<std::string, std::string>>;  // name, value

  Live();
  ~Live() { clear(); }
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;

  // Whether anybody sees it.
  bool shown() const { return shown_; }
  // `part` of `parts` of the run (from 0), of which `share` (0 to 1) is done.
  void show(const std::string& what, int part, int parts, double share, const Figures& figures = {});
  void clear();

 private:
  void draw(const std::string& text);

  bool shown_ = false;
  int lines_ = 0;  // on the screen now
  double started_s_ = 0;
};

// "arena  parley, run 2 of 5  ━━━━━━━───────  48 %  14 s left": one line of at most `columns`.
std::string progress_line(const std::string& what, double share, double elapsed_s, int columns);
// Two lines, names above their values, each column as wide as it must be; columns that don't fit are left out.
std::string figure_lines(const Live::Figures& figures, int columns);

}  // namespace parley::bench
