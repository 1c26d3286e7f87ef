// SPDX-License-Identifier: Apache-2.0
// What a session that falls behind goes without, in order of how little it is missed: signals, presence changes, live entries. A decision
// without effects, by what waits for it (transport.h); what the parts do with it is said in slow_members.h. Any thread.
#pragma once

#include "core/base/limits.h"
#include "net/transport/transport.h"

namespace parley::server {

enum class Stage : uint8_t { kFollows, kNoSignals, kNoPresence, kNoEntries };

inline Stage stage_of(const transport::Backlog& backlog) {
  const auto above = [&](uint32_t part) {
    return backlog.bytes > kMaxWaitingBytes / part || backlog.entries > kMaxWaitingEntries / part || backlog.oldest > kMaxWaiting / part;
  };
  if (!above(4)) return Stage::kFollows;
  if (!above(2)) return Stage::kNoSignals;
  return above(1) ? Stage::kNoEntries : Stage::kNoPresence;
}

}  // namespace parley::server
