// SPDX-License-Identifier: Apache-2.0
#include "net/link/loss_estimate.h"

#include <algorithm>

namespace parley::link {
namespace {

// As if 20 datagrams had been sent before and 1 % of them lost: the first messages of a session get a copy, and after some 40 clean
// datagrams they go once.
constexpr double kPriorSent = 20, kPriorLost = 0.2;

}  // namespace

void LossEstimate::on_sent(MonoTime now) {
  ++sent_;
  Mark& last = marks_[(first_mark_ + mark_count_ + kMarks - 1) % kMarks];
  if (mark_count_ > 0 && now - last.at < Millis(1)) {  // those of one burst settle together
    last.sent = sent_;
    return;
  }
  if (mark_count_ == kMarks) {
    // Too many under way to keep apart: two bursts become one, which settles with the later.
    last = {now, sent_};
    return;
  }
  marks_[(first_mark_ + mark_count_) % kMarks] = {now, sent_};
  ++mark_count_;
}

void LossEstimate::settle(MonoTime until) {
  while (mark_count_ > 0 && marks_[first_mark_].at <= until) {
    settled_ = marks_[first_mark_].sent;
    first_mark_ = (first_mark_ + 1) % kMarks;
    --mark_count_;
  }
}

void LossEstimate::on_ack(uint16_t arrived, MonoTime now, Micros rtt) {
  // Acks may overtake each other: a count that seems to go back is an older one.
  const auto ahead = static_cast<uint16_t>(arrived - static_cast<uint16_t>(arrived_));
  if (ahead < 0x8000) arrived_ = std::min(arrived_ + ahead, sent_);
  settle(now - rtt);
  compared_ = arrived_;
  const Checkpoint& last = checkpoints_[(checkpoint_count_ - 1) % kCheckpoints];
  if (settled_ < last.settled + kStep) return;
  checkpoints_[checkpoint_count_ % kCheckpoints] = {settled_, arrived_};
  ++checkpoint_count_;
}

// Between now and the newest checkpoint that is at least `window` datagrams old, or the oldest there is.
double LossEstimate::over(uint64_t window) const {
  const size_t kept = std::min(checkpoint_count_, kCheckpoints);
  Checkpoint from = checkpoints_[(checkpoint_count_ - 1) % kCheckpoints];
  for (size_t back = 1; back <= kept; ++back) {
    from = checkpoints_[(checkpoint_count_ - back) % kCheckpoints];
    if (settled_ - from.settled >= window) break;
  }
  const auto sent = static_cast<double>(settled_ - from.settled);
  const double lost = std::max(0.0, sent - static_cast<double>(compared_ - from.arrived));
  return (lost + kPriorLost) / (sent + kPriorSent);
}

double LossEstimate::loss() const { return std::max(recent(), lasting()); }

}  // namespace parley::link
