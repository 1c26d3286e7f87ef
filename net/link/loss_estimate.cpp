// SPDX-License-Identifier: Apache-2.0
#include "net/link/loss_estimate.h"

#include <algorithm>
#include <utility>

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
  const uint64_t arrived_before = arrived_;
  // Acks may overtake each other: a count that seems to go back is an older one.
  const auto ahead = static_cast<uint16_t>(arrived - static_cast<uint16_t>(arrived_));
  if (ahead < 0x8000) arrived_ = std::min(arrived_ + ahead, sent_);
  const uint64_t settled_before = settled_;
  settle(until);
  if (settled_ == settled_before && arrived_ == arrived_before) return;
  if (settled_ - settled_before >= kForgottenAge - kStep) forget_all();
  estimate();
  if (age(1) < kStep) return;
  checkpoints_[checkpoint_count_ % kCheckpoints] = {static_cast<uint16_t>(settled_), static_cast<uint16_t>(arrived_)};
  ++checkpoint_count_;
  checkpoints_kept_ = std::min(checkpoints_kept_ + 1, kCheckpoints);
  // What is so old is older than any window. Until the next look ages grow by less than as much again, so none wraps around.
  while (checkpoints_kept_ > 1 && age(checkpoints_kept_) >= kForgottenAge) --checkpoints_kept_;
}

// All but the newest, which moves. (A session's queue is far shorter than such a step.)
void LossEstimate::forget_all() {
  checkpoints_kept_ = 1;
  checkpoints_[(checkpoint_count_ - 1) % kCheckpoints] = {static_cast<uint16_t>(settled_), static_cast<uint16_t>(arrived_)};
}

// How far back a window's checkpoint lies at most: each is older than the next one by kStep at least.
size_t LossEstimate::furthest(uint64_t window) const {
  const uint64_t newest = age(1);
  if (newest >= window) return 1;
  return std::min<size_t>(checkpoints_kept_, 1 + (window - newest + kStep - 1) / kStep);
}

// Between now and the newest checkpoint that is at least `window` datagrams old, or the oldest there is.
LossEstimate::Seen LossEstimate::seen(uint64_t window) const {
  size_t old = furthest(window), newer = old - 1;  // mostly that is it; a binary search in a cold ring was a miss for each step
  if (newer > 0 && age(newer) >= window) old = std::exchange(newer, 0);
  while (newer + 1 < old) {
    const size_t middle = (newer + old) / 2;
    (age(middle) < window ? newer : old) = middle;
  }
  const Checkpoint& from = checkpoint(old);
  const auto sent = static_cast<double>(age(old));
  const auto arrived = static_cast<double>(static_cast<uint16_t>(arrived_ - from.arrived));
  return {sent, std::max(0.0, sent - arrived)};
}

void LossEstimate::prefetch() const {
  for (const uint64_t window : {uint64_t{1}, kNewestWindow, kShortWindow, kTurnWindow, kLongWindow}) {
    const size_t back = std::min<size_t>(checkpoints_kept_, 1 + window / kStep);
    __builtin_prefetch(&checkpoint(back));
  }
  __builtin_prefetch(&marks_[first_mark_]);
}

void LossEstimate::estimate() {
  const auto with = [](const Seen& of, const Prior& prior) { return (of.lost + prior.lost) / (of.sent + prior.sent); };
  const Seen newest = seen(kNewestWindow), shorter = seen(kShortWindow), turn = seen(kTurnWindow), all = seen(kLongWindow);
  recent_ = with(shorter, {kShortPriorSent, kShortPriorLost});
  lasting_ = with(all, {kLongPriorSent, kLongPriorLost});
  loss_ = std::max({with(newest, {kNewestPriorSent, kNewestPriorLost}), recent_, lasting_});
  quiet_ = all.sent - turn.sent >= kTurnWindow && all.lost <= turn.lost;
  turned_ = quiet_ && shorter.lost > 0;
}

}  // namespace parley::link
