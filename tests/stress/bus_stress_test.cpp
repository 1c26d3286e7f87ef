// SPDX-License-Identifier: Apache-2.0
// The bus under real threads; what ThreadSanitizer looks at. Bounded by counts, never by time, so a slow machine only takes longer.
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "core/bus/broadcast_ring.h"
#include "core/bus/spsc_queue.h"
#include "core/bus/wakeup.h"

namespace parley::bus {
namespace {

constexpr size_t kSlot = 64;
constexpr size_t kMaxRecord = 5 * kSlot;
constexpr uint64_t kRecords = 20'000;  // of each producer

// Bytes that only this record has, so that a reader sees a torn or overwritten one.
void fill(std::vector<uint8_t>& payload, uint64_t producer, uint64_t number) {
  payload.resize((producer * 131 + number * 37) % (kMaxRecord + 1));
  for (size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<uint8_t>(producer * 101 + number * 7 + i);
}

struct Seen {
  std::vector<uint64_t> order;  // producer and number of each record, as they came
  uint64_t damaged = 0;
  uint64_t refused = 0;  // producers only
};

class RingStress {
 public:
  RingStress(size_t slots, size_t producers, size_t readers)
      : producers_(producers),
        seen_(readers),
        ring_({.slots = slots, .slot_bytes = kSlot, .max_producers = producers, .max_record_bytes = kMaxRecord}) {
    for (size_t i = 0; i < readers; ++i) readers_.push_back(&ring_.add_reader());
  }

  void run() {
    std::vector<std::thread> threads;
    for (size_t i = 0; i < readers_.size(); ++i) threads.emplace_back([this, i] { read(*readers_[i], seen_[i]); });
    for (size_t i = 0; i < producers_; ++i) threads.emplace_back([this, i] { produce(i); });
    for (std::thread& thread : threads) thread.join();
  }

  void expect_all_alike() const {
    for (const Seen& seen : seen_) {
      EXPECT_EQ(seen.damaged, 0u);
      EXPECT_TRUE(seen.order == seen_.front().order) << "two readers saw different orders";
    }
    std::vector<uint64_t> last(producers_);
    for (uint64_t record : seen_.front().order) EXPECT_EQ(record % kRecords, last[record / kRecords]++ % kRecords);
    for (uint64_t count : last) EXPECT_EQ(count, kRecords);
  }
  uint64_t refused() const { return refused_; }

 private:
  void produce(uint64_t producer) {
    std::vector<uint8_t> payload;
    uint64_t refused = 0;
    for (uint64_t number = 0; number < kRecords; ++number) {
      fill(payload, producer, number);
      while (!ring_.publish({.producer = ProducerId(producer), .number = ProducerNumber(number)}, payload)) {
        ++refused;
        std::this_thread::yield();
      }
    }
    refused_ += refused;
  }

  void read(BroadcastRing::Reader& reader, Seen& seen) const {
    std::vector<uint8_t> expected;
    while (seen.order.size() < producers_ * kRecords) {
      const std::optional<Record> record = reader.peek();
      if (!record) {
        std::this_thread::yield();
        continue;
      }
      const uint64_t producer = record->header.producer.value, number = record->header.number.value;
      fill(expected, producer, number);
      seen.order.push_back(producer * kRecords + number);
      if (expected.size() != record->payload.size() || !std::equal(expected.begin(), expected.end(), record->payload.begin()))
        ++seen.damaged;
      reader.advance();
    }
  }

  const size_t producers_;
  std::vector<Seen> seen_;
  BroadcastRing ring_;
  std::vector<BroadcastRing::Reader*> readers_;
  std::atomic<uint64_t> refused_ = 0;
};

TEST(RingStressTest, EveryReaderSeesTheSameOrderAndNothingIsLostOnATinyRing) {
  RingStress stress(32, 4, 3);  // room for six of the largest records, with a margin of five: nearly always full
  stress.run();
  stress.expect_all_alike();
  EXPECT_GT(stress.refused(), 0u) << "the ring was never full: this tested nothing";
}

TEST(RingStressTest, EveryReaderSeesTheSameOrderAndNothingIsLostOnALargerRing) {
  RingStress stress(4096, 4, 3);
  stress.run();
  stress.expect_all_alike();
}

TEST(SpscStressTest, HandsEveryValueOverOnceAndInOrder) {
  SpscQueue<std::unique_ptr<uint64_t>> queue(8);
  constexpr uint64_t kValues = 200'000;
  std::thread producer([&] {
    for (uint64_t i = 0; i < kValues; ++i) {
      auto value = std::make_unique<uint64_t>(i);
      while (!queue.push(std::move(value))) std::this_thread::yield();
    }
  });
  uint64_t next = 0, wrong = 0;
  while (next < kValues) {
    EXPECT_LE(queue.size(), 8u);
    const std::optional<std::unique_ptr<uint64_t>> value = queue.pop();
    if (!value) {
      std::this_thread::yield();
      continue;
    }
    if (**value != next++) ++wrong;
  }
  producer.join();
  EXPECT_EQ(wrong, 0u);
}

// Two threads that answer each other and sleep in between: one lost wake-up and this never ends.
TEST(WakeupStressTest, NoWakeupIsLostInAPingPong) {
  constexpr uint64_t kRounds = 20'000;
  struct Side {
    Wakeup wakeup;
    SpscQueue<uint64_t> inbox{2};
  };
  Side sides[2];
  const auto receive = [](Side& side) {
    for (;;) {
      if (auto value = side.inbox.pop()) return *value;
      side.wakeup.prepare_sleep();
      if (side.inbox.size() > 0) {
        side.wakeup.cancel_sleep();
      } else {
        side.wakeup.wait(-1, Micros{-1});
      }
    }
  };
  const auto send = [](Side& to, uint64_t value) {
    ASSERT_TRUE(to.inbox.push(std::move(value)));
    to.wakeup.notify();
  };
  std::thread other([&] {
    for (uint64_t i = 0; i < kRounds; ++i) send(sides[0], receive(sides[1]) + 1);
  });
  uint64_t value = 0;
  for (uint64_t i = 0; i < kRounds; ++i) {
    send(sides[1], value);
    value = receive(sides[0]);
  }
  other.join();
  EXPECT_EQ(value, kRounds);
}

// Several notifiers and one sleeper that drains a ring: as the history writer is woken.
TEST(WakeupStressTest, NoWakeupIsLostWithSeveralNotifiers) {
  constexpr size_t kNotifiers = 3;
  constexpr uint64_t kEach = 10'000;
  BroadcastRing ring({.slots = 1024, .slot_bytes = kSlot, .max_producers = kNotifiers, .max_record_bytes = 8});
  BroadcastRing::Reader& reader = ring.add_reader();
  Wakeup wakeup;
  std::vector<std::thread> notifiers;
  for (size_t i = 0; i < kNotifiers; ++i) {
    notifiers.emplace_back([&] {
      for (uint64_t n = 0; n < kEach; ++n) {
        while (!ring.publish({}, {})) std::this_thread::yield();
        wakeup.notify();
      }
    });
  }
  uint64_t read = 0;
  while (read < kNotifiers * kEach) {
    wakeup.prepare_sleep();
    if (!reader.peek()) {
      wakeup.wait(-1, Micros{-1});
      continue;
    }
    wakeup.cancel_sleep();
    for (; reader.peek(); ++read) reader.advance();
  }
  for (std::thread& notifier : notifiers) notifier.join();
  EXPECT_FALSE(reader.peek().has_value());
}

}  // namespace
}  // namespace parley::bus
