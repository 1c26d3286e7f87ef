// SPDX-License-Identifier: Apache-2.0
// A key of N bytes: can't be copied or printed, is wiped when it goes or is moved from.
// Owned by one thread at a time.
#pragma once

#include <array>
#include <cstddef>

#include "core/base/bytes.h"

namespace parley {

template <size_t N>
class Secret {
 public:
  Secret() = default;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept { take(other); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }
  ~Secret() { wipe(); }

  uint8_t* data() { return bytes_.data(); }
  const uint8_t* data() const { return bytes_.data(); }
  static constexpr size_t size() { return N; }
  MutableBytes bytes() { return bytes_; }
  ByteView bytes() const { return bytes_; }
  void wipe() {
    volatile uint8_t* p = bytes_.data();  // volatile: the compiler may not drop stores to a dying object
    for (size_t i = 0; i < N; ++i) p[i] = 0;
  }

 private:
  void take(Secret& other) {
    bytes_ = other.bytes_;
    other.wipe();
  }
  std::array<uint8_t, N> bytes_{};
};

}  // namespace parley
