// SPDX-License-Identifier: Apache-2.0
// Chat that nobody wrote: messages in several scripts whose words are as frequent as Zipf's law says (Zipf–Mandelbrot, rank + 2.7). A seed
// makes the same ones everywhere. One thread.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace parley::bench {

enum class Script { kLatin, kCyrillic, kHan, kThai };

class MadeUpChat {
 public:
  static constexpr size_t kWords = 60'000;  // of each script with spaces
  static constexpr size_t kGlyphs = 3'000;  // of those without

  explicit MadeUpChat(uint64_t seed);

  // 60 % Latin, 15 % Cyrillic, 20 % Han, 5 % Thai; 3 to 14 words, or 4 to 24 characters.
  std::string message();
  // The word of a rank, 0 the most frequent.
  static std::string word(Script script, size_t rank);
  size_t below(size_t bound) { return static_cast<size_t>(engine_() % bound); }

 private:
  size_t rank(const std::vector<double>& sums);
  static std::vector<double> zipf(size_t ranks);

  std::mt19937_64 engine_;
  const std::vector<double> words_ = zipf(kWords), glyphs_ = zipf(kGlyphs);
};

}  // namespace parley::bench
