// SPDX-License-Identifier: Apache-2.0
// What a bad path does to each datagram: delay, jitter, loss (independent, in bursts, or by a bottleneck that we fill ourselves),
// duplicates, reorder, corruption. The decisions alone, all from one seed and the caller's time: SimNetwork takes them for a network in
// virtual time, ImpairedSocket for a real one. One PathModel is one direction of one path; owned by one thread. Allocates nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/time.h"

namespace parley::link {

struct PathConditions {
  Micros delay{0};            // one way
  Micros jitter{0};           // uniform in [0, jitter) on top
  double loss = 0;            // independent probability
  double burst_loss = 0;      // long-run share of time in outage (two-state, exponential times); everything sent meanwhile is lost
  Micros burst_mean{50'000};  // mean length of an outage
  double duplicate = 0;       // probability of a second copy, with its own jitter
  double corrupt = 0;         // probability that one bit flips
  double reorder = 0;         // probability of reorder_delay on top
  Micros reorder_delay{0};
  double bytes_per_second = 0;           // of the bottleneck; 0: there is none. What comes faster waits in its queue ...
  size_t queue_bytes = size_t{1} << 16;  // ... which holds so much; then it is lost, so loss grows with our own rate
};

// Shares within [0, 1], an outage's below 1; times within [0, 10 s]. Error: kInvalidArgument, naming the one that isn't.
Result<void> check_conditions(const PathConditions& conditions);

class PathModel {
 public:
  explicit PathModel(uint64_t seed) : random_(seed) {}

  struct Fate {
    size_t copies = 0;                   // 0: lost
    std::array<MonoTime, 2> arrivals{};  // of each copy
  };
  // A datagram of so many bytes leaves now.
  Fate decide(const PathConditions& conditions, size_t bytes, MonoTime now);
  // Once for each copy that arrives; true: a bit of it flipped.
  bool corrupt(const PathConditions& conditions, MutableBytes copy);

 private:
  bool outage(const PathConditions& conditions, MonoTime now);
  bool queued(const PathConditions& conditions, size_t bytes, MonoTime now);
  Micros transit(const PathConditions& conditions);

  SeededRandom random_;
  bool in_outage_ = false, outage_known_ = false;
  MonoTime outage_changes_{};
  MonoTime free_at_{};  // when the bottleneck has sent all that waits
};

}  // namespace parley::link
