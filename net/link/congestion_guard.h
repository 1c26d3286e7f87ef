// SPDX-License-Identifier: Apache-2.0
// Notices when our own rate causes the loss: copies would then feed what they are to cure. Loss that rises while we send clearly more than
// before stops the copies for a while (RELIABILITY: "How a small datagram travels", 5). Resends go on. Owned by the session's thread.
#pragma once

#include <cmath>

#include "core/base/time.h"
#include "net/link/loss_estimate.h"

namespace parley::link {

class CongestionGuard {
 public:
  static constexpr Micros kPause = Seconds(5);

  void on_sent(size_t bytes, MonoTime now) {
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    fast_ = fast_ * std::exp(-seconds / kFastSeconds) + static_cast<double>(bytes) / kFastSeconds;
    slow_ = slow_ * std::exp(-seconds / kSlowSeconds) + static_cast<double>(bytes) / kSlowSeconds;
  }
  void on_ack(const LossEstimate& loss, MonoTime now) {
    const bool faster = fast_ > kFloorBytesPerSecond && fast_ > 2 * slow_;
    if (faster && loss.recent() > 2 * loss.lasting() + 0.05) paused_until_ = now + kPause;
  }
  bool allows_copies(MonoTime now) const { return now >= paused_until_; }

 private:
  static constexpr double kFastSeconds = 0.5, kSlowSeconds = 5;
  static constexpr double kFloorBytesPerSecond = 8000;  // below it no path of today is full because of us
  double fast_ = 0, slow_ = 0;                          // exponentially weighted rates, bytes a second
  MonoTime last_{}, paused_until_{};
};

}  // namespace parley::link
