// SPDX-License-Identifier: Apache-2.0
// A copy of a fuzz input as the transport hands messages over: at 8-byte alignment, and not a byte longer than it is, so that the
// sanitizer sees a read beyond its end. Stateless; any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>

#include "core/base/bytes.h"

namespace parley::fuzz {

struct FreeAligned {
  void operator()(uint8_t* bytes) const { ::operator delete[](bytes, std::align_val_t(8)); }
};
using AlignedCopy = std::unique_ptr<uint8_t[], FreeAligned>;

inline AlignedCopy aligned_copy(const uint8_t* data, size_t size) {
  AlignedCopy copy(static_cast<uint8_t*>(::operator new[](size, std::align_val_t(8))));
  std::copy_n(data, size, copy.get());
  return copy;
}

}  // namespace parley::fuzz
