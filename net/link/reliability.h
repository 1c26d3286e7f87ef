// SPDX-License-Identifier: Apache-2.0
// What one open session needs to make a lossy path feel loss-free: what to ack, what isn't acked yet, round trip, loss, and the bounds on
// what that may cost. Used by link_reliability.cpp; owned by the session's thread.
#pragma once

#include "net/link/ack_block.h"
#include "net/link/byte_budget.h"
#include "net/link/congestion_guard.h"
#include "net/link/late_sample.h"
#include "net/link/loss_estimate.h"
#include "net/link/resend.h"
#include "net/link/rtt_estimate.h"

namespace parley::link {

inline constexpr double kRedundantBytesPerSecond = 8000;  // 64 kbit/s a peer
inline constexpr double kRedundantBurstBytes = 16'000;
inline constexpr size_t kManyInFlight = 16;         // from here on there are later packets that reveal a loss: no copies
inline constexpr int kAcksOfCopiesARoundTrip = 2;   // enough to stop the probes; 4 were 49 bytes more down for each message
inline constexpr Micros kBehindPause = Millis(10);  // resends wait so long for the acks that may be unread yet
inline constexpr double kDenseAbove = 0.02;         // probes follow each other closely only on a path that loses more
inline constexpr double kTurnedLoss = 0.08;         // of a path that has just begun to lose: three copies

struct Reliability {
  AckTracker acks;
  RttEstimate rtt;
  ResendQueue queue;
  ByteBudget budget{kRedundantBytesPerSecond, kRedundantBurstBytes};
  CongestionGuard guard;
  LateSample late;
  LossEstimate loss;  // the long one last: of it each datagram needs the beginning only, and an ack some of the rest
  void prefetch_for_ack() const {
    queue.prefetch();
    loss.prefetch();
  }
  static constexpr size_t kHotBytes = 320;
};

}  // namespace parley::link
