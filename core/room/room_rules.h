// SPDX-License-Identifier: Apache-2.0
// What an operator decides by a room's name: how long its history is kept, and how much of it somebody sees who comes late. Patterns are
// those of grants: a name, or its beginning and '*'. A plain value, made from the configuration and constant afterwards; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/time.h"

namespace parley::room {

// Each bound by itself, 0: not bounded by it. What is beyond any of them goes.
struct Keep {
  Micros age{};          // since it was said
  uint64_t entries = 0;  // the newest ones, of whatever kind
  uint64_t bytes = 0;    // as stored
  Micros empty{};        // all of it goes once nobody was in the room for so long: it ends with the match
  bool forever() const { return age == Micros(0) && entries == 0 && bytes == 0 && empty == Micros(0); }
  bool operator==(const Keep&) const = default;
};

// How much of the history somebody sees who wasn't there.
enum class LateJoiners : uint8_t {
  kAll,
  kSinceJoining,  // from where he first joined the room, whatever he did since
  kNothing,       // what is said while he is there
};

struct RoomPolicy {
  Keep keep{};
  LateJoiners late_joiners = LateJoiners::kAll;
};

struct RoomRule {
  std::string pattern;
  std::optional<Keep> keep{};
  std::optional<LateJoiners> late_joiners{};
};

// Of each policy the first rule counts that fits the name and says something about it.
struct RoomRules {
  RoomPolicy otherwise{};
  std::vector<RoomRule> rules{};
  RoomPolicy of(std::string_view room) const;
};

// "forever", or bounds with commas between: "30d" (s, m, h, d), "1000entries", "64MiB" (bytes, KiB, MiB, GiB), "empty:60s".
// Error: kInvalidArgument; the text completes "keep …".
Result<Keep> parse_keep(std::string_view text);
std::string to_text(const Keep& keep);

// "all", "since-joining", "nothing".
Result<LateJoiners> parse_late_joiners(std::string_view text);
const char* to_text(LateJoiners policy);

// "match-* keep=empty:60s late-joiners=nothing".
Result<RoomRule> parse_rule(std::string_view text);
std::string to_text(const RoomRule& rule);

}  // namespace parley::room
