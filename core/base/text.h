// SPDX-License-Identifier: Apache-2.0
// What text may be, checked at every border (client library before it sends, server before it accepts), and how foreign text is
// made harmless before a terminal or a log shows it. Stateless; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace parley {

// Message text: 1..kMaxMessageBytes bytes of valid UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF) without control
// characters (C0, DEL, C1) other than newline and tab. The error names the limit that was broken and the offset.
[[nodiscard]] Result<void> validate_message(std::string_view text);

// A topic, or the reason of a deletion: as a message, but at most kMaxReasonBytes bytes, and may be empty. `what` begins the error text.
[[nodiscard]] Result<void> validate_line(std::string_view text, std::string_view what);

// What somebody reacts with: as a name, but at most kMaxReactionBytes bytes.
[[nodiscard]] Result<void> validate_reaction(std::string_view emoji);

// Room and user names: 1..kMaxNameBytes bytes of valid UTF-8 without control characters, white space, bidirectional overrides
// (U+202A..U+202E, U+2066..U+2069), zero-width characters other than what emoji need (U+200D and variation selectors; a name of nothing
// else is refused), or any of `"` `\` `,` `*` `/`-at-start. `what` ("room name", "user name") begins the error text.
[[nodiscard]] Result<void> validate_name(std::string_view name, std::string_view what);

// True if all of `text` is valid UTF-8 as above.
bool is_utf8(std::string_view text);

// Foreign text for a terminal or a log line: control characters and bidirectional overrides become their visible escapes (\x1b, \u009b,
// \u202e, \n), broken bytes become U+FFFD. With keep_newlines, \n stays.
std::string printable(std::string_view text, bool keep_newlines = false);

}  // namespace parley
