// SPDX-License-Identifier: Apache-2.0
// The fortified headers define some of these calls inline, which would be a second definition here.
#undef _FORTIFY_SOURCE
#include "tests/core/history/file_calls.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdarg>
#include <mutex>

#include "tests/core/history/faulty_disk.h"

namespace parley::history::test {
namespace {

// What a descriptor of the program stands for.
struct Handle {
  FaultyDisk* disk = nullptr;
  FaultyDisk::File* file = nullptr;  // null: the directory itself
  bool synced = false;               // O_DSYNC
};

// Calls of libc have no other way to meet the disks.
struct Watched {
  std::mutex mutex;
  std::vector<FaultyDisk*> disks;
  std::map<int, Handle> handles;
};
Watched& watched() {
  static Watched all;
  return all;
}
std::atomic<int> disks_watched{0};

template <class Function>
Function* libc(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

FaultyDisk* disk_of(Watched& all, const std::filesystem::path& directory) {
  const auto found = std::ranges::find_if(all.disks, [&](const FaultyDisk* disk) { return disk->directory() == directory; });
  return found == all.disks.end() ? nullptr : *found;
}

Handle handle_of(int fd) {
  if (disks_watched == 0) return {};
  const std::lock_guard lock(watched().mutex);
  const auto found = watched().handles.find(fd);
  return found == watched().handles.end() ? Handle{} : found->second;
}

int open_watched(const char* path, int flags, mode_t mode) {
  const int fd = real_open(path, flags, mode);
  if (fd < 0 || disks_watched == 0) return fd;
  const std::lock_guard lock(watched().mutex);
  const std::filesystem::path whole(path);
  if (FaultyDisk* const self = disk_of(watched(), whole)) watched().handles[fd] = {self, nullptr, false};
  FaultyDisk* const disk = disk_of(watched(), whole.parent_path());
  FaultyDisk::File* const file = disk == nullptr ? nullptr : disk->opened(whole, (flags & O_CREAT) != 0);
  if (file != nullptr) watched().handles[fd] = {disk, file, (flags & O_DSYNC) != 0};
  return fd;
}

mode_t mode_of(int flags, va_list arguments) { return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0; }

ssize_t pwrite_watched(int fd, const void* bytes, size_t size, off_t at) {
  const Handle handle = handle_of(fd);
  if (handle.file == nullptr) return real_pwrite(fd, bytes, size, at);
  return handle.disk->write(*handle.file, fd, {static_cast<const uint8_t*>(bytes), size}, at, handle.synced);
}

int sync_watched(int fd, const char* call) {
  const Handle handle = handle_of(fd);
  if (handle.file != nullptr) return handle.disk->sync(*handle.file);
  if (handle.disk != nullptr) return handle.disk->sync_names();
  return libc<int(int)>(call)(fd);
}

FaultyDisk* disk_at(const char* path) {
  if (disks_watched == 0) return nullptr;
  const std::lock_guard lock(watched().mutex);
  return disk_of(watched(), std::filesystem::path(path).parent_path());
}

}  // namespace

void watch(FaultyDisk& disk) {
  const std::lock_guard lock(watched().mutex);
  watched().disks.push_back(&disk);
  ++disks_watched;
}

void unwatch(FaultyDisk& disk) {
  const std::lock_guard lock(watched().mutex);
  std::erase(watched().disks, &disk);
  std::erase_if(watched().handles, [&](const auto& each) { return each.second.disk == &disk; });
  --disks_watched;
}

int real_open(const char* path, int flags, mode_t mode) {
  static const auto next = libc<int(const char*, int, ...)>("open");
  return next(path, flags, mode);
}
ssize_t real_pwrite(int fd, const void* bytes, size_t size, off_t at) {
  static const auto next = libc<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return next(fd, bytes, size, at);
}
int real_rename(const char* from, const char* to) {
  static const auto next = libc<int(const char*, const char*)>("rename");
  return next(from, to);
}
int real_unlink(const char* path) {
  static const auto next = libc<int(const char*)>("unlink");
  return next(path);
}

}  // namespace parley::history::test

// The names ending with 64 are what a liblmdb that was built for large files calls.
extern "C" {

using namespace parley::history::test;

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_watched(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_watched(path, flags, mode);
}
int close(int fd) {
  static const auto next = libc<int(int)>("close");
  if (disks_watched != 0) {
    const std::lock_guard lock(watched().mutex);
    watched().handles.erase(fd);
  }
  return next(fd);
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) { return pwrite_watched(fd, bytes, size, at); }
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) { return pwrite_watched(fd, bytes, size, at); }
// LMDB writes runs of pages so, at the descriptor's position.
ssize_t writev(int fd, const iovec* parts, int count) {
  static const auto next = libc<ssize_t(int, const iovec*, int)>("writev");
  if (handle_of(fd).file == nullptr) return next(fd, parts, count);
  std::vector<uint8_t> all;
  for (const iovec& part : std::span(parts, static_cast<size_t>(count)))
    all.insert(all.end(), static_cast<const uint8_t*>(part.iov_base), static_cast<const uint8_t*>(part.iov_base) + part.iov_len);
  const ssize_t done = pwrite_watched(fd, all.data(), all.size(), lseek(fd, 0, SEEK_CUR));
  if (done > 0) lseek(fd, done, SEEK_CUR);
  return done;
}
int fdatasync(int fd) { return sync_watched(fd, "fdatasync"); }
int fsync(int fd) { return sync_watched(fd, "fsync"); }
int rename(const char* from, const char* to) noexcept {
  FaultyDisk* const disk = disk_at(from);
  if (disk == nullptr) return real_rename(from, to);
  return disk->rename(std::filesystem::path(from).filename(), std::filesystem::path(to).filename());
}
int unlink(const char* path) noexcept {
  FaultyDisk* const disk = disk_at(path);
  return disk == nullptr ? real_unlink(path) : disk->remove(std::filesystem::path(path).filename());
}
// What std::filesystem::remove calls.
int remove(const char* path) noexcept {
  static const auto next = libc<int(const char*)>("remove");
  return disk_at(path) == nullptr ? next(path) : unlink(path);
}

}  // extern "C"
