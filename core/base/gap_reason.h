// SPDX-License-Identifier: Apache-2.0
// Why entries that somebody asked for don't come. On the wire (schema/wire.fbs GapReason) and in parley.h under the same numbers, which
// are never reused; a style test compares them. Constants; any thread.
#pragma once

#include <cstdint>

namespace parley {

enum class GapReason : uint8_t {
  kUnknown = 0,     // or one that this version doesn't know
  kRetention = 1,   // no longer kept
  kLateJoiner = 2,  // said when the asker wasn't there, in a room that doesn't show that
  kNotGranted = 3,  // no right to history
  kDamaged = 4,     // stored, and can't be read any more
};

}  // namespace parley
