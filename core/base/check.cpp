// SPDX-License-Identifier: Apache-2.0
#include "core/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace parley {

void check_failed(const char* condition, const char* file, int line, const char* why) {
  std::fprintf(stderr, "parley: broken invariant at %s:%d: %s (%s). This is a bug in Parley; please report it.\n", file, line, why,
               condition);
  std::fflush(stderr);
  std::abort();
}

}  // namespace parley
