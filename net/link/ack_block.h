// SPDX-License-Identifier: Apache-2.0
// What one side tells the other about the datagrams that arrived: the highest counter, a bit for each of the 64 before it, how many arrived
// in all (copies too, so the sender learns the true loss of its direction), and how long the highest lay here (so that it learns the true
// round trip). AckTracker decides when to say it: at once, but up to kAckDelay later if an outgoing datagram may carry it. Owned by the
// session's thread.
#pragma once

#include <optional>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "net/link/replay_window.h"

namespace parley::link {

struct AckBlock {
  uint64_t highest = 0;
  uint64_t before = 0;   // bit 63 - i: whether highest - 1 - i arrived
  uint32_t arrived = 0;  // datagrams, modulo 2^16 on the wire
  Micros delay{0};

  bool acks(uint64_t counter) const {
    if (counter >= highest) return counter == highest;
    return highest - counter <= 64 && (before >> (64 - (highest - counter)) & 1) != 0;
  }
};

inline constexpr size_t kAckBlockBytes = 18;  // body of the ack frame
inline constexpr Micros kAckDelay = Millis(1);

void write_ack_block(const AckBlock& block, uint8_t* out);
// `next_counter`: the first that we haven't used yet. None: the block acks what was never sent, which only a broken or lying peer does.
std::optional<AckBlock> read_ack_block(ByteView body, uint64_t next_counter);

class AckTracker {
 public:
  // A datagram that opened. `wants_ack`: it carries more than an ack itself. What doesn't is told of with every kUntold-th, on a datagram
  // that leaves anyway: its sender wants to know what its path loses.
  void on_datagram(bool is_highest, bool wants_ack, MonoTime now);
  // A counter that the window has seen: a copy, or our ack was lost. Not authentic, so it causes at most one ack in `spacing`.
  void on_duplicate(MonoTime now, Micros spacing);

  // When an ack must go out by itself; kNever if nothing waits.
  MonoTime due() const { return due_; }
  // Worth the bytes on a datagram that leaves anyway: there is news, or the news went out less than kRepeats times.
  bool has_news() const { return repeats_ > 0; }
  // `often`: what carries it is sent more than once, so the news needn't ride on the next datagram too.
  AckBlock take(const ReplayWindow& window, MonoTime now, bool often = false);

 private:
  static constexpr int kRepeats = 2;  // each news rides on so many datagrams: a lost ack costs a needless resend
  static constexpr int kUntold = 8;
  uint32_t arrived_ = 0;
  int repeats_ = 0;
  int untold_ = 0;  // arrived without wanting an ack, since the last one
  MonoTime highest_at_{};
  MonoTime due_ = kNever;
  MonoTime last_taken_{};
};

}  // namespace parley::link
