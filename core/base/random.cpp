// SPDX-License-Identifier: Apache-2.0
#include "core/base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>

#include "core/base/check.h"

namespace parley {

void SystemRandom::fill(MutableBytes out) {
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t got = ::getrandom(out.data() + done, out.size() - done, 0);
    CHECK(got > 0 || errno == EINTR, "the kernel gave no random bytes");
    if (got > 0) done += static_cast<size_t>(got);
  }
}

void SeededRandom::fill(MutableBytes out) {
  for (size_t i = 0; i < out.size(); i += 8) {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    z ^= z >> 31;
    uint8_t raw[8];
    store_le(raw, z);
    std::copy_n(raw, std::min<size_t>(8, out.size() - i), out.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace parley
