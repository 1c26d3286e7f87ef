// SPDX-License-Identifier: Apache-2.0
#include "core/identity/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace parley::identity {

TokenBucket::TokenBucket(RateLimit limit) : limit_(limit), tokens_(limit.burst) {}

double TokenBucket::tokens_at(MonoTime now) const {
  const double elapsed_s = std::chrono::duration<double>(std::max(now - filled_, Micros(0))).count();
  return std::min(limit_.burst, tokens_ + elapsed_s * limit_.per_second);
}

bool TokenBucket::take(MonoTime now) {
  tokens_ = tokens_at(now);
  filled_ = std::max(filled_, now);
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

Micros TokenBucket::retry_after(MonoTime now) const {
  const double missing = 1 - tokens_at(now);
  if (missing <= 0) return Micros(0);
  if (limit_.per_second <= 0 || limit_.burst < 1) return Micros::max();
  return Micros(static_cast<Micros::rep>(std::ceil(missing / limit_.per_second * 1e6)) + 1);  // + 1: rounding must not make it too early
}

}  // namespace parley::identity
