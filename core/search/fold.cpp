// SPDX-License-Identifier: Apache-2.0
#include "core/search/fold.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <vector>

namespace parley::search {
namespace {

struct Range {
  char32_t first, last;
};

bool is_within(char32_t point, const auto& ranges) {
  return std::ranges::any_of(ranges, [point](const Range& range) { return point >= range.first && point <= range.last; });
}

// Accents of Latin, Greek and Cyrillic; Hebrew points; Arabic vowels, hamza on its bearer, and the tatweel that only lengthens.
constexpr std::array<Range, 8> kDropped{{{0x0300, 0x036F},
                                         {0x0591, 0x05BD},
                                         {0x05BF, 0x05C7},
                                         {0x0610, 0x061A},
                                         {0x0640, 0x0640},
                                         {0x064B, 0x065F},
                                         {0x0670, 0x0670},
                                         {0x06D6, 0x06DC}}};

constexpr std::array<Range, 11> kUnspacedScripts{{{0x0E00, 0x0EFF},      // Thai, Lao
                                                  {0x1000, 0x109F},      // Burmese
                                                  {0x1100, 0x11FF},      // Hangul letters
                                                  {0x1780, 0x17FF},      // Khmer
                                                  {0x2E80, 0x2FDF},      // Han radicals
                                                  {0x3005, 0x303B},      // ideographic marks and numerals
                                                  {0x3041, 0x318F},      // Kana, Bopomofo
                                                  {0x31A0, 0x9FFF},      // Bopomofo, Kana, Han
                                                  {0xAC00, 0xD7FF},      // Hangul
                                                  {0xF900, 0xFAFF},      // Han, compatibility
                                                  {0x20000, 0x3FFFF}}};  // Han

constexpr char32_t kBreve = 0x0306;
bool is_cyrillic(char32_t point) { return point >= 0x0400 && point <= 0x04FF; }

// Letters with a stroke or without a dot have no decomposition, but are typed without by those whose keyboard lacks them.
char32_t plain(char32_t point) {
  switch (point) {
    case U'ø':
      return U'o';
    case U'ł':
      return U'l';
    case U'đ':
      return U'd';
    case U'ı':
      return U'i';
    default:
      return point;
  }
}

std::vector<utf8proc_int32_t> decomposed(std::string_view text) {
  constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  std::vector<utf8proc_int32_t> points(text.size() + 16);
  while (true) {
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const auto room = static_cast<utf8proc_ssize_t>(points.size());
    const auto length = utf8proc_decompose(bytes, static_cast<utf8proc_ssize_t>(text.size()), points.data(), room, kOptions);
    if (length < 0) return {};
    points.resize(static_cast<size_t>(length));
    if (length <= room) return points;
  }
}

void drop_accents(std::vector<utf8proc_int32_t>& points) {
  char32_t base = 0;
  size_t kept = 0;
  for (const utf8proc_int32_t each : points) {
    const auto point = static_cast<char32_t>(each);
    if (is_within(point, kDropped) && !(point == kBreve && is_cyrillic(base))) continue;
    base = point;
    points[kept++] = static_cast<utf8proc_int32_t>(plain(point));
  }
  points.resize(kept);
}

bool is_letter_or_digit(utf8proc_category_t category) {
  switch (category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_PC:  // user_name
      return true;
    default:
      return false;
  }
}

bool is_plain_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::u32string fold(std::string_view text) {
  std::u32string out;
  if (is_plain_ascii(text)) {  // most of the world's chat; the tables would say the same
    out.reserve(text.size());
    for (const char c : text) out.push_back(static_cast<char32_t>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
    return out;
  }
  std::vector<utf8proc_int32_t> points = decomposed(text);
  drop_accents(points);
  constexpr auto kCompose = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const auto length = utf8proc_normalize_utf32(points.data(), static_cast<utf8proc_ssize_t>(points.size()), kCompose);
  points.resize(static_cast<size_t>(std::max<utf8proc_ssize_t>(length, 0)));
  out.assign(points.begin(), points.end());
  return out;
}

Glyph glyph_of(char32_t folded) {
  if (folded < 0x80) {
    const bool letter = (folded >= U'a' && folded <= U'z') || (folded >= U'0' && folded <= U'9') || folded == U'_';
    return letter ? Glyph::kSpaced : Glyph::kSeparator;
  }
  const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(folded));
  if (category == UTF8PROC_CATEGORY_SO) return Glyph::kUnspaced;
  if (!is_letter_or_digit(category)) return Glyph::kSeparator;
  return is_within(folded, kUnspacedScripts) ? Glyph::kUnspaced : Glyph::kSpaced;
}

}  // namespace parley::search
