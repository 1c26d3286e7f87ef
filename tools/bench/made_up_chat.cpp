// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/made_up_chat.h"

#include <algorithm>

#include "core/base/utf8.h"

namespace parley::bench {
namespace {

// Syllables spell a rank: frequent words are short, as in any language.
std::string spelled(size_t rank, const std::vector<const char*>& consonants, const std::vector<const char*>& vowels) {
  std::string out;
  do {
    out += consonants[rank % consonants.size()];
    rank /= consonants.size();
    out += vowels[rank % vowels.size()];
    rank /= vowels.size();
  } while (rank > 0);
  return out;
}

}  // namespace

MadeUpChat::MadeUpChat(uint64_t seed) : engine_(seed) {}

std::vector<double> MadeUpChat::zipf(size_t ranks) {
  std::vector<double> sums;
  sums.reserve(ranks);
  double sum = 0;
  for (size_t rank = 0; rank < ranks; ++rank) sums.push_back(sum += 1 / (static_cast<double>(rank) + 2.7));
  return sums;
}

size_t MadeUpChat::rank(const std::vector<double>& sums) {
  const double at = static_cast<double>(engine_() >> 11) * 0x1p-53 * sums.back();
  return static_cast<size_t>(std::ranges::lower_bound(sums, at) - sums.begin());
}

std::string MadeUpChat::word(Script script, size_t rank) {
  static const std::vector<const char*> kLatin = {"t", "n", "s", "r", "l", "d", "m", "k", "b", "v"}, kVowels = {"a", "e", "i", "o", "é"};
  static const std::vector<const char*> kCyrillic = {"т", "н", "с", "р", "л", "д", "м", "к", "б", "в"}, kEight = {"а", "е", "и", "о", "у"};
  std::string out;
  switch (script) {
    case Script::kLatin:
      return spelled(rank, kLatin, kVowels);
    case Script::kCyrillic:
      return spelled(rank, kCyrillic, kEight);
    case Script::kHan:
      append_utf8(out, static_cast<char32_t>(0x4E00 + rank * 7 % 20'000));
      return out;
    case Script::kThai:
      append_utf8(out, static_cast<char32_t>(0x0E01 + rank % 46));
      return out;
  }
  return out;
}

std::string MadeUpChat::message() {
  const size_t dice = below(100);
  const Script script = dice < 60 ? Script::kLatin : dice < 75 ? Script::kCyrillic : dice < 95 ? Script::kHan : Script::kThai;
  const bool spaced = script == Script::kLatin || script == Script::kCyrillic;
  const size_t words = spaced ? 3 + below(12) : 4 + below(21);
  std::string out;
  for (size_t i = 0; i < words; ++i) {
    if (spaced && i > 0) out += ' ';
    out += word(script, rank(spaced ? words_ : glyphs_));
  }
  return out;
}

}  // namespace parley::bench
