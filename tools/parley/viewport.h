// SPDX-License-Identifier: Apache-2.0
// Which part of a room's lines the screen shows. At the end it follows new lines; scrolled back it holds on to the line at its bottom,
// whatever arrives above or below. Costs the rows that are shown, not those there are. Owned by its room.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "tools/parley/format.h"
#include "tools/parley/line.h"

namespace parley::terminal {

class Viewport {
 public:
  struct View {
    std::vector<Row> rows;      // top to bottom, at most `height`
    bool at_top = false;        // the first line is in sight
    uint64_t missing_from = 0;  // a line in sight has unloaded entries before it, from this one on; 0 = none
  };

  View compose(const std::deque<Line>& lines, int height, const Layout& layout) const;
  // Never past the first row. True if the first line is in sight afterwards: time to ask for older ones.
  bool scroll_up(const std::deque<Line>& lines, int rows, int height, const Layout& layout);
  void scroll_down(const std::deque<Line>& lines, int rows, const Layout& layout);
  // So that all of this line's rows are in sight, as far as they fit: by as little as needed.
  void show(const std::deque<Line>& lines, uint64_t id, int height, const Layout& layout);
  void to_end() { bottom_ = 0; }
  bool follows() const { return bottom_ == 0; }

 private:
  struct Place {
    size_t line;
    size_t row;  // within it
  };
  Place bottom_place(const std::deque<Line>& lines, const Layout& layout) const;
  void hold(const std::deque<Line>& lines, Place place);

  uint64_t bottom_ = 0;  // id of the line at the bottom; 0 = the end
  size_t bottom_row_ = 0;
};

}  // namespace parley::terminal
