// SPDX-License-Identifier: Apache-2.0
#include "core/history/store_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "core/history/store_impl.h"

namespace parley::history {

bool StoreCopy::begin(int fd) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return false;
  fd_ = fd;
  return true;
}

// False: it was stopped meanwhile.
bool StoreCopy::end() {
  const std::lock_guard lock(mutex_);
  fd_ = -1;
  return !stopped_;
}

// LMDB has no way to end a copy, but gives up when a write fails: its descriptor becomes one that can't be written to.
void StoreCopy::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  if (fd_ < 0) return;
  const int unwritable = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (unwritable < 0) return;  // then it goes on to its end
  ::dup3(unwritable, fd_, O_CLOEXEC);
  ::close(unwritable);
}

Result<void> StoreCopy::run(const Environment& from, const std::filesystem::path& file, Pages pages) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return os_failure(errno, "can't make the copy " + file.string());
  int status = begin(fd) ? mdb_env_copyfd2(from.get(), fd, pages == Pages::kUsed ? MDB_CP_COMPACT : 0) : ECANCELED;
  if (status == 0 && ::fsync(fd) != 0) status = errno;
  const bool whole = end();
  ::close(fd);
  if (whole && status == 0) return {};
  ::unlink(file.c_str());
  if (!whole || status == ECANCELED)
    return fail(ErrorCode::kDraining, "the copy was stopped, as the server ends; make it anew when it runs again");
  if (status > 0) return os_failure(status, "can't write the copy " + file.string());
  return std::unexpected(from.error(status, "can't copy the store in"));
}

Result<void> Store::copy_to(const std::filesystem::path& file, StoreCopy& copy) const {
  return copy.run(impl_->environment, file, StoreCopy::Pages::kAll);
}

}  // namespace parley::history
