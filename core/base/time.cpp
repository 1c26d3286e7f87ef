// SPDX-License-Identifier: Apache-2.0
#include "core/base/time.h"

namespace parley {

Now SystemClock::now() {
  const auto mono = std::chrono::steady_clock::now().time_since_epoch();
  const auto wall = std::chrono::system_clock::now();
  return {MonoTime(std::chrono::duration_cast<Micros>(mono)), std::chrono::time_point_cast<Micros>(wall)};
}

}  // namespace parley
