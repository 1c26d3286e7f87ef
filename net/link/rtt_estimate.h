// SPDX-License-Identifier: Apache-2.0
// Smoothed round trip and its variation (RFC 6298 §2), in µs, from samples that are free of the peer's ack delay. With copies under way it
// is often uncertain which of them was acked; such samples count only when for a while there were no others, as after a path got longer. A
// value.
#pragma once

#include <algorithm>

#include "core/base/time.h"

namespace parley::link {

class RttEstimate {
 public:
  void add(Micros sample) {
    uncertain_ = 0;
    sample = std::max(sample, Micros(1));
    minimum_ = std::min(minimum_, sample);
    if (!known_) {
      smoothed_ = sample;
      variation_ = sample / 2;
      known_ = true;
      return;
    }
    const Micros error = smoothed_ > sample ? smoothed_ - sample : sample - smoothed_;
    variation_ += (error - variation_) / 4;
    smoothed_ += (sample - smoothed_) / 8;
  }
  // At most this: the first sending's, though a copy may have been acked.
  void add_uncertain(Micros upper) {
    longest_wait_ = uncertain_ == 0 ? upper : std::min(longest_wait_, upper);
    if (++uncertain_ < kUncertainInARow) return;
    known_ = false;
    minimum_ = Micros::max();
    add(longest_wait_);
  }
  bool known() const { return known_; }
  // Before the first sample: RFC 6298 would wait a second; a chat's first message shouldn't.
  Micros smoothed() const { return known_ ? smoothed_ : Micros(Millis(100)); }
  Micros variation() const { return known_ ? variation_ : Micros(Millis(50)); }
  Micros minimum() const { return minimum_; }
  // By so much may a datagram overtake another.
  Micros reordering() const { return std::max(smoothed() / 4, Micros(Millis(4))); }
  // After so long without an ack a datagram is sent again.
  Micros probe_timeout() const { return smoothed() + std::max(4 * variation(), Micros(Millis(2))); }

 private:
  static constexpr int kUncertainInARow = 8;  // at 20 % loss chance makes that of two in a million acks
  bool known_ = false;
  int uncertain_ = 0;
  Micros longest_wait_{0};
  Micros smoothed_{0}, variation_{0};
  Micros minimum_ = Micros::max();
};

}  // namespace parley::link
