// SPDX-License-Identifier: Apache-2.0
// CRC-32C (Castagnoli, RFC 3720 appendix B.4), the check of every record that the store writes: finds flipped bits and torn bytes, no
// protection against intent. With the processor's instruction where it has one (about 10 GB/s), else a table of 256. Any thread.
#pragma once

#include <cstdint>

#include "core/base/bytes.h"

namespace parley::history {

// The check of `bytes`; `seed` is the check of what came before them (0: nothing), so that parts can be checked one after another.
uint32_t crc32c(ByteView bytes, uint32_t seed = 0);

// The same without the processor's instruction; for the test that compares both.
uint32_t crc32c_portable(ByteView bytes, uint32_t seed = 0);

}  // namespace parley::history
