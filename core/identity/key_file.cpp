// SPDX-License-Identifier: Apache-2.0
#include "core/identity/key_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

#include "core/identity/base64url.h"

namespace parley::identity {
namespace {

namespace fs = std::filesystem;
constexpr size_t kLineBytes = 43;  // 32 bytes in base64url, without the newline

class File {
 public:
  File(const fs::path& path, int flags, mode_t mode = 0) : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  explicit operator bool() const { return fd_ >= 0; }
  int fd() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<Error> system_failure(const std::string& what, const fs::path& path) {
  const int error = errno;
  const std::string cause = "can't " + what + " " + path.string() + ": " + std::strerror(error);
  if (error == ENOSPC || error == EDQUOT) return fail(ErrorCode::kStorageFull, cause + "; make room on the disk");
  if (error == EACCES || error == EPERM || error == EROFS)
    return fail(ErrorCode::kPermission, cause + "; run as the user that owns it, or choose another data directory");
  return fail(ErrorCode::kStorageFailed, cause + "; choose another data directory");
}

Result<Secret<32>> read_secret(const File& file, const fs::path& path) {
  struct stat facts;
  if (::fstat(file.fd(), &facts) != 0) return system_failure("read", path);
  if ((facts.st_mode & 077) != 0)
    return fail(ErrorCode::kPermission, "the key in " + path.string() + " can be read by others than its owner: chmod 600 " +
                                            path.string() + " (and, if others had access, delete it to get a new one)");
  Secret<kLineBytes + 2> line;  // one more than the longest right content, to notice longer ones
  size_t length = 0;
  for (ssize_t got = 1; got > 0 && length < line.size(); length += static_cast<size_t>(got)) {
    got = ::read(file.fd(), line.data() + length, line.size() - length);
    if (got < 0) return system_failure("read", path);
  }
  const bool newline = length == kLineBytes + 1 && line.data()[kLineBytes] == '\n';
  Secret<32> secret;
  if ((length != kLineBytes && !newline) || !from_base64url(as_text(line.bytes().first(kLineBytes)), secret.bytes()))
    return fail(ErrorCode::kStoreDamaged,
                path.string() + " isn't a key (one line of 43 characters): restore it from a backup, or delete it to get a new one");
  return secret;
}

Result<void> write_all(const File& file, ByteView bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(file.fd(), bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return system_failure("write", path);
    bytes = bytes.subspan(static_cast<size_t>(done));
  }
  if (::fsync(file.fd()) != 0) return system_failure("write", path);
  return {};
}

// False: the name is taken. Filesystems without RENAME_NOREPLACE get a plain rename: the store's lock keeps second servers out there.
Result<bool> move_into_place(const fs::path& from, const fs::path& to) {
  int moved = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
  if (moved != 0 && errno == EEXIST) return false;
  if (moved != 0 && (errno == EINVAL || errno == ENOSYS)) moved = ::rename(from.c_str(), to.c_str());
  if (moved != 0) return system_failure("make", to);
  const File directory(to.parent_path(), O_RDONLY | O_DIRECTORY);
  if (!directory || ::fsync(directory.fd()) != 0) return system_failure("make", to);
  return true;
}

Result<bool> write_new(const fs::path& path, const Secret<32>& secret, Random& random) {
  const fs::path temporary = path.string() + ".new-" + std::to_string(random.next());
  const File file(temporary, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (!file) return system_failure("make", path);
  std::string line = to_base64url(secret.bytes()) + "\n";
  const auto written = write_all(file, as_bytes(line), path);
  ::explicit_bzero(line.data(), line.size());
  auto moved = written ? move_into_place(temporary, path) : Result<bool>(std::unexpected(written.error()));
  if (!moved || !*moved) ::unlink(temporary.c_str());
  return moved;
}

}  // namespace

Result<void> ensure_key_directory(const fs::path& directory) {
  std::error_code ignored;
  if (directory.has_parent_path()) fs::create_directories(directory.parent_path(), ignored);  // mkdir below says what is wrong
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return system_failure("make the directory", directory);
  struct stat facts;
  if (::stat(directory.c_str(), &facts) != 0) return system_failure("look into", directory);
  if (!S_ISDIR(facts.st_mode))
    return fail(ErrorCode::kPermission, directory.string() + " isn't a directory: choose another data directory");
  if ((facts.st_mode & S_IWOTH) != 0)
    return fail(ErrorCode::kPermission,
                "everybody may write to " + directory.string() + " and exchange the server's keys: chmod o-w " + directory.string());
  return {};
}

Result<Secret<32>> load_or_make_secret(const fs::path& path, Random& random) {
  constexpr int kAttempts = 2;  // the second one reads what another process made meanwhile
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const File file(path, O_RDONLY);
    if (file) return read_secret(file, path);
    if (errno != ENOENT) return system_failure("read", path);
    Secret<32> secret;
    random.fill(secret.bytes());
    const auto made = write_new(path, secret, random);
    if (!made) return std::unexpected(made.error());
    if (*made) return secret;
  }
  return fail(ErrorCode::kStorageFailed, path.string() + " comes and goes: is another program at work in that directory?");
}

}  // namespace parley::identity
