// SPDX-License-Identifier: Apache-2.0
// The limit that a store on LMDB has: LMDB alone with nothing but an append-only log, its records of the same sizes, its commits synced as
// ours are (MDB_APPEND, no other flag). Blocks the calling thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "core/base/bytes.h"

namespace parley::bench {

struct BareLogOptions {
  std::filesystem::path directory{};   // exists and is empty; what is made there is left
  std::span<const ByteView> bodies{};  // written in turns, each behind ...
  size_t header_bytes = 0;             // ... so many bytes
  uint64_t records = 0;
  size_t batch = 0;  // records of a commit
};

struct BareLog {
  double records_per_s = 0;  // 0: LMDB refused
  double cpu_us = 0;         // of this thread, of a record
  double written = 0;        // bytes of a record that the process had written to storage
};

BareLog measure_bare_log(const BareLogOptions& options);

}  // namespace parley::bench
