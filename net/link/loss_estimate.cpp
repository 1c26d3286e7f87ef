// SPDX-License-Identifier: Apache-2.0
#include "net/link/loss_estimate.h"

#include <algorithm>

namespace parley::link {
namespace {

// Priors: as if so many datagrams had been sent before the session, and so many of them lost. The long window's make the first messages of
// a session get a copy, and after some 50 clean datagrams they go once. The newest window's let one loss cause two copies, and two three.
constexpr double kNewestPriorSent = 4, kNewestPriorLost = 0;
constexpr double kLongPriorSent = 20, kLongPriorLost = 0.2;

}  // namespace

void LossEstimate::on_sent(MonoTime now) {
  const Mark mark = {micros(now), static_cast<uint32_t>(++sent_)};
  Mark& last = marks_[(first_mark_ + mark_count_ + kMarks - 1) % kMarks];
  if (mark_count_ > 0 && mark.at_us - last.at_us < 1000) {  // those of one burst settle together
    last.sent = mark.sent;
    return;
  }
  if (mark_count_ == kMarks) thin_out();
  marks_[(first_mark_ + mark_count_) % kMarks] = mark;
  ++mark_count_;
}

// Too many under way, or not acked for long, to keep all apart: of each two bursts the earlier settles with the later. The newest always
// stays by itself: if it were drawn to older ones, an ack of those would seem to know of more arrivals than there were datagrams, and once
// that datagram settles, all of them would look lost.
void LossEstimate::thin_out() {
  size_t kept = 0;
  for (size_t i = 1; i < mark_count_; i += 2) marks_[(first_mark_ + kept++) % kMarks] = marks_[(first_mark_ + i) % kMarks];
  mark_count_ = kept;
}

void LossEstimate::settle(MonoTime until) {
  while (mark_count_ > 0 && !is_later(marks_[first_mark_].at_us, micros(until))) {
    settled_ += marks_[first_mark_].sent - static_cast<uint32_t>(settled_);
    first_mark_ = (first_mark_ + 1) % kMarks;
    --mark_count_;
  }
}

void LossEstimate::on_ack(uint16_t arrived, MonoTime until) {
  // Acks may overtake each other: a count that seems to go back is an older one.
  const auto ahead = static_cast<uint16_t>(arrived - static_cast<uint16_t>(arrived_));
  if (ahead < 0x8000) arrived_ = std::min(arrived_ + ahead, sent_);
  const uint64_t settled_before = settled_;
  settle(until);
  forget_old(settled_ - settled_before);
  estimate();
  if (age(1) < kStep) return;
  checkpoints_[checkpoint_count_ % kCheckpoints] = {static_cast<uint16_t>(settled_), static_cast<uint16_t>(arrived_)};
  ++checkpoint_count_;
  checkpoints_kept_ = std::min(checkpoints_kept_ + 1, kCheckpoints);
}

// What is so old is older than any window, but for the newest: that one moves. (A session's queue is far shorter than a step that large.)
void LossEstimate::forget_old(uint64_t newly_settled) {
  if (newly_settled >= kForgottenAge) {
    checkpoints_kept_ = 1;
    checkpoints_[(checkpoint_count_ - 1) % kCheckpoints] = {static_cast<uint16_t>(settled_), static_cast<uint16_t>(arrived_)};
  }
  while (checkpoints_kept_ > 1 && age(checkpoints_kept_) >= kForgottenAge) --checkpoints_kept_;
}

// Between now and the newest checkpoint that is at least `window` datagrams old, or the oldest there is.
LossEstimate::Seen LossEstimate::seen(uint64_t window) const {
  size_t newer = 0, old = checkpoints_kept_;  // ages grow with the way back: a binary search
  while (newer + 1 < old) {
    const size_t middle = (newer + old) / 2;
    (age(middle) < window ? newer : old) = middle;
  }
  const Checkpoint& from = checkpoint(old);
  const auto sent = static_cast<double>(age(old));
  const auto arrived = static_cast<double>(static_cast<uint16_t>(arrived_ - from.arrived));
  return {sent, std::max(0.0, sent - arrived)};
}

double LossEstimate::over(uint64_t window, const Prior& prior) const {
  const Seen of = seen(window);
  return (of.lost + prior.lost) / (of.sent + prior.sent);
}

void LossEstimate::estimate() {
  recent_ = over(kShortWindow, {kShortPriorSent, kShortPriorLost});
  lasting_ = over(kLongWindow, {kLongPriorSent, kLongPriorLost});
  loss_ = std::max({over(kNewestWindow, {kNewestPriorSent, kNewestPriorLost}), recent_, lasting_});
  const Seen all = seen(kLongWindow), now = seen(kTurnWindow);
  quiet_ = all.sent - now.sent >= kTurnWindow && all.lost <= now.lost;
  turned_ = quiet_ && seen(kShortWindow).lost > 0;
}

}  // namespace parley::link
