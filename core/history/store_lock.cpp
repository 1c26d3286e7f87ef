// SPDX-License-Identifier: Apache-2.0
#include "core/history/store_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace parley::history {

std::unexpected<Error> os_failure(int cause, const std::string& what) {
  const std::string text = what + ": " + std::strerror(cause);
  if (cause == ENOSPC || cause == EDQUOT) return fail(ErrorCode::kStorageFull, text + "; free some space on that disk");
  if (cause == ENOENT) return fail(ErrorCode::kStorageFailed, text + "; make its parent directory first");
  if (cause == EACCES || cause == EPERM || cause == EROFS || cause == ENOTDIR || cause == EEXIST) {
    return fail(ErrorCode::kPermission, text + "; give the server's user write access to it or name another directory");
  }
  return fail(ErrorCode::kStorageFailed, text + "; look at the disk and the system's log");
}

int sync_names(const std::filesystem::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno;
  const int status = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  return status;
}

StoreLock::~StoreLock() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> StoreLock::acquire(const std::filesystem::path& directory) {
  const std::string where = directory.string();
  if (::mkdir(where.c_str(), 0700) == 0) {
    (void)sync_names(directory.parent_path());  // where it isn't ours to read, its own sync must do
  } else if (errno != EEXIST) {
    return os_failure(errno, "can't make the store's directory " + where);
  }
  fd_ = ::open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd_ < 0) return os_failure(errno, "can't write in the store's directory " + where);
  if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return os_failure(errno, "can't lock the store " + where);
  return fail(ErrorCode::kStoreLocked, "the store " + where + " is open in another server; stop that one or name another directory");
}

}  // namespace parley::history
