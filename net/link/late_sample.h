// SPDX-License-Identifier: Apache-2.0
// A round trip that took so long that the datagram was sent again meanwhile. If the first sending was lost, it measures our own timer; if
// nothing was lost, the peer (or the path) is slow, and the wait before a resend must grow: else whoever gets too little CPU is sent all
// things many times, and gets to even less. The peer's count tells which, once it covers what had been sent. A value.
#pragma once

#include <optional>
#include <utility>

#include "core/base/time.h"
#include "net/link/loss_estimate.h"

namespace parley::link {

class LateSample {
 public:
  // `lost_before`: as it was known before the ack that brought the sample.
  void wait(Micros sample, int64_t lost_before, const LossEstimate& loss) {
    sample_ = sample;
    sent_ = static_cast<uint32_t>(loss.sent());
    lost_ = static_cast<int32_t>(lost_before);
  }
  // After each ack. The sample, once it is known to be true.
  std::optional<Micros> resolve(const LossEstimate& loss) {
    if (sample_ == Micros(0)) return std::nullopt;
    const auto since = [this](uint64_t count) { return static_cast<int32_t>(static_cast<uint32_t>(count) - sent_); };
    const int32_t arrived = since(loss.arrived()) + lost_;  // 0: all that had been sent
    const int32_t settled = since(loss.settled());
    if (settled <= 0 && arrived < 0) return std::nullopt;  // what is missing may be unread; not so once something later is known
    const Micros sample = std::exchange(sample_, Micros(0));
    return std::max(settled, 0) <= arrived ? std::optional(sample) : std::nullopt;
  }

  // Whether this session may say how late its ack is (CommonLateness): once a second, so that who is acked often counts no more than
  // others.
  bool may_vote(MonoTime now) {
    if (now - voted_ < Seconds(1)) return false;
    voted_ = now;
    return true;
  }

 private:
  MonoTime voted_{};
  Micros sample_{0};  // 0: none
  uint32_t sent_ = 0;
  int32_t lost_ = 0;
};

}  // namespace parley::link
