// SPDX-License-Identifier: Apache-2.0
// How late acks are for all sessions of a link together: the median of what they come after their session's probe timeout, each session
// heard once a second. Normally 0. It grows within some ten acks when we, or the one machine behind many sessions, get too little CPU; then
// every session waits as much longer before it sends again, also those that haven't learnt it by an ack of their own. A median, so that
// less than half of the sessions, slow ones or liars, change nothing for the others. A value; owned by the link.
#pragma once

#include <algorithm>

#include "core/base/time.h"

namespace parley::link {

class CommonLateness {
 public:
  void add(Micros lateness) {
    const Micros step = std::max(median_ / 8, Micros(Millis(1)));
    median_ = lateness > median_ ? std::min(median_ + step, kMost) : std::max(median_ - step, Micros(0));
  }
  // What a probe timeout is longer by; 0 in quiet times.
  Micros patience() const { return median_ < kNotable ? Micros(0) : 2 * median_; }

 private:
  static constexpr Micros kNotable = Millis(10), kMost = Seconds(1);
  Micros median_{0};
};

}  // namespace parley::link
