// SPDX-License-Identifier: Apache-2.0
// A disk under the store that dies at any operation: this program's file calls for LMDB's data files in a watched directory come by here
// (faulty_disk.cpp defines open, pwrite, writev, fdatasync and so on; an executable's definitions win over libc's). It knows what was
// synced and keeps every version of every page written since. After the failure each call says EIO, and leave() makes the directory that
// the next start finds: after the process's death all that the kernel was given, after a power cut what was synced and any part of the
// rest, in any order, torn between sectors, with names that were never synced. Nothing is really synced: tests needn't wait for a disk.
//
// A disk belongs to one thread, which also opens, uses and closes the store; several threads may have one each.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/random.h"

namespace parley::history::test {

enum class Death : uint8_t { kProcess, kPower };

class FaultyDisk {
 public:
  // What is in the directory already counts as synced. Files that end with .mdb are watched, but not LMDB's lock.
  FaultyDisk(std::filesystem::path directory, uint64_t seed);
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // The operation (a write, a sync, a new name) after that many more is begun and not finished, and nothing is possible after it.
  void fail_after(uint64_t operations) { operations_left_ = operations; }
  void fail_now() { failed_ = true; }
  bool failed() const { return failed_; }
  uint64_t operations() const { return operations_; }
  // A broken drive: fdatasync and fsync of files say done and do nothing. So a test shows that it would notice a store without them.
  void ignore_syncs() { ignores_syncs_ = true; }

  // Writes the files that the next start finds into `to`, an existing empty directory. Fails the disk if it hasn't yet.
  void leave(Death death, const std::filesystem::path& to);

  // What the interposed calls do. `fd` is the caller's descriptor where one is needed.
  struct File;
  File* opened(const std::string& path, bool may_create);
  ssize_t write(File& file, int fd, ByteView bytes, off_t at, bool synced);
  int sync(File& file);
  int sync_names();
  int rename(const std::string& from, const std::string& to);
  int remove(const std::string& name);
  const std::filesystem::path& directory() const { return directory_; }

 private:
  using Names = std::map<std::string, File*>;
  bool fails();
  void remember(File& file, uint64_t from, uint64_t to);
  void note(File& file, ByteView bytes, uint64_t at, bool synced);
  std::vector<uint8_t> torn(File& file);

  const std::filesystem::path directory_;
  SeededRandom random_;
  std::vector<std::unique_ptr<File>> files_;
  std::vector<Names> names_;  // as synced, then after each change since
  uint64_t operations_ = 0, operations_left_ = UINT64_MAX;
  bool failed_ = false, ignores_syncs_ = false;
};

}  // namespace parley::history::test
