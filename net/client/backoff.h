// SPDX-License-Identifier: Apache-2.0
// How long a session waits before it connects again: 0.25 s doubling to 15 s, ± 50 % jitter, so that a thousand clients don't come back to
// a restarted server in step. A value; owned by its session.
#pragma once

#include <algorithm>

#include "core/base/limits.h"
#include "core/base/random.h"
#include "core/base/time.h"

namespace parley::client {

class Backoff {
 public:
  // The next wait, at least `at_least` (a server that drains says when to come back), with jitter; and doubles the one after it.
  Micros next(Random& random, Micros at_least = Micros{0}) {
    const Micros base = std::max(base_, at_least);
    base_ = std::min(base_ * 2, kMaxBackoff);
    return Micros{static_cast<int64_t>(static_cast<double>(base.count()) * (0.5 + random.unit()))};
  }
  // A session that stayed online starts from the beginning.
  void reset() { base_ = kMinBackoff; }

 private:
  Micros base_ = kMinBackoff;
};

}  // namespace parley::client
