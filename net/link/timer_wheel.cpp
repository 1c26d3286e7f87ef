// SPDX-License-Identifier: Apache-2.0
#include "net/link/timer_wheel.h"

#include <algorithm>
#include <bit>

#include "core/base/check.h"

namespace parley::link {

TimerWheel::TimerWheel() {
  for (auto& level : heads_) {
    for (Timer& head : level) head.next = head.previous = &head;
  }
}

uint64_t TimerWheel::ticks(MonoTime time) { return static_cast<uint64_t>(std::max<int64_t>(time.time_since_epoch().count(), 0)); }

// The level is that of the highest 6-bit digit in which the due time differs from the time reached.
TimerWheel::Place TimerWheel::place_of(uint64_t due) const {
  const unsigned differing = 63u - static_cast<unsigned>(std::countl_zero((due ^ reached_) | (kSlots - 1)));
  const unsigned level = std::min(differing / 6, kLevels - 1);
  const unsigned shift = 6 * level;
  return {level, static_cast<unsigned>(due >> shift) % kSlots, due >> shift << shift};
}

void TimerWheel::arm(Timer& timer, MonoTime due) {
  cancel(timer);
  timer.due = due;
  if (due != kNever) link(timer);
}

void TimerWheel::cancel(Timer& timer) {
  if (timer.armed()) unlink(timer);
  timer.due = kNever;
}

void TimerWheel::link(Timer& timer) {
  const Place place = place_of(std::clamp(ticks(timer.due), reached_, reached_ + kFarthest));
  Timer& head = heads_[place.level][place.slot];
  timer.previous = head.previous;
  timer.next = &head;
  head.previous->next = &timer;
  head.previous = &timer;
  timer.place = static_cast<uint16_t>(place.level * kSlots + place.slot);
  occupied_[place.level] |= uint64_t{1} << place.slot;
}

void TimerWheel::unlink(Timer& timer) {
  timer.previous->next = timer.next;
  timer.next->previous = timer.previous;
  if (timer.next == timer.previous && timer.next->next == timer.next) {  // only a head can be alone in its circle: the slot ran empty
    occupied_[timer.place / kSlots] &= ~(uint64_t{1} << (timer.place % kSlots));
  }
  timer.next = timer.previous = nullptr;
}

// Lower levels lie within the current slot of the level above, so the first occupied slot of the lowest level is the earliest.
bool TimerWheel::first_occupied(Place& out) const {
  for (unsigned level = 0; level < kLevels; ++level) {
    if (occupied_[level] == 0) continue;
    const unsigned shift = 6 * level;
    const unsigned current = static_cast<unsigned>(reached_ >> shift) % kSlots;
    const unsigned ahead = static_cast<unsigned>(std::countr_zero(std::rotr(occupied_[level], static_cast<int>(current))));
    out = {level, (current + ahead) % kSlots, ((reached_ >> shift) + ahead) << shift};
    return true;
  }
  return false;
}

MonoTime TimerWheel::next() const {
  Place place;
  if (!first_occupied(place)) return kNever;
  return MonoTime(Micros(static_cast<int64_t>(std::max(place.start, reached_))));
}

void TimerWheel::cascade(const Place& place) {
  Timer& head = heads_[place.level][place.slot];
  Timer* timer = head.next;
  head.next = head.previous = &head;
  occupied_[place.level] &= ~(uint64_t{1} << place.slot);
  while (timer != &head) {
    Timer* const following = timer->next;
    link(*timer);
    timer = following;
  }
}

TimerWheel::Timer* TimerWheel::expire(MonoTime now) {
  const uint64_t until = ticks(now);
  Place place;
  while (first_occupied(place) && place.start <= until) {
    reached_ = std::max(reached_, place.start);
    if (place.level > 0) {
      cascade(place);
      continue;
    }
    Timer* const timer = heads_[0][place.slot].next;
    unlink(*timer);
    timer->due = kNever;
    return timer;
  }
  reached_ = std::max(reached_, until);
  return nullptr;
}

}  // namespace parley::link
