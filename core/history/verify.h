// SPDX-License-Identifier: Apache-2.0
// Whether a store holds together: every record's check, the index against the log, numbers of rooms dense, producers against the log, and
// what stands about entries (notes, reactions, pins, topics, read marks) against these. Reads one state of the store in one transaction,
// also beside a running server (store_view.h), changes nothing, and goes on after a finding. README.md says what can't be told.
//
// Memory: about 600 bytes a room and 80 a producer, whatever the number of entries. One thread; as long as reading the whole file takes.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/error.h"

namespace parley::history {

struct Finding {
  const char* table = "";
  std::string where;    // "room lobby, entry 31"
  std::string problem;  // "its body fails its check"
  const char* cure = "";
};

class VerifyWatcher {
 public:
  virtual ~VerifyWatcher() = default;
  virtual void on_finding(const Finding& finding) = 0;
  virtual void on_progress(uint64_t records, uint64_t of) = 0;  // now and then
};

struct VerifyReport {
  bool beside_others = false;  // a server may have had it open meanwhile
  uint64_t entries = 0, rooms = 0, producers = 0;
  uint64_t records = 0;  // of all tables
  uint64_t findings = 0;
};

// Errors: of opening (store_view.h), and kStoreDamaged or kStorageFailed when LMDB can't read on.
Result<VerifyReport> verify_store(const std::filesystem::path& directory, VerifyWatcher& watcher);

}  // namespace parley::history
