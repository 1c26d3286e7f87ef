// SPDX-License-Identifier: Apache-2.0
// The loss of our sending direction, from how many datagrams we sent (copies too) and how many the peer says arrived. Only what has had a
// round trip's time is compared. The worse of a window of 64 and one of 512 datagrams, with a small prior: a sliding window forgets a bad
// minute sooner than smoothing does, and believes a new one sooner. The peer may lie; what that costs is bounded by the budget
// (byte_budget.h). Owned by the session's thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/time.h"

namespace parley::link {

class LossEstimate {
 public:
  static constexpr uint64_t kShortWindow = 64, kLongWindow = 512;
  // As if 20 datagrams had been sent before and 1 % of them lost: the first messages of a session get a copy, and after some 40 clean
  // datagrams they go once.
  static constexpr double kPriorSent = 20, kPriorLost = 0.2, kPriorLoss = kPriorLost / kPriorSent;

  void on_sent(MonoTime now);
  // The peer's count, modulo 2^16; an ack that just arrived reflects what was sent a round trip ago.
  void on_ack(uint16_t arrived, MonoTime now, Micros rtt);

  double loss() const;  // the estimate; asked for with each datagram that leaves
  double recent() const { return recent_; }
  double lasting() const { return lasting_; }
  uint64_t sent() const { return sent_; }

 private:
  static constexpr size_t kMarks = 64;  // when how much had been sent
  static constexpr uint64_t kStep = 8;  // datagrams between two checkpoints
  static constexpr size_t kCheckpoints = kLongWindow / kStep + 2;
  // Modulo 2^32, as there are ten thousand of these: only differences count, and those are far smaller. (A mark lives at most as long as a
  // peer may be silent.)
  struct Mark {
    uint32_t at_us = 0;
    uint32_t sent = 0;
  };
  struct Checkpoint {
    uint32_t settled = 0, arrived = 0;
  };
  static uint32_t micros(MonoTime time) { return static_cast<uint32_t>(time.time_since_epoch().count()); }
  static uint32_t since(uint32_t before, uint64_t count) { return static_cast<uint32_t>(count) - before; }
  static bool is_later(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b) > 0; }
  double over(uint64_t window, size_t& oldest) const;
  void settle(MonoTime until);

  // What each datagram needs comes first, the rings after it.
  uint64_t sent_ = 0, settled_ = 0, arrived_ = 0, compared_ = 0;
  double recent_ = kPriorLoss, lasting_ = kPriorLoss;
  size_t first_mark_ = 0, mark_count_ = 0;
  size_t checkpoint_count_ = 1;                // ever made; the first is (0, 0)
  size_t recent_from_ = 0, lasting_from_ = 0;  // the checkpoint at which each window begins
  std::array<Mark, kMarks> marks_{};
  std::array<Checkpoint, kCheckpoints> checkpoints_{};
};

}  // namespace parley::link
