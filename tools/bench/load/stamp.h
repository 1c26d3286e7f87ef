// SPDX-License-Identifier: Apache-2.0
// What the generator writes into a message's text: when it was due, who says it, and the number it has among his own; so that a receiver
// can time it and tell whether one is missing. Fixed width hexadecimal, as millions a second are read. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::bench {

struct Stamp {
  int64_t due_ns = 0;  // when it was scheduled to be sent, steady clock
  uint32_t sender = 0;
  uint32_t number = 0;  // counts from 0
};

inline constexpr int kStampBytes = 1 + 16 + 8 + 8;
inline constexpr int kMostTextBytes = 4096;

// Writes a text of `bytes` (kStampBytes to kMostTextBytes) into `out`, which has room for that; the rest is filled up.
std::string_view write_stamp(const Stamp& stamp, int bytes, char* out);
// Nothing if the text isn't of ours.
std::optional<Stamp> read_stamp(std::string_view text);

}  // namespace parley::bench
