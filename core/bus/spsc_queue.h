// SPDX-License-Identifier: Apache-2.0
// A bounded queue from one thread to one other: Lamport's ring with cached indices. Values are moved in and out.
// push() on the producer's thread, pop() on the consumer's; neither waits, neither allocates.
#pragma once

#include <cstddef>
#include <optional>

namespace parley::bus {

template <class T>
class SpscQueue {
 public:
  // capacity: a power of two.
  explicit SpscQueue(size_t capacity);
  // False, and the value untouched, when full.
  bool push(T&& value);
  std::optional<T> pop();
  // Either thread; a snapshot.
  size_t size() const;
};

}  // namespace parley::bus
