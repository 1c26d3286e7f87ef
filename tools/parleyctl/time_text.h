// SPDX-License-Identifier: Apache-2.0
// Times as lines of JSON have them: RFC 3339, in UTC when we write them, with any zone when we read them, to the microsecond.
// Stateless; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/time.h"

namespace parley::parleyctl {

// "2026-11-27T15:04:05.123456Z".
std::string time_text(WallTime time);
// From 1970 on. Error: kInvalidArgument, with an example.
Result<WallTime> parse_time(std::string_view text);

}  // namespace parley::parleyctl
