// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/viewport.h"

#include <algorithm>

namespace parley::terminal {
namespace {

std::vector<Row> rows_at(const std::deque<Line>& lines, size_t index, const Layout& layout) {
  return rows_of(lines[index], index > 0 ? &lines[index - 1] : nullptr, layout);
}

}  // namespace

Viewport::Place Viewport::bottom_place(const std::deque<Line>& lines, const Layout& layout) const {
  const auto held = std::find_if(lines.begin(), lines.end(), [this](const Line& line) { return line.id == bottom_; });
  const size_t index = bottom_ == 0 || held == lines.end() ? lines.size() - 1 : static_cast<size_t>(held - lines.begin());
  const size_t last = rows_at(lines, index, layout).size() - 1;
  return {index, bottom_ == 0 || held == lines.end() ? last : std::min(bottom_row_, last)};
}

Viewport::View Viewport::compose(const std::deque<Line>& lines, int height, const Layout& layout) const {
  View view;
  if (lines.empty() || height <= 0) return {{}, true};
  const Place bottom = bottom_place(lines, layout);
  size_t index = bottom.line;
  for (size_t rows_wanted = static_cast<size_t>(height); view.rows.size() < rows_wanted; --index) {
    std::vector<Row> rows = rows_at(lines, index, layout);
    size_t take = index == bottom.line ? bottom.row + 1 : rows.size();
    for (; take > 0 && view.rows.size() < rows_wanted; --take) view.rows.push_back(std::move(rows[take - 1]));
    view.at_top = index == 0 && take == 0;
    if (lines[index].missing_from != 0) view.missing_from = lines[index].missing_from;
    if (index == 0) break;
  }
  std::reverse(view.rows.begin(), view.rows.end());
  return view;
}

bool Viewport::scroll_up(const std::deque<Line>& lines, int rows, int height, const Layout& layout) {
  if (lines.empty()) return true;
  std::vector<Place> places;  // upward from the bottom row
  const Place bottom = bottom_place(lines, layout);
  const size_t wanted = static_cast<size_t>(rows) + static_cast<size_t>(height);
  for (size_t index = bottom.line + 1; index-- > 0 && places.size() < wanted;) {
    const size_t count = index == bottom.line ? bottom.row + 1 : rows_at(lines, index, layout).size();
    for (size_t row = count; row-- > 0 && places.size() < wanted;) places.push_back({index, row});
  }
  const bool reached = places.size() < wanted || (places.back().line == 0 && places.back().row == 0);
  const size_t most = places.size() > static_cast<size_t>(height) ? places.size() - static_cast<size_t>(height) : 0;
  const size_t step = std::min(static_cast<size_t>(rows), most);
  if (step > 0) hold(lines, places[step]);
  return reached;
}

void Viewport::scroll_down(const std::deque<Line>& lines, int rows, const Layout& layout) {
  if (lines.empty() || follows()) return;
  Place place = bottom_place(lines, layout);
  size_t count = rows_at(lines, place.line, layout).size();
  for (; rows > 0; --rows) {
    if (place.row + 1 < count) {
      ++place.row;
    } else if (place.line + 1 < lines.size()) {
      place = {place.line + 1, 0};
      count = rows_at(lines, place.line, layout).size();
    } else {
      break;
    }
  }
  hold(lines, place);
  if (place.line + 1 == lines.size() && place.row + 1 == count) to_end();
}

void Viewport::show(const std::deque<Line>& lines, uint64_t id, int height, const Layout& layout) {
  const auto found = std::find_if(lines.begin(), lines.end(), [id](const Line& line) { return line.id == id; });
  if (found == lines.end() || height <= 0) return;
  const auto index = static_cast<size_t>(found - lines.begin());
  const size_t last = rows_at(lines, index, layout).size() - 1;
  const Place bottom = bottom_place(lines, layout);
  if (index > bottom.line || (index == bottom.line && last > bottom.row)) {
    hold(lines, {index, last});
    if (index + 1 == lines.size()) to_end();
    return;
  }
  size_t rows = bottom.line == index ? bottom.row + 1 : last + 1;  // from its first row to the bottom of the screen
  for (size_t between = index + 1; between <= bottom.line && rows <= static_cast<size_t>(height); ++between)
    rows += between == bottom.line ? bottom.row + 1 : rows_at(lines, between, layout).size();
  if (rows <= static_cast<size_t>(height)) return;
  // Its first row at the top: as many rows from there as fit.
  size_t left = static_cast<size_t>(height);
  for (size_t at = index;; ++at) {
    const size_t count = rows_at(lines, at, layout).size();
    if (count >= left) return hold(lines, {at, left - 1});
    left -= count;
  }
}

void Viewport::hold(const std::deque<Line>& lines, Place place) {
  bottom_ = lines[place.line].id;
  bottom_row_ = place.row;
}

}  // namespace parley::terminal
