// SPDX-License-Identifier: Apache-2.0
// How wide text is on a terminal, and where it may be cut: by grapheme, what a reader takes for one character (Unicode UAX #29, simplified
// to what chat needs). Widths are wcwidth's, so the program must have set a UTF-8 locale.
//
// Terminals disagree about joined emoji (a family of four: 2 cells in some, 8 in others), variation selectors and skin tones; a row in
// which program and terminal count differently is garbled. So `drawable` writes each grapheme in a form that all of them draw in the same
// number of cells: the parts of a joined emoji side by side, as Unicode recommends where a joined picture is missing, without selectors and
// skin tones. All widths here are of that form. Stateless; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace parley::terminal {

struct Grapheme {
  size_t begin = 0;
  size_t length = 0;  // bytes
  int width = 0;      // cells
};

// The grapheme that starts at `at` < text.size(). Broken UTF-8 counts as U+FFFD, byte by byte.
Grapheme grapheme_at(std::string_view text, size_t at);
// Where the grapheme before `at` starts; 0 at the beginning.
size_t grapheme_before(std::string_view text, size_t at);

int display_width(std::string_view text);
std::string drawable(std::string_view text);
// The longest start of `text` that fits into `width` cells.
std::string_view fit(std::string_view text, int width);

// Lines of at most `width` (≥ 2) cells: broken at newlines, else after spaces and between wide characters, else between graphemes. The
// spaces at which a line breaks belong to neither line. At least one line.
std::vector<std::string_view> wrap(std::string_view text, int width);

}  // namespace parley::terminal
