// SPDX-License-Identifier: Apache-2.0
// Timers in µs: a hierarchical wheel (Varghese and Lauck 1987) of 64 slots a level, a bitmap of occupied slots in each. Arming and
// cancelling are O(1) and allocate nothing: a timer is a node inside of its owner. A timer fires at its µs, never before. next() may be
// early for far timers (it is the start of their slot: expire() then moves them a level down), never late. Owned by one thread. A timer is
// cancelled before it dies; the wheel doesn't outlive armed timers by accident: they unlink themselves.
#pragma once

#include <array>
#include <cstdint>

#include "core/base/time.h"

namespace parley::link {

class TimerWheel {
 public:
  struct Timer {
    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    bool armed() const { return next != nullptr; }
    MonoTime due = kNever;
    Timer* next = nullptr;
    Timer* previous = nullptr;
    uint16_t place = 0;  // level * 64 + slot
  };

  TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // Arms or moves it. A time that has passed fires at the next expire(). kNever disarms.
  void arm(Timer& timer, MonoTime due);
  void cancel(Timer& timer);
  // When expire() has something to do; kNever if no timer is armed.
  MonoTime next() const;

  // Takes the earliest timer that is due out of the wheel; nullptr if none is. The owner may arm it again at once.
  Timer* expire(MonoTime now);

 private:
  static constexpr unsigned kLevels = 7;                    // 64^7 µs: 50 days
  static constexpr uint64_t kFarthest = uint64_t{1} << 41;  // later ones (25 days) wait there and are looked at again
  static constexpr unsigned kSlots = 64;
  struct Place {
    unsigned level;
    unsigned slot;
    uint64_t start;  // when the slot begins
  };

  static uint64_t ticks(MonoTime time);
  Place place_of(uint64_t due) const;
  bool first_occupied(Place& out) const;
  void link(Timer& timer);
  void unlink(Timer& timer);
  void cascade(const Place& place);

  uint64_t reached_ = 0;
  std::array<std::array<Timer, kSlots>, kLevels> heads_;  // circular lists; a head is a Timer that is never due
  std::array<uint64_t, kLevels> occupied_{};
};

}  // namespace parley::link
