// SPDX-License-Identifier: Apache-2.0
// Time as an argument. core and net never ask the operating system for it: an agent gets `Now` with each do_work, so that the
// simulation can run them in virtual time. Plain values; any thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace parley {

using Micros = std::chrono::microseconds;
using Millis = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

// Monotonic time in µs since an arbitrary start (CLOCK_MONOTONIC, or the simulation's start). Timers and measurements.
struct MonoClock {
  using rep = int64_t;
  using period = std::micro;
  using duration = Micros;
  using time_point = std::chrono::time_point<MonoClock>;
  static constexpr bool is_steady = true;
};
using MonoTime = MonoClock::time_point;
inline constexpr MonoTime kNever = MonoTime::max();

// Wall time in µs since the Unix epoch, UTC. Shown to people and checked against tickets; never used for timers, may step.
using WallTime = std::chrono::time_point<std::chrono::system_clock, Micros>;

struct Now {
  MonoTime mono;
  WallTime wall;
};

// Where a program's outermost loop gets its Now from; nothing below it may.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Now now() = 0;
};

// CLOCK_MONOTONIC and CLOCK_REALTIME through the vDSO, about 40 ns.
class SystemClock final : public Clock {
 public:
  Now now() override;
};

}  // namespace parley
