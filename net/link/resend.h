// SPDX-License-Identifier: Apache-2.0
// The datagrams of a session that the peer hasn't acked yet, and when each is due again: first the copies of its schedule, then, a probe
// timeout after the first sending, probes: dense ones, as chat has no later packet that would reveal a loss, then ever rarer. What was sent
// clearly before something that has been acked is lost and due at once. Bounded: with kCapacity under way the oldest is given up to ENet.
// Owned by the session's thread. Blocks go back to the pool they came from: drop_all() before the queue dies.
#pragma once

#include <optional>
#include <vector>

#include "core/base/time.h"
#include "net/link/ack_block.h"
#include "net/link/copy_schedule.h"
#include "net/link/retained_pool.h"
#include "net/link/rtt_estimate.h"

namespace parley::link {

struct InFlight {
  uint64_t counter = 0;
  RetainedPool::Block block;
  CopySchedule schedule;
  MonoTime first_sent{}, second_sent = kNever, last_sent{};
  MonoTime due = kNever;
  Micros interval{0};  // between probes, once it stretches
  uint16_t copies = 0, probes = 0;
};

class ResendQueue {
 public:
  static constexpr size_t kCapacity = 64;  // what an ack block can name
  static constexpr uint16_t kDenseProbes = 12;
  static constexpr Micros kMinProbeInterval = Millis(20);
  static constexpr Micros kMaxProbeInterval = Seconds(10);  // acks of later datagrams may advance a flight many times in a moment
  static constexpr Micros kGiveUpAfter = Seconds(30);

  struct Acked {
    size_t count = 0;
    std::optional<Micros> rtt;  // a sample, at least an upper bound ...
    bool certain = false;       // ... and exact, as no copy can have been acked
  };

  struct Departure {
    uint64_t counter;
    RetainedPool::Block block;
    CopySchedule schedule;
    MonoTime at;
  };
  void add(const Departure& departure, const RttEstimate& rtt, RetainedPool& pool);
  Acked on_ack(const AckBlock& ack, const RttEstimate& rtt, MonoTime now, RetainedPool& pool);

  MonoTime due() const;
  // The one that is due longest; nullptr if none is. The caller sends it or not, then calls one of the two below.
  InFlight* first_due(MonoTime now);
  static bool is_copy(const InFlight& flight, const RttEstimate& rtt, MonoTime now);
  // It went out (sent) or was left out for want of budget; computes when it is due next.
  static void advance(InFlight& flight, bool sent, const RttEstimate& rtt, MonoTime now);
  void drop(InFlight& flight, RetainedPool& pool);
  void drop_all(RetainedPool& pool);
  size_t size() const { return flights_.size(); }

 private:
  static bool certainly_first(const InFlight& flight, const AckBlock& ack, const RttEstimate& rtt, MonoTime now);
  static MonoTime next_due(const InFlight& flight, const RttEstimate& rtt);
  void find_lost(MonoTime acked_sent, const RttEstimate& rtt, MonoTime now);

  std::vector<InFlight> flights_;  // in order of counter
};

}  // namespace parley::link
