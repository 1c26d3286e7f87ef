// SPDX-License-Identifier: Apache-2.0
// What must stand apart in memory so that two threads' hot words don't share a cache line. A constant; any thread.
// Not std::hardware_destructive_interference_size: GCC warns that its value changes with -mtune, and it would be part of our layout.
#pragma once

#include <cstddef>

namespace parley::bus {

inline constexpr size_t kCacheLine = 64;

}  // namespace parley::bus
