// SPDX-License-Identifier: Apache-2.0
// A text as a row of words: what a message is indexed by, what a query asks for, and what the two are compared by. In scripts that put
// spaces between words, a word is what stands between separators; in the others (and for emoji) each character is a word of its own, and
// neighbours are found as pairs. Stateless; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::search {

// Longer words are cut, in messages and queries alike: Xapian takes terms up to 245 bytes, room and kind included.
inline constexpr size_t kMaxWordBytes = 64;

struct Word {
  std::string text;       // folded, UTF-8
  bool unspaced = false;  // one character of a script without spaces
  bool glued = false;     // nothing stood between it and the word before
};

std::vector<Word> words_of(std::string_view text);

// The pair of two unspaced neighbours, as one term.
inline bool is_pair(const Word& first, const Word& second) { return first.unspaced && second.unspaced && second.glued; }

}  // namespace parley::search
