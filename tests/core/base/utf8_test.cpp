// SPDX-License-Identifier: Apache-2.0
// The decoder against a slow one that is written from the definition: decode by bit counting, then forbid.
#include "core/base/utf8.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "core/base/random.h"
#include "core/base/text.h"

namespace parley {
namespace {

std::optional<char32_t> reference_decode(std::string_view sequence) {
  const auto first = static_cast<uint8_t>(sequence[0]);
  size_t ones = 0;
  while (ones < 8 && (first & (0x80 >> ones))) ++ones;
  const size_t length = ones == 0 ? 1 : ones;
  if (ones == 1 || ones > 4 || sequence.size() != length) return {};
  char32_t point = ones == 0 ? first : first & (0xFF >> (ones + 1));
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<uint8_t>(sequence[i]);
    if ((next & 0xC0) != 0x80) return {};
    point = point * 64 + (next & 0x3F);
  }
  constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  if (point < kSmallest[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return {};
  return point;
}

bool reference_is_utf8(std::string_view text) {
  while (!text.empty()) {
    size_t length = 0;
    for (size_t n = 1; n <= 4 && n <= text.size() && length == 0; ++n)
      if (reference_decode(text.substr(0, n))) length = n;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// Bytes that make near misses likely: the borders of every range of table 3-7, and a few others.
std::string random_bytes(Random& random) {
  static constexpr uint8_t kBorders[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
                                         0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
  std::string out;
  for (size_t n = 1 + random.below(6); n > 0; --n) {
    const bool border = random.below(4) != 0;
    out += static_cast<char>(border ? kBorders[random.below(sizeof kBorders)] : random.below(256));
  }
  return out;
}

TEST(Utf8, AgreesWithTheSlowReferenceOnRandomBytes) {
  SeededRandom random(7);
  int valid = 0;
  for (int i = 0; i < 300'000; ++i) {
    const std::string text = random_bytes(random);
    ASSERT_EQ(is_utf8(text), reference_is_utf8(text)) << testing::PrintToString(text);
    valid += is_utf8(text) ? 1 : 0;
  }
  EXPECT_GT(valid, 1000);  // else the generator tests one side only
}

TEST(Utf8, EveryScalarValueSurvivesARoundTrip) {
  for (char32_t point = 0; point <= 0x10FFFF; ++point) {
    if (point >= 0xD800 && point <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, point);
    const Utf8Step step = decode_utf8(text, 0);
    ASSERT_TRUE(step.valid) << static_cast<unsigned>(point);
    ASSERT_EQ(step.point, point);
    ASSERT_EQ(step.length, text.size());
    ASSERT_EQ(reference_decode(text), point);
  }
}

TEST(Utf8, PrintableTextIsAlwaysValidAndFreeOfControls) {
  SeededRandom random(8);
  for (int i = 0; i < 100'000; ++i) {
    const std::string shown = printable(random_bytes(random));
    ASSERT_TRUE(shown.empty() || validate_message(shown)) << testing::PrintToString(shown);
    ASSERT_EQ(shown.find_first_of("\n\t"), std::string::npos);
    ASSERT_EQ(printable(shown), shown);  // nothing left to escape
  }
}

TEST(Utf8, ABrokenStepNeverSwallowsAValidSequence) {
  SeededRandom random(9);
  for (int i = 0; i < 100'000; ++i) {
    const std::string text = random_bytes(random);
    const Utf8Step step = decode_utf8(text, 0);
    ASSERT_LE(step.length, text.size());
    if (step.valid) continue;
    for (size_t inside = 1; inside < step.length; ++inside) ASSERT_EQ(static_cast<uint8_t>(text[inside]) & 0xC0, 0x80);
  }
}

}  // namespace
}  // namespace parley
