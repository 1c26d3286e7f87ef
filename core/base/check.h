// SPDX-License-Identifier: Apache-2.0
// CHECK: our own mistakes end the process with a text, in release too. DCHECK: the same for costly conditions, in debug builds only.
// Never for bytes off the wire, a failing world or an SDK user's mistake: those are values (error.h) or counters. Any thread.
#pragma once

namespace parley {
[[noreturn]] void check_failed(const char* condition, const char* file, int line, const char* why);
}

#define CHECK(condition, why) ((condition) ? (void)0 : ::parley::check_failed(#condition, __FILE__, __LINE__, why))
#ifdef NDEBUG
#define DCHECK(condition, why) ((void)sizeof((condition) ? 1 : 0))
#else
#define DCHECK(condition, why) CHECK(condition, why)
#endif
