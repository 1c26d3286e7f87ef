// SPDX-License-Identifier: Apache-2.0
// An entry's event as one line of output, for tail and history: for people, or as JSON.
// Pure; any thread.
#pragma once

#include <string>

#include "net/client/parley.h"

namespace parley::terminal {

// An entry of the room: a message, or what was said about one or about the room. Not what a page or the room's list repeats.
bool is_entry(const parley_event& event);

// "2026-11-23 15:04:05 anna: hello" in UTC, nothing in it that a terminal obeys; newlines as \n. What isn't a message begins with "-- ".
std::string plain_line(const parley_event& entry);

// {"type":"message","kind":"message","room":…,"sequence":…,"user":…,"name":…,"text":…,"emote":…,"time":"2026-11-23T15:04:05.123456Z"}
//   and, where they are so, "reply_to":…, "edited":… (by which entry), "deleted":true (text: why)
// {"type":"entry","kind":"edit",…,"target":…,"text":…}, "delete" likewise, "reaction" with "emoji" and "removed", "pin" with "removed",
//   "topic" and "system" with "text", "custom" with "custom_type" and "data" in base64
// {"type":"gap","room":…,"from":…,"to":…,"reason":…}   messages [from, to) don't come: "retention", "late_joiner", "not_granted",
// "damaged",
//   "unknown"
// {"type":"erased","room":…,"user":…,"sequence":…} what this user said up to there was erased
// {"type":"rollback","room":…,"sequence":…} messages above it were never stored; they come again
// These names are stable. Control characters and bidi overrides are escaped, so the line is harmless on a terminal, too.
std::string json_entry(const parley_event& event);
std::string json_gap(const parley_event& event);
std::string json_erased(const parley_event& event);
// "messages 3 to 8 aren't kept any more": of an event with a gap.
std::string gap_words(const parley_event& event);
std::string json_rollback(const parley_event& event);

}  // namespace parley::terminal
