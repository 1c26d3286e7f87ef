// SPDX-License-Identifier: Apache-2.0
#include "net/server/backup.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <utility>

#include "core/base/text.h"
#include "core/history/lmdb_env.h"
#include "core/history/store_lock.h"

namespace parley::server {
namespace {

namespace fs = std::filesystem;

constexpr std::array kKeyFiles = {"link.key", "ticket.key", "ticket-keys.json"};

fs::path partial_of(const fs::path& directory) { return directory.string() + ".partial"; }

// Of one that was cut short. Only what a backup makes: if anything else is in there, it stays.
Result<void> clear_partial(const fs::path& partial) {
  std::error_code unknown;
  for (const char* name : kKeyFiles) fs::remove(partial / name, unknown);
  fs::remove(partial / kBackupMark, unknown);
  fs::remove(partial / history::kStoreFile, unknown);
  if (::rmdir(partial.c_str()) == 0 || errno == ENOENT) return {};
  return fail(ErrorCode::kInvalidArgument,
              printable(partial.string()) + " is in the way and isn't left over from a backup; move it, or name another directory");
}

Result<void> check_place(const fs::path& directory) {
  std::error_code unknown;
  if (!directory.is_absolute() || !directory.has_filename())
    return fail(ErrorCode::kInvalidArgument, "name the backup's directory by its whole path, beginning with / and not ending with it");
  if (!fs::exists(fs::symlink_status(directory, unknown))) return {};
  if (fs::exists(directory / history::kStoreFile, unknown))
    return fail(ErrorCode::kInvalidArgument,
                "there is a store in " + printable(directory.string()) + " already, and it stays; name a directory that isn't there yet");
  if (fs::is_directory(directory, unknown) && fs::is_empty(directory, unknown)) return {};
  return fail(ErrorCode::kInvalidArgument, printable(directory.string()) + " is there already and isn't an empty directory; name another");
}

Result<void> write_file(const fs::path& path, const std::string& bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return history::os_failure(errno, "can't make " + printable(path.string()));
  int status = 0;
  for (size_t done = 0; status == 0 && done < bytes.size();) {
    const ssize_t put = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (put > 0) done += static_cast<size_t>(put);
    if (put < 0 && errno != EINTR) status = errno;
  }
  if (status == 0 && ::fsync(fd) != 0) status = errno;
  ::close(fd);
  if (status != 0) return history::os_failure(status, "can't write " + printable(path.string()));
  return {};
}

Result<void> copy_keys(const fs::path& from, const fs::path& to) {
  for (const char* name : kKeyFiles) {
    std::error_code unknown;
    if (!fs::exists(from / name, unknown)) continue;
    std::ifstream in(from / name, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    if (!in) return fail(ErrorCode::kPermission, "can't read " + printable((from / name).string()) + "; let the server's user read it");
    auto written = write_file(to / name, bytes);
    ::explicit_bzero(bytes.data(), bytes.size());
    if (!written) return written;
  }
  return {};
}

uint64_t size_of(const fs::path& file) {
  std::error_code unknown;
  const auto size = fs::file_size(file, unknown);
  return unknown ? 0 : size;
}

}  // namespace

// Random, because of one backup several servers may be restored, one after the other. 32 bits are enough for 4,000 restores.
uint32_t restored_epoch_step(const fs::path& data_dir, Random& random) {
  constexpr uint64_t kMostStep = 1'000'000;
  std::error_code unknown;
  return fs::exists(data_dir / kBackupMark, unknown) ? static_cast<uint32_t>(2 + random.below(kMostStep)) : 1;
}

void forget_restore(const fs::path& data_dir) {
  std::error_code ignored;  // then the next start leaves numbers out once more
  fs::remove(data_dir / kBackupMark, ignored);
}

Backup::Backup(const history::Store& store, fs::path data_dir) : store_(store), data_dir_(std::move(data_dir)) {}

Result<uint64_t> Backup::start(const fs::path& directory) {
  if (status().state == BackupState::kRunning)
    return fail(ErrorCode::kBusy, "a backup to " + printable(status_.directory.string()) + " is under way; wait for its end");
  if (auto valid = check_place(directory); !valid) return std::unexpected(std::move(valid.error()));
  if (!jobs_.push(fs::path(directory))) return fail(ErrorCode::kBusy, "a backup is under way; wait for its end");
  status_ = {status_.id + 1, BackupState::kRunning, directory, 0, store_.status().bytes_used};
  wakeup_.notify();
  return status_.id;
}

const BackupStatus& Backup::status() {
  if (status_.state != BackupState::kRunning) return status_;
  if (auto done = done_.pop()) {
    status_.state = done->error.code == ErrorCode::kNone ? BackupState::kDone : BackupState::kFailed;
    status_.error = std::move(done->error);
    if (status_.state == BackupState::kDone) status_.bytes_done = status_.bytes_total = done->bytes;
  } else {
    status_.bytes_done = std::min(size_of(partial_of(status_.directory) / history::kStoreFile), status_.bytes_total);
  }
  return status_;
}

void Backup::stop() { copy_.stop(); }

int Backup::do_work(Now) {
  const auto directory = jobs_.pop();
  if (!directory) return 0;
  auto made = make(*directory);
  done_.push(made ? Done{{}, *made} : Done{std::move(made.error()), 0});
  return 1;
}

Result<uint64_t> Backup::make(const fs::path& directory) {
  const fs::path partial = partial_of(directory);
  if (auto cleared = clear_partial(partial); !cleared) return std::unexpected(std::move(cleared.error()));
  if (::mkdir(partial.c_str(), 0700) != 0)
    return history::os_failure(errno, "can't make the backup's directory " + printable(partial.string()));
  auto done = copy_keys(data_dir_, partial);
  if (done) done = write_file(partial / kBackupMark, "");
  if (done) done = store_.copy_to(partial / history::kStoreFile, copy_);
  const uint64_t bytes = size_of(partial / history::kStoreFile);
  if (done) {
    if (const int status = history::sync_names(partial); status != 0) done = history::os_failure(status, "can't sync the backup");
  }
  // Over an empty directory of that name, too.
  if (done && ::rename(partial.c_str(), directory.c_str()) != 0)
    done = history::os_failure(errno, "can't give the backup its name " + printable(directory.string()));
  if (!done) {
    if (auto cleared = clear_partial(partial); !cleared) done.error().text += "; " + cleared.error().text;
    return std::unexpected(std::move(done.error()));
  }
  if (const int status = history::sync_names(directory.parent_path()); status != 0)
    return history::os_failure(status, "the backup is made, but its name can't be synced");
  return bytes;
}

}  // namespace parley::server
