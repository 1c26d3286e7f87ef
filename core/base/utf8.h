// SPDX-License-Identifier: Apache-2.0
// UTF-8 one code point at a time (RFC 3629: shortest form only, no surrogates, at most U+10FFFF). What text.h and the terminal client
// are built on. Stateless; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

struct Utf8Step {
  char32_t point = kReplacementCharacter;
  size_t length = 1;  // bytes to go on by, at least 1
  bool valid = false;
};

// The code point that starts at `at` < text.size(). Where the bytes are broken, `length` covers the longest start of a sequence that could
// have become valid (Unicode 15 §3.9, "maximal subpart"), so that one lost byte costs one replacement character.
Utf8Step decode_utf8(std::string_view text, size_t at);

// Appends `point`, a Unicode scalar value, as UTF-8.
void append_utf8(std::string& out, char32_t point);

}  // namespace parley
