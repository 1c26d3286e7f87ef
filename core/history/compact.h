// SPDX-License-Identifier: Apache-2.0
// Makes a store's file as small as what is in it: a copy without free pages takes the file's place. Only while nobody has the store open,
// and whatever ends it midway leaves the file as it was, or the new one. Needs as much free disk as the new file takes. One thread.
#pragma once

#include <filesystem>

#include "core/base/error.h"

namespace parley::history {

inline constexpr const char* kCompactFile = "compact.mdb";  // of one that was cut short: the next one, or a start, removes it

struct CompactReport {
  uint64_t bytes_before = 0, bytes_after = 0;
};

class CompactWatcher {
 public:
  virtual ~CompactWatcher() = default;
  virtual void on_start(const std::filesystem::path& copy, uint64_t bytes) = 0;  // the copy grows to at most so many
};

// Errors: kNotFound, kStoreLocked (a server runs), kStorageFull, kStoreDamaged, kStoreVersion, kPermission, kStorageFailed.
Result<CompactReport> compact_store(const std::filesystem::path& directory, CompactWatcher& watcher);

}  // namespace parley::history
