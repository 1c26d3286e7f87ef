// SPDX-License-Identifier: Apache-2.0
// A bounded queue from one thread to one other: Lamport's ring with cached indices. Values are moved in and out.
// push() on the producer's thread, pop() on the consumer's; neither waits, neither allocates. Indices count up for ever; the place of
// index i is i mod capacity. What is left at destruction is destroyed, on the destroying thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/bus/cache_line.h"

namespace parley::bus {

template <class T>
class SpscQueue {
 public:
  // capacity: a power of two.
  explicit SpscQueue(size_t capacity) : places_(capacity), mask_(capacity - 1) {
    CHECK(std::has_single_bit(capacity), "capacity is a power of two");
  }
  ~SpscQueue() {
    while (pop()) {
    }
  }
  SpscQueue(const SpscQueue&) = delete;
  SpscQueue& operator=(const SpscQueue&) = delete;

  // False, and the value untouched, when full.
  bool push(T&& value) {
    const uint64_t tail = tail_.load(std::memory_order_relaxed);  // written by this thread only
    if (tail - head_seen_ > mask_) {
      head_seen_ = head_.load(std::memory_order_acquire);  // pairs with the release in pop(): the place was emptied before
      if (tail - head_seen_ > mask_) return false;
    }
    std::construct_at(at(tail), std::move(value));
    tail_.store(tail + 1, std::memory_order_release);  // to the acquires in pop() and size()
    return true;
  }

  std::optional<T> pop() {
    const uint64_t head = head_.load(std::memory_order_relaxed);  // written by this thread only
    if (head == tail_seen_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);  // pairs with the release in push(): the value was built before
      if (head == tail_seen_) return std::nullopt;
    }
    T* place = at(head);
    std::optional<T> value(std::move(*place));
    std::destroy_at(place);
    head_.store(head + 1, std::memory_order_release);  // to the acquires in push() and size()
    return value;
  }

  // Either thread; a snapshot. Head first: it only grows, so the difference can't be negative. Clamped, because what was pushed and popped
  // between the two loads would count as well.
  size_t size() const {
    const uint64_t head = head_.load(std::memory_order_acquire);  // pairs with pop(): the tail below is at least the one that pop saw
    const uint64_t tail = tail_.load(std::memory_order_acquire);  // pairs with push()
    return static_cast<size_t>(std::min(tail - head, mask_ + 1));
  }

 private:
  struct Place {
    alignas(T) std::byte raw[sizeof(T)];
  };
  T* at(uint64_t index) { return std::launder(reinterpret_cast<T*>(places_[index & mask_].raw)); }

  std::vector<Place> places_;
  const uint64_t mask_;
  alignas(kCacheLine) std::atomic<uint64_t> tail_ = 0;  // producer's line
  uint64_t head_seen_ = 0;
  alignas(kCacheLine) std::atomic<uint64_t> head_ = 0;  // consumer's line
  uint64_t tail_seen_ = 0;
};

}  // namespace parley::bus
