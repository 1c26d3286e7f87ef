// SPDX-License-Identifier: Apache-2.0
// The lock that keeps a second server (or a second Store of this process) off a store: flock(2) on the file `lock` in its directory, which
// the kernel drops when the process ends however it ends. LMDB alone would let several processes write. Owned by the Store.
#pragma once

#include <filesystem>

#include "core/base/error.h"

namespace parley::history {

// An errno as an error: what was tried, why it failed, what helps.
std::unexpected<Error> os_failure(int cause, const std::string& what);

// The names in a directory (files made, moved) outlive a power cut only once it is synced. 0 or errno.
int sync_names(const std::filesystem::path& directory);

class StoreLock {
 public:
  StoreLock() = default;
  ~StoreLock();
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;

  // Makes the directory (0700) if it is missing. kStoreLocked, kPermission, kStorageFull or kStorageFailed.
  Result<void> acquire(const std::filesystem::path& directory);

 private:
  int fd_ = -1;
};

}  // namespace parley::history
