// SPDX-License-Identifier: Apache-2.0
// Text as search compares it: case, accents and ways of writing the same character fold into one, by Unicode's own tables (utf8proc).
// "Straße" and "STRASSE" become one, as do "naïve" and "naive", full and half width, composed and decomposed. Kept are marks that make
// another letter of it: Japanese voicing, Indic and Thai vowels, й. The same function folds messages and queries, so what it loses, it
// loses on both sides. Changing it changes the index: raise kIndexFormat. Stateless; any thread.
#pragma once

#include <string>
#include <string_view>

namespace parley::search {

// Code points; empty for what isn't UTF-8.
std::u32string fold(std::string_view text);

// What a code point is to a reader of words.
enum class Glyph {
  kSeparator,  // space, punctuation, control
  kSpaced,     // of a word in a script that puts spaces between words
  kUnspaced    // stands for itself: Han, Kana, Hangul, Thai, Lao, Khmer, Burmese, and emoji
};
Glyph glyph_of(char32_t folded);

}  // namespace parley::search
