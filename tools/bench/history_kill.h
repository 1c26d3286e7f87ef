// SPDX-License-Identifier: Apache-2.0
// A server that dies while it stores, for the start after it. The process forks, so: main thread, while there is no other one and no store
// is open. The child is dead when the call returns.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/base/error.h"

namespace parley::bench {

// Writes into the store from a child process, on a server's way, as much as a start may have to replay at most, and kills it with SIGKILL
// while it goes on. How many messages it had stored behind the last checkpoint, at least; each was of a producer of its own, whose ids
// follow the first `producers`.
Result<uint64_t> write_until_killed(const std::filesystem::path& store, uint64_t rooms, uint64_t producers);

}  // namespace parley::bench
