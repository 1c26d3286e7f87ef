// SPDX-License-Identifier: Apache-2.0
// Entries as lines of JSON, with the names that `parley history --json` has, so that one program reads both: what export writes and import
// takes. Stateless; any thread.
//
// All kinds: kind, room, sequence, user, name, time. By kind besides:
//   message  text, emote, reply_to, mentions, edited (the entry whose text it has)     edit      target, text
//   delete   target, text (why), by_moderator                                         reaction  target, emoji, removed
//   pin      target, removed            topic, system  text                           custom    custom_type, data (base64)
// What is gone has "deleted", "erased" or "superseded" (an edit that a later one replaced): true, "text" (why) and "by" instead.
#pragma once

#include <string>
#include <string_view>

#include "core/history/import.h"
#include "core/history/log_export.h"

namespace parley::parleyctl {

// Without the line's end. Nothing in it that a terminal obeys.
std::string json_line(const history::ExportedEntry& entry);

// Needs room, time (RFC 3339, or seconds since 1970), and user, text or what else the kind needs; kind is "message" where it isn't said.
// Fields that aren't known are passed over. Error: which field, and what it should be.
Result<history::ImportLine> parse_line(std::string_view line);

}  // namespace parley::parleyctl
