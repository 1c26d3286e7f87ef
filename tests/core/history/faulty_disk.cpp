// SPDX-License-Identifier: Apache-2.0
#include "tests/core/history/faulty_disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/check.h"
#include "tests/core/history/file_calls.h"

namespace parley::history::test {
namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t kSector = 512;  // what a disk writes whole or not at all

bool is_data(const std::string& name) { return name.ends_with(".mdb") && name != "lock.mdb"; }

}  // namespace

struct FaultyDisk::File {
  using Page = std::array<uint8_t, kPage>;
  explicit File(const std::string& path) : fd(real_open(path.c_str(), O_RDONLY | O_CLOEXEC, 0)) { CHECK(fd >= 0, "a watched file opens"); }
  ~File() { ::close(fd); }
  uint64_t size() const {
    struct stat facts {};
    CHECK(fstat(fd, &facts) == 0, "a watched file has a size");
    return static_cast<uint64_t>(facts.st_size);
  }
  // What lies beyond the end reads as zeros.
  void read(uint64_t at, MutableBytes out) const {
    const ssize_t got = pread(fd, out.data(), out.size(), static_cast<off_t>(at));
    CHECK(got >= 0, "a watched file can be read");
    std::fill(out.begin() + got, out.end(), uint8_t{0});
  }

  const int fd;  // of our own, for reading, whatever the file is called by now
  uint64_t synced_size = 0;
  std::map<uint64_t, std::vector<Page>> unsynced;  // page → as synced, then after each write since
};

FaultyDisk::FaultyDisk(std::filesystem::path directory, uint64_t seed) : directory_(std::move(directory)), random_(seed), names_(1) {
  if (std::filesystem::exists(directory_)) {
    for (const auto& each : std::filesystem::directory_iterator(directory_)) {
      const std::string name = each.path().filename();
      if (!is_data(name)) continue;
      files_.push_back(std::make_unique<File>(each.path()));
      files_.back()->synced_size = files_.back()->size();
      names_.back()[name] = files_.back().get();
    }
  }
  watch(*this);
}

FaultyDisk::~FaultyDisk() { unwatch(*this); }

bool FaultyDisk::fails() {
  if (failed_) return true;
  ++operations_;
  if (operations_left_-- > 0) return false;
  failed_ = true;
  return true;
}

FaultyDisk::File* FaultyDisk::opened(const std::string& path, bool may_create) {
  const std::string name = std::filesystem::path(path).filename();
  if (!is_data(name)) return nullptr;
  const auto found = names_.back().find(name);
  if (found != names_.back().end()) return found->second;
  if (!may_create) return nullptr;
  files_.push_back(std::make_unique<File>(path));
  names_.push_back(names_.back());
  names_.back()[name] = files_.back().get();
  return files_.back().get();
}

void FaultyDisk::remember(File& file, uint64_t from, uint64_t to) {
  for (uint64_t page = from / kPage; page * kPage < to; ++page) {
    auto& versions = file.unsynced[page];
    if (versions.empty()) file.read(page * kPage, versions.emplace_back());
    versions.push_back(versions.back());
  }
}

// A synced write is on the disk however the rest of its page fares, so all versions of that page have it.
void FaultyDisk::note(File& file, ByteView bytes, uint64_t at, bool synced) {
  const uint64_t end = at + bytes.size();
  for (uint64_t page = at / kPage; page * kPage < end; ++page) {
    const auto found = file.unsynced.find(page);
    if (found == file.unsynced.end()) continue;
    const uint64_t from = std::max(at, page * kPage);
    const uint64_t to = std::min(end, (page + 1) * kPage);
    for (size_t i = synced ? 0 : found->second.size() - 1; i < found->second.size(); ++i)
      std::memcpy(found->second[i].data() + (from - page * kPage), bytes.data() + (from - at), to - from);
  }
}

ssize_t FaultyDisk::write(File& file, int fd, ByteView bytes, off_t at, bool synced) {
  const bool was_failed = failed_;
  const bool failing = fails();
  if (was_failed) return errno = EIO, -1;
  const auto offset = static_cast<uint64_t>(at);
  // The process may die between two pages of a write; the power may go while any part of it is on its way.
  const uint64_t done =
      failing ? std::min<uint64_t>(random_.below((bytes.size() + kPage - 1) / kPage + 1) * kPage, bytes.size()) : bytes.size();
  const bool durable = synced && !failing;
  if (!durable) remember(file, offset, offset + bytes.size());
  note(file, bytes, offset, durable);
  for (uint64_t written = 0; written < done;) {
    const ssize_t got = real_pwrite(fd, bytes.data() + written, done - written, at + static_cast<off_t>(written));
    CHECK(got > 0, "the real disk has room for a test");
    written += static_cast<uint64_t>(got);
  }
  if (durable) file.synced_size = std::max(file.synced_size, offset + bytes.size());
  return failing ? (errno = EIO, -1) : static_cast<ssize_t>(bytes.size());
}

int FaultyDisk::sync(File& file) {
  if (fails()) return errno = EIO, -1;
  if (ignores_syncs_) return 0;
  file.unsynced.clear();
  file.synced_size = file.size();
  return 0;
}

int FaultyDisk::sync_names() {
  if (fails()) return errno = EIO, -1;
  names_.erase(names_.begin(), names_.end() - 1);
  return 0;
}

int FaultyDisk::rename(const std::string& from, const std::string& to) {
  if (fails()) return errno = EIO, -1;
  if (real_rename((directory_ / from).c_str(), (directory_ / to).c_str()) != 0) return -1;
  if (!names_.back().contains(from)) return 0;
  names_.push_back(names_.back());
  names_.back()[to] = names_.back()[from];
  names_.back().erase(from);
  return 0;
}

int FaultyDisk::remove(const std::string& name) {
  if (fails()) return errno = EIO, -1;
  if (real_unlink((directory_ / name).c_str()) != 0) return -1;
  if (!names_.back().contains(name)) return 0;
  names_.push_back(names_.back());
  names_.back().erase(name);
  return 0;
}

std::vector<uint8_t> FaultyDisk::torn(File& file) {
  const bool garbage = random_.below(4) == 0;  // what nobody wrote may hold what was there before
  const double reached = std::array{0.0, 0.5, 0.9, 1.0}[random_.below(4)];
  const double torn = random_.below(2) == 0 ? 0.0 : 0.3;
  uint64_t end = file.synced_size;
  std::vector<uint8_t> bytes(std::max(file.size(), file.unsynced.empty() ? 0 : (file.unsynced.rbegin()->first + 1) * kPage));
  file.read(0, bytes);
  for (const auto& [page, versions] : file.unsynced) {
    const bool all_or_none = random_.unit() >= torn;
    size_t version = random_.unit() < reached ? 1 + random_.below(versions.size() - 1) : 0;
    for (uint64_t sector = 0; sector < kPage; sector += kSector) {
      if (!all_or_none) version = random_.unit() < reached ? 1 + random_.below(versions.size() - 1) : 0;
      uint8_t* const out = bytes.data() + page * kPage + sector;
      std::memcpy(out, versions[version].data() + sector, kSector);
      if (version > 0) end = std::max(end, page * kPage + sector + kSector);
      if (version == 0 && garbage && page * kPage + sector >= file.synced_size) random_.fill({out, kSector});
    }
  }
  if (random_.below(2) == 0) bytes.resize(end);
  return bytes;
}

void FaultyDisk::leave(Death death, const std::filesystem::path& to) {
  fail_now();
  const Names& names = death == Death::kProcess ? names_.back() : names_[random_.below(names_.size())];
  for (const auto& [name, file] : names) {
    std::vector<uint8_t> bytes;
    if (death == Death::kPower) {
      bytes = torn(*file);
    } else {
      bytes.resize(file->size());
      file->read(0, bytes);
    }
    const int fd = real_open((to / name).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    CHECK(fd >= 0, "a file can be made");
    CHECK(bytes.empty() || real_pwrite(fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()), "a file can be written");
    ::close(fd);
  }
}

}  // namespace parley::history::test
