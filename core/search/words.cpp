// SPDX-License-Identifier: Apache-2.0
#include "core/search/words.h"

#include "core/base/utf8.h"
#include "core/search/fold.h"

namespace parley::search {

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  Glyph previous = Glyph::kSeparator;
  std::string point_bytes;
  for (const char32_t point : fold(text)) {
    const Glyph glyph = glyph_of(point);
    if (glyph != Glyph::kSeparator) {
      point_bytes.clear();
      append_utf8(point_bytes, point);
      const bool begins = glyph == Glyph::kUnspaced || previous != Glyph::kSpaced;
      if (begins) words.push_back({"", glyph == Glyph::kUnspaced, previous != Glyph::kSeparator});
      std::string& word = words.back().text;
      if (word.size() + point_bytes.size() <= kMaxWordBytes) word += point_bytes;
    }
    previous = glyph;
  }
  return words;
}

}  // namespace parley::search
