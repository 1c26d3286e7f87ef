// SPDX-License-Identifier: Apache-2.0
// The loss of our sending direction, from how many datagrams we sent (copies too) and how many the peer says arrived. Only what has had a
// round trip's time is compared. The worst of three sliding windows, each with a small prior: sliding ones forget a bad minute sooner than
// smoothing does, and believe a new one sooner. The newest 24 datagrams are for a path that turns bad (without them p99.9 was 2.0, not
// 1.5, 31 to 80 messages after a step from 0 to 10 %), the last 1024 for one that always loses a little: of 512, at 1 % loss, every 28th
// window has lost less than two, and that alone put p99.9 at 2.0 instead of 1.25. The peer may lie; what that costs is bounded by the
// budget (byte_budget.h). Owned by the session's thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/time.h"

namespace parley::link {

class LossEstimate {
 public:
  static constexpr uint64_t kNewestWindow = 24, kShortWindow = 64, kTurnWindow = 256, kLongWindow = 1024;
  // The short window's prior: as if 8 datagrams had been sent before. The estimate of a path of which nothing is known.
  static constexpr double kShortPriorSent = 8, kShortPriorLost = 0.1, kUnknownLoss = kShortPriorLost / kShortPriorSent;

  LossEstimate() { estimate(); }
  void on_sent(MonoTime now);
  // The peer's count, modulo 2^16, and until when what was sent must have arrived by then, if it arrives at all.
  void on_ack(uint16_t arrived, MonoTime until);

  double loss() const { return loss_; }  // the estimate
  double recent() const { return recent_; }
  double lasting() const { return lasting_; }
  // Of what has had its time, ever; below 0 while the peer knows of more than that.
  int64_t lost() const { return static_cast<int64_t>(settled_) - static_cast<int64_t>(arrived_); }
  uint64_t settled() const { return settled_; }
  uint64_t arrived() const { return arrived_; }
  uint64_t sent() const { return sent_; }
  // Long nothing was lost, now something is: mostly a path that has turned bad, rarely a single loss.
  bool turned() const { return turned_; }
  // Nothing was lost for long, the newest datagrams aside.
  bool quiet() const { return quiet_; }
  // An ack will come soon: the checkpoints that it looks at, as a rule.
  void prefetch() const;

 private:
  static constexpr size_t kMarks = 32;  // when how much had been sent; 64 were 256 bytes a session more, and more than 6 KiB of it
  static constexpr uint64_t kStep = 8;  // datagrams between two checkpoints
  static constexpr size_t kCheckpoints = kLongWindow / kStep + 2;
  // Modulo 2^32, as there are ten thousand of these: only differences count, and those are far smaller. (A mark lives at most as long as a
  // peer may be silent.)
  struct Mark {
    uint32_t at_us = 0;
    uint32_t sent = 0;
  };
  static uint32_t micros(MonoTime time) { return static_cast<uint32_t>(time.time_since_epoch().count()); }
  static bool is_later(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b) > 0; }
  struct Checkpoint {  // modulo 2^16, as every session has 130: one is forgotten before its age could be mistaken
    uint16_t settled = 0, arrived = 0;
  };
  static constexpr uint16_t kForgottenAge = 0x8000;
  struct Prior {  // as if so many datagrams had been sent before
    double sent, lost;
  };
  // The newest is 1 back.
  const Checkpoint& checkpoint(size_t back) const { return checkpoints_[(checkpoint_count_ - back) % kCheckpoints]; }
  uint16_t age(size_t back) const { return static_cast<uint16_t>(settled_ - checkpoint(back).settled); }
  struct Seen {
    double sent, lost;
  };
  size_t furthest(uint64_t window) const;
  Seen seen(uint64_t window) const;
  void estimate();
  void settle(MonoTime until);
  void forget_all();
  void thin_out();

  uint64_t sent_ = 0, settled_ = 0, arrived_ = 0;
  // What each datagram needs comes first (Reliability::kHotBytes), the rings after it.
  double loss_ = 0, recent_ = 0, lasting_ = 0;
  bool turned_ = false, quiet_ = false;
  size_t first_mark_ = 0, mark_count_ = 0;
  size_t checkpoint_count_ = 1;  // ever made; the first is (0, 0)
  size_t checkpoints_kept_ = 1;  // of them, the newest ones
  std::array<Mark, kMarks> marks_{};
  std::array<Checkpoint, kCheckpoints> checkpoints_{};
};

}  // namespace parley::link
