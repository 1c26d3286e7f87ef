// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/load/stamp.h"

#include <array>
#include <cstring>

namespace parley::bench {

namespace {

constexpr char kMark = '@';
constexpr uint8_t kNoDigit = 0xFF;

constexpr std::array<uint8_t, 256> make_values() {
  std::array<uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (uint8_t i = 0; i < 16; ++i) values[static_cast<uint8_t>("0123456789abcdef"[i])] = i;
  return values;
}

constexpr std::array<uint8_t, 256> kValues = make_values();

char* write_hex(uint64_t value, int digits, char* out) {
  for (int i = digits - 1; i >= 0; --i, value >>= 4) out[i] = "0123456789abcdef"[value & 15];
  return out + digits;
}

// False when one isn't a digit.
bool read_hex(const char* in, int digits, uint64_t& value) {
  value = 0;
  uint8_t seen = 0;
  for (int i = 0; i < digits; ++i) {
    const uint8_t digit = kValues[static_cast<uint8_t>(in[i])];
    seen |= digit;
    value = value << 4 | (digit & 15);
  }
  return (seen & 0xF0) == 0;
}

}  // namespace

std::string_view write_stamp(const Stamp& stamp, int bytes, char* out) {
  char* at = out;
  *at++ = kMark;
  at = write_hex(static_cast<uint64_t>(stamp.due_ns), 16, at);
  at = write_hex(stamp.sender, 8, at);
  write_hex(stamp.number, 8, at);
  std::memset(out + kStampBytes, 'x', static_cast<size_t>(bytes - kStampBytes));
  return {out, static_cast<size_t>(bytes)};
}

std::optional<Stamp> read_stamp(std::string_view text) {
  if (text.size() < kStampBytes || text[0] != kMark) return std::nullopt;
  uint64_t due = 0, sender = 0, number = 0;
  const bool whole = read_hex(text.data() + 1, 16, due) && read_hex(text.data() + 17, 8, sender) && read_hex(text.data() + 25, 8, number);
  if (!whole) return std::nullopt;
  return Stamp{static_cast<int64_t>(due), static_cast<uint32_t>(sender), static_cast<uint32_t>(number)};
}

}  // namespace parley::bench
