// SPDX-License-Identifier: Apache-2.0
// A copy of a store's file as it is at one moment: what a backup and a compaction are made of. Under way it holds a read transaction, so
// pages that are replaced meanwhile aren't used again and a busy store grows; the writer is held up only while the root pages are copied.
//
// run() on a thread that may block for as long as the disk needs; stop() from any other. One copy at a time for each object.
#pragma once

#include <filesystem>
#include <mutex>

#include "core/base/error.h"
#include "core/history/lmdb_env.h"

namespace parley::history {

class StoreCopy {
 public:
  enum class Pages : uint8_t {
    kAll,   // also those that are free: fast, the copy is as large as the file
    kUsed,  // in order and without the free ones: as small as it gets
  };

  // Makes `file` (0600), which isn't there yet, and syncs it; its name is for the caller to sync. After an error nothing is left of it.
  // Errors: kStorageFull, kPermission, kStorageFailed, kStoreDamaged, kDraining after stop().
  Result<void> run(const Environment& from, const std::filesystem::path& file, Pages pages);
  // A copy under way fails soon, and so does each later one.
  void stop();

 private:
  bool begin(int fd);
  bool end();

  std::mutex mutex_;
  int fd_ = -1;           // guarded by mutex_; that of a copy under way
  bool stopped_ = false;  // guarded by mutex_
};

}  // namespace parley::history
