// SPDX-License-Identifier: Apache-2.0
// Lines of a conversation as rows of a screen: time, name, text wrapped beneath itself, marks, what it replies to, reactions, separators.
// Pure; any thread. Widths: text_width.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "tools/parley/line.h"

namespace parley::terminal {

enum class Style : uint8_t { kPlain, kFaint, kName, kMark, kFailed, kNotice, kDay, kEmote, kMention, kMine, kNew };

inline constexpr int kNameColours = 12;

struct Span {
  Style style = Style::kPlain;
  int colour = 0;  // kName: 0..kNameColours-1, the same for a user everywhere and always
  std::string text;
  bool selected = false;
};
using Row = std::vector<Span>;

struct Layout {
  int width = 80;
  int utc_offset_s = 0;    // of local time
  uint64_t first_new = 0;  // id of the line above which "new" stands; 0 = none
  uint64_t selected = 0;   // id
  uint64_t seen = 0;       // id of the newest own line that the other one has seen
  int number_width = 0;    // of the column with sequence numbers; 0 = not shown
};

// The rows of `line`, above them the day if it differs from that of `previous` (nullptr: is the first).
std::vector<Row> rows_of(const Line& line, const Line* previous, const Layout& layout);

int colour_of(std::string_view user);
std::string clock_text(int64_t wall_us, int utc_offset_s);  // "15:04"
std::string day_text(int64_t wall_us, int utc_offset_s);    // "Monday, 23 November 2026"
std::string_view mark_text(Mark mark);

}  // namespace parley::terminal
