// SPDX-License-Identifier: Apache-2.0
// Asks for memory that will be needed soon. A thread with ten thousand sessions finds hardly any of them in its cache; when it knows the
// next twenty that it will touch, their misses overlap instead of adding up. A hint: wrong addresses do nothing but cost their time. Any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace parley {

inline constexpr size_t kCacheLineBytes = 64;

inline void prefetch(const void* from, size_t bytes) {
  const auto* const first = static_cast<const uint8_t*>(from);
  for (size_t at = 0; at < bytes; at += kCacheLineBytes) __builtin_prefetch(first + at);
}

}  // namespace parley
