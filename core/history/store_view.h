// SPDX-License-Identifier: Apache-2.0
// A store read by somebody who isn't its server: verify, export, compact. Nothing in the file changes, and no epoch begins.
//
// Where no server runs, the view holds the store's lock for its life, so none can start meanwhile. Where one runs, or where the directory
// can't be written (a backup on a read-only disk), it reads beside it: LMDB lets processes read one state of the file while another goes on
// writing. The price is that pages which that state needs aren't used again meanwhile, so a busy server's file grows for as long as the
// view lives. One thread. Never in the process that has the Store open (an LMDB rule).
#pragma once

#include <filesystem>
#include <memory>

#include "core/history/lmdb_env.h"
#include "core/history/store_lock.h"

namespace parley::history {

enum class Beside : uint8_t {
  kNobody,   // kStoreLocked while a server runs
  kAServer,  // whoever has it open
};

class StoreView {
 public:
  // Errors: kNotFound (no store there), kStoreLocked, kStoreVersion, kStoreDamaged, kPermission, kStorageFailed.
  static Result<std::unique_ptr<StoreView>> open(const std::filesystem::path& directory, Beside beside);

  bool alone() const { return alone_; }  // nobody else has it open, nor can
  const Environment& environment() const { return environment_; }
  const Tables& tables() const { return environment_.tables(); }

 private:
  StoreView() = default;
  Result<void> lock(const std::filesystem::path& directory, Beside beside);

  StoreLock lock_;  // first, so that it goes last
  Environment environment_;
  bool alone_ = false;
};

}  // namespace parley::history
