// SPDX-License-Identifier: Apache-2.0
// A message event as one line of output, for tail and history: for people, or as JSON.
// Pure; any thread.
#pragma once

#include <string>

#include "net/client/parley.h"

namespace parley::terminal {

// "2026-11-23 15:04:05 anna: hello" in UTC, nothing in it that a terminal obeys; newlines as \n.
std::string plain_line(const parley_event& message);

// {"type":"message","room":…,"sequence":…,"user":…,"name":…,"text":…,"emote":…,"time":"2026-11-23T15:04:05.123456Z"}
// {"type":"gap","room":…,"from":…,"to":…}   messages [from, to) aren't retained
// {"type":"rollback","room":…,"sequence":…} messages above it were never stored; they come again
// These names are stable. Control characters and bidi overrides are escaped, so the line is harmless on a terminal, too.
std::string json_message(const parley_event& message);
std::string json_gap(const parley_event& event);
std::string json_rollback(const parley_event& event);

}  // namespace parley::terminal
