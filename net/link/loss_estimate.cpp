// SPDX-License-Identifier: Apache-2.0
#include "net/link/loss_estimate.h"

#include <algorithm>

namespace parley::link {

void LossEstimate::on_sent(MonoTime now) {
  const Mark mark = {micros(now), static_cast<uint32_t>(++sent_)};
  Mark& last = marks_[(first_mark_ + mark_count_ + kMarks - 1) % kMarks];
  if (mark_count_ > 0 && mark.at_us - last.at_us < 1000) {  // those of one burst settle together
    last.sent = mark.sent;
    return;
  }
  if (mark_count_ == kMarks) {
    // Too many under way to keep apart: two bursts become one, which settles with the later.
    last = mark;
    return;
  }
  marks_[(first_mark_ + mark_count_) % kMarks] = mark;
  ++mark_count_;
}

void LossEstimate::settle(MonoTime until) {
  while (mark_count_ > 0 && !is_later(marks_[first_mark_].at_us, micros(until))) {
    settled_ += marks_[first_mark_].sent - static_cast<uint32_t>(settled_);
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
  if (since(last.settled, settled_) >= kStep) {
    checkpoints_[checkpoint_count_++ % kCheckpoints] = {static_cast<uint32_t>(settled_), static_cast<uint32_t>(arrived_)};
  }
  recent_ = over(kShortWindow, recent_from_);
  lasting_ = over(kLongWindow, lasting_from_);
}

// Between now and the newest checkpoint that is at least `window` datagrams old, or the oldest there is.
double LossEstimate::over(uint64_t window, size_t& oldest) const {
  if (checkpoint_count_ > kCheckpoints) oldest = std::max(oldest, checkpoint_count_ - kCheckpoints);
  while (oldest + 1 < checkpoint_count_ && since(checkpoints_[(oldest + 1) % kCheckpoints].settled, settled_) >= window) ++oldest;
  const Checkpoint& from = checkpoints_[oldest % kCheckpoints];
  const double sent = since(from.settled, settled_);
  const double lost = std::max(0.0, sent - since(from.arrived, compared_));
  return (lost + kPriorLost) / (sent + kPriorSent);
}

double LossEstimate::loss() const { return std::max(recent_, lasting_); }

}  // namespace parley::link
