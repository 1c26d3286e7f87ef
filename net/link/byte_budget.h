// SPDX-License-Identifier: Apache-2.0
// A token bucket of bytes: bounds what redundancy may cost a peer and the server, whatever the peer claims about loss.
// A value, owned by whom it limits: a session, or the link for all of its sessions. Starts full.
#pragma once

#include <algorithm>

#include "core/base/time.h"

namespace parley::link {

class ByteBudget {
 public:
  ByteBudget(double bytes_per_second, double burst) : rate_(bytes_per_second), burst_(burst), left_(burst) {}

  // False when less than that and `kept`, a share of the burst, is left: what can be done without leaves the rest to what can't.
  bool take(size_t bytes, MonoTime now, double kept = 0) {
    const double seconds = std::chrono::duration<double>(std::max(now - refilled_, Micros(0))).count();
    left_ = std::min(burst_, left_ + rate_ * seconds);
    refilled_ = now;
    if (left_ < static_cast<double>(bytes) + kept * burst_) return false;
    left_ -= static_cast<double>(bytes);
    return true;
  }

 private:
  double rate_, burst_, left_;
  MonoTime refilled_{};
};

}  // namespace parley::link
