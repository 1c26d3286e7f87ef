// SPDX-License-Identifier: Apache-2.0
// Randomness as an argument: the system's for real programs and all keys, a seeded generator for the simulation.
// An object belongs to one thread.
#pragma once

#include <cstdint>

#include "core/base/bytes.h"

namespace parley {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(MutableBytes out) = 0;
  uint64_t next() {
    uint8_t raw[8];
    fill(raw);
    return load_le<uint64_t>(raw);
  }
  // Uniform in [0, bound), bound > 0. Lemire's multiply-shift without the rejection step: bias below bound / 2^64.
  uint64_t below(uint64_t bound) {
    __extension__ using Wide = unsigned __int128;  // g++ and clang have it on all 64-bit targets; -Wpedantic wants to be told
    return static_cast<uint64_t>((static_cast<Wide>(next()) * bound) >> 64);
  }
  // Uniform in [0, 1).
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
};

// getrandom(2). Aborts when the kernel has none to give, which it only does before its pool is initialised at boot.
class SystemRandom final : public Random {
 public:
  void fill(MutableBytes out) override;
};

// splitmix64 (Steele, Lea, Flood 2014): every seed gives a full-period stream. Not for keys outside of the simulation.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  void fill(MutableBytes out) override;

 private:
  uint64_t state_;
};

}  // namespace parley
