// SPDX-License-Identifier: Apache-2.0
// What kind of thing an entry is (schema/entry.fbs Content has the same numbers). On disk and on the bus, so a number is never reused.
// Constants; any thread.
#pragma once

#include <cstdint>

namespace parley {

enum class EntryKind : uint8_t {
  kNone = 0,
  kText = 1,
  kEmote = 2,
  kEdit = 3,
  kDelete = 4,
  kReaction = 5,
  kPin = 6,
  kTopic = 7,
  kCustom = 8,
  kSystem = 9,
  kGone = 10,
};

// Counts as unread, and has a number among its room's messages.
constexpr bool is_message(EntryKind kind) { return kind == EntryKind::kText || kind == EntryKind::kEmote || kind == EntryKind::kCustom; }

}  // namespace parley
