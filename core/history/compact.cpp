// SPDX-License-Identifier: Apache-2.0
#include "core/history/compact.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "core/history/store_copy.h"
#include "core/history/store_view.h"

namespace parley::history {
namespace {

namespace fs = std::filesystem;

uint64_t size_of(const fs::path& file) {
  std::error_code unknown;
  const auto size = fs::file_size(file, unknown);
  return unknown ? 0 : size;
}

Result<std::vector<size_t>> counts_of(const Environment& environment) {
  const ReadTransaction txn(environment.get());
  if (txn.status() != 0) return std::unexpected(environment.error(txn.status(), "can't read the store"));
  std::vector<size_t> counts;
  for (const MDB_dbi table : environment.tables().all()) {
    MDB_stat stat{};
    if (const int status = mdb_stat(txn.get(), table, &stat); status != 0)
      return std::unexpected(environment.error(status, "can't read the store"));
    counts.push_back(stat.ms_entries);
  }
  return counts;
}

// Before it takes the place of the one file that there is.
Result<void> check_copy(const Environment& original, const fs::path& file) {
  Environment copy;
  if (const int status = copy.open_to_read(file, true); status != 0) return std::unexpected(copy.error(status, "can't read the copy in"));
  if (const int status = copy.find_tables(); status != 0) return std::unexpected(copy.error(status, "can't read the copy in"));
  const auto wanted = counts_of(original);
  const auto got = counts_of(copy);
  if (!wanted) return std::unexpected(wanted.error());
  if (!got) return std::unexpected(got.error());
  if (*wanted == *got) return {};
  return fail(ErrorCode::kStoreDamaged, "the copy hasn't as many records as the store; look at it with parleyctl verify");
}

Result<void> exchange(const fs::path& directory, const fs::path& copy) {
  // LMDB's lock file speaks of the old file. Gone first: without one it is made anew.
  ::unlink((directory / "lock.mdb").c_str());
  if (::rename(copy.c_str(), (directory / kStoreFile).c_str()) != 0) return os_failure(errno, "can't exchange the file of the store");
  if (const int status = sync_names(directory); status != 0) return os_failure(status, "can't sync the directory of the store");
  return {};
}

}  // namespace

Result<CompactReport> compact_store(const fs::path& directory, CompactWatcher& watcher) {
  const auto store = StoreView::open(directory, Beside::kNobody);
  if (!store) return std::unexpected(store.error());
  const fs::path copy = directory / kCompactFile;
  CompactReport report{.bytes_before = size_of(directory / kStoreFile), .bytes_after = 0};
  std::error_code unknown;
  fs::remove(copy, unknown);  // of one that was cut short
  watcher.on_start(copy, report.bytes_before);
  StoreCopy work;
  auto done = work.run((*store)->environment(), copy, StoreCopy::Pages::kUsed);
  if (done) done = check_copy((*store)->environment(), copy);
  if (done) done = exchange(directory, copy);
  if (!done) {
    fs::remove(copy, unknown);
    return std::unexpected(std::move(done.error()));
  }
  report.bytes_after = size_of(directory / kStoreFile);
  return report;
}

}  // namespace parley::history
