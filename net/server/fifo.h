// SPDX-License-Identifier: Apache-2.0
// A first-in-first-out queue in one block that doubles when it is full and never shrinks: no allocation after warm-up, which std::deque
// doesn't promise (it frees and takes blocks as it moves). Bounded by its users, who say how at their field. Owned by one thread.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace parley::server {

template <class T>
class Fifo {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  T& front() { return items_[head_]; }

  void push(T value) {
    if (size_ == items_.size()) grow();
    items_[(head_ + size_) & (items_.size() - 1)] = std::move(value);
    ++size_;
  }
  void pop() {
    items_[head_] = T{};
    head_ = (head_ + 1) & (items_.size() - 1);
    --size_;
  }

 private:
  void grow() {
    std::vector<T> larger(items_.empty() ? 16 : items_.size() * 2);
    for (size_t i = 0; i < size_; ++i) larger[i] = std::move(items_[(head_ + i) & (items_.size() - 1)]);
    items_ = std::move(larger);
    head_ = 0;
  }

  std::vector<T> items_;  // size: 0 or a power of two
  size_t head_ = 0;
  size_t size_ = 0;
};

}  // namespace parley::server
