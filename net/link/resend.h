// SPDX-License-Identifier: Apache-2.0
// The datagrams of a session that the peer hasn't acked yet, and when each is due again: first the copies of its schedule, then, a probe
// timeout after the first sending, probes: dense ones, as chat has no later packet that would reveal a loss, then ever rarer. What was sent
// clearly before something that has been acked is lost and due at once. Bounded: with kCapacity under way the oldest is given up to ENet.
// Owned by the session's thread. Blocks go back to the pool they came from: drop_all() before the queue dies.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "core/base/prefetch.h"
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

// What the queues of a link's sessions share: the blocks, and the lists of queues that are empty. So an idle session has no list.
class ResendPool final : public RetainedPool {
 public:
  using RetainedPool::RetainedPool;
  std::vector<InFlight> take_list() {
    std::vector<InFlight> list;
    if (lists_.empty()) {
      list.reserve(kFirstFlights);
    } else {
      list.swap(lists_.back());
      lists_.pop_back();
    }
    return list;
  }
  void give_list(std::vector<InFlight> list) { lists_.push_back(std::move(list)); }
  // So many sessions may have a small datagram under way at a time before anything is allocated for it.
  void prepare(size_t sessions) {
    RetainedPool::prepare(sessions, sessions / 8);
    lists_.reserve(sessions);
    while (lists_.size() < sessions) lists_.emplace_back().reserve(kFirstFlights);
  }

 private:
  static constexpr size_t kFirstFlights = 2;
  std::vector<std::vector<InFlight>> lists_;  // at most as many as sessions once were busy at a time
};

class ResendQueue {
 public:
  static constexpr size_t kCapacity = 64;  // what an ack block can name
  static constexpr uint16_t kDenseProbes = 12, kDenseProbesUnlikely = 2;
  static constexpr Micros kMinProbeInterval = Millis(20);
  static constexpr Micros kMaxProbeInterval = Seconds(10);  // acks of later datagrams may advance a flight many times in a moment
  static constexpr Micros kGiveUpAfter = Seconds(30);
  static constexpr Micros kLate = Millis(50);  // so late a copy stands for the rest of its schedule: we get too little CPU

  struct Acked {
    size_t count = 0;
    std::optional<Micros> rtt;    // a sample, at least an upper bound ...
    bool certain = false;         // ... and exact, as no copy can have been acked
    MonoTime sent{};              // when what the sample is of was first sent
    MonoTime next_sent = kNever;  // when the first was sent that the peer doesn't know of yet
  };

  struct Departure {
    uint64_t counter;
    RetainedPool::Block block;
    CopySchedule schedule;
    MonoTime at;
  };
  // Returns when it is due next; those before it may be due earlier.
  MonoTime add(const Departure& departure, const RttEstimate& rtt, ResendPool& pool);
  Acked on_ack(const AckBlock& ack, const RttEstimate& rtt, MonoTime now, ResendPool& pool);

  MonoTime due() const;
  // The one that is due longest; nullptr if none is. The caller sends it or not, then calls one of the two below.
  InFlight* first_due(MonoTime now);
  static bool is_copy(const InFlight& flight, const RttEstimate& rtt, MonoTime now);
  // It went out (sent) or was left out for want of budget; computes when it is due next.
  struct Step {
    bool sent = true;
    bool lossy = true;  // the path is known to lose: a probe is probably lost too, the next follows soon
  };
  static void advance(InFlight& flight, const Step& step, const RttEstimate& rtt, MonoTime now);
  // A probe that is due waits for `patience` more, unless it has already. False: it has.
  static bool wait_for(InFlight& flight, const RttEstimate& rtt, Micros patience, MonoTime now);
  // The path is another one, and what is under way went to nobody: each is due at once, then as if it had been sent now.
  void start_over(MonoTime now);
  // What a server sent before its client was proven: none of it can have been acked earlier, nor was it sent again.
  void expect_acks_by(MonoTime at);
  // All that is under way once more, for a client that seems to have got nothing; as much of it as fits into so many bytes.
  template <class Send>
  void repeat(size_t most_bytes, MonoTime now, Send&& send) {
    for (InFlight& flight : flights_) {
      if (flight.block.size > most_bytes) return;
      most_bytes -= flight.block.size;
      flight.second_sent = std::min(flight.second_sent, now);
      flight.last_sent = now;
      send(flight.block.bytes());
    }
  }
  // What is due waits until then.
  void postpone(MonoTime now, MonoTime until);
  void drop(InFlight& flight, ResendPool& pool);
  void drop_all(ResendPool& pool);
  size_t size() const { return flights_.size(); }
  void prefetch() const { parley::prefetch(flights_.data(), sizeof(InFlight)); }  // an ack will be asked of it soon

 private:
  static bool certainly_first(const InFlight& flight, const AckBlock& ack, const RttEstimate& rtt, MonoTime now);
  static MonoTime next_due(const InFlight& flight, const RttEstimate& rtt);
  void give_back_if_empty(ResendPool& pool);
  void find_lost(MonoTime acked_sent, const RttEstimate& rtt, MonoTime now);

  std::vector<InFlight> flights_;  // in order of counter; from the pool while there are any
};

}  // namespace parley::link
