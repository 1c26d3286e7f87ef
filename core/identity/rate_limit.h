// SPDX-License-Identifier: Apache-2.0
// A token bucket: `burst` tokens at most, refilled at `per_second`. A clock that goes back gives nothing twice.
// A value; owned by whoever it limits.
#pragma once

#include "core/base/time.h"

namespace parley::identity {

struct RateLimit {
  double per_second = 10;
  double burst = 20;
};

class TokenBucket {
 public:
  explicit TokenBucket(RateLimit limit);
  // Takes one token if there is one.
  bool take(MonoTime now);
  // How long until take() succeeds; zero if it would now, Micros::max() if it never will (a rate of zero).
  Micros retry_after(MonoTime now) const;

 private:
  double tokens_at(MonoTime now) const;

  RateLimit limit_;
  double tokens_;
  MonoTime filled_{};  // when tokens_ was right; the start of the clock at first, where the bucket is full anyway
};

}  // namespace parley::identity
