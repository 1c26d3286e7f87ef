// SPDX-License-Identifier: Apache-2.0
// Backups of a running server, on a thread of their own: a copy of the store as of one moment, and the key files, without which the copy
// would be another server to its clients (its address is void, and sends that are repeated would count as new). The search index isn't in
// it: a server makes it anew. Made as DIR.partial (0700), synced, and moved to its place whole; so whatever ends it midway, DIR is a backup
// or isn't there.
//
// do_work on its thread, which blocks for as long as the disk needs; all else on the main thread. One backup at a time.
#pragma once

#include <filesystem>

#include "core/base/agent.h"
#include "core/base/random.h"
#include "core/bus/spsc_queue.h"
#include "core/bus/wakeup.h"
#include "core/history/store.h"
#include "core/history/store_copy.h"

namespace parley::server {

// In a backup, and so in what is restored from it until its first start: an empty file that says what it is (restored_epoch_step).
inline constexpr const char* kBackupMark = "backup";

// The epoch_step of a store in that directory, and what to call once it has started.
uint32_t restored_epoch_step(const std::filesystem::path& data_dir, Random& random);
void forget_restore(const std::filesystem::path& data_dir);

enum class BackupState : uint8_t { kNone, kRunning, kDone, kFailed };

struct BackupStatus {
  uint64_t id = 0;  // which one: counts from 1
  BackupState state = BackupState::kNone;
  std::filesystem::path directory;
  uint64_t bytes_done = 0, bytes_total = 0;  // of the store; about
  Error error{};                             // kFailed
};

class Backup final : public Agent {
 public:
  Backup(const history::Store& store, std::filesystem::path data_dir);

  // Begins one; its id. Errors: kBusy; kInvalidArgument (not an absolute path, or something is there already).
  Result<uint64_t> start(const std::filesystem::path& directory);
  // Of the last one that was begun.
  const BackupStatus& status();
  // The one under way fails soon, and none begins any more: before the server ends.
  void stop();

  int do_work(Now now) override;
  bus::Wakeup& wakeup() { return wakeup_; }

 private:
  struct Done {
    Error error;  // kNone: it is made
    uint64_t bytes = 0;
  };
  Result<uint64_t> make(const std::filesystem::path& directory);

  const history::Store& store_;
  const std::filesystem::path data_dir_;
  history::StoreCopy copy_;
  BackupStatus status_;  // main thread
  bus::SpscQueue<std::filesystem::path> jobs_{2};
  bus::SpscQueue<Done> done_{2};
  bus::Wakeup wakeup_;
};

}  // namespace parley::server
