// SPDX-License-Identifier: Apache-2.0
// Hashes for tables whose keys strangers choose: producer ids, room and user names. With a secret random key nobody can prepare names that
// all fall into one place. The values depend on the key, so nothing that must be equal on all tables (sequences, ids, order) may depend on
// them. A value; any thread.
//
// Numbers: multiply-shift with an odd random factor (Dietzfelbinger et al. 1997): two keys share the top k bits with probability ≤ 2/2^k.
// Text: a polynomial in the key over the field of 2^61 − 1 (Carter, Wegman 1979): two texts of n chunks collide with probability ≤ n/2^61.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace parley::room {

class KeyedHash {
 public:
  explicit KeyedHash(uint64_t key) : factor_(key | 1), point_(key % kPrime) {}

  // The top 32 bits are the good ones, and the only ones returned.
  uint32_t operator()(uint64_t number) const { return static_cast<uint32_t>((number * factor_) >> 32); }

  uint32_t operator()(std::string_view text) const {
    uint64_t sum = text.size() + 1;
    for (size_t at = 0; at < text.size(); at += kChunk) {
      uint64_t chunk = 0;
      std::memcpy(&chunk, text.data() + at, std::min(kChunk, text.size() - at));
      sum = times_point(sum) + chunk;
    }
    return (*this)(times_point(sum));
  }

 private:
  static constexpr uint64_t kPrime = (uint64_t{1} << 61) - 1;
  static constexpr size_t kChunk = 7;  // bytes: below 2^56, so a chunk is an element of the field

  __extension__ using Wide = unsigned __int128;  // a GNU type: said once, so that -Wpedantic holds elsewhere

  // value × point mod 2^61 − 1, by folding: 2^61 ≡ 1.
  uint64_t times_point(uint64_t value) const {
    const auto product = static_cast<Wide>(value % kPrime) * point_;
    return static_cast<uint64_t>(product & kPrime) + static_cast<uint64_t>(product >> 61);
  }

  uint64_t factor_;
  uint64_t point_;
};

// For tables whose keys aren't chosen by strangers, and until the owner gives a random one: 2^64 / golden ratio.
inline constexpr uint64_t kDefaultHashKey = 0x9E3779B97F4A7C15ULL;

}  // namespace parley::room
