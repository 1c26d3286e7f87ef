// SPDX-License-Identifier: Apache-2.0
#include "core/history/lmdb_env.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>

#include "core/base/limits.h"
#include "core/history/compact.h"
#include "core/history/store_lock.h"

namespace parley::history {
namespace {

constexpr const char* kNewFile = "new.mdb";
constexpr MDB_dbi kMaxTables = 32;
constexpr uint64_t kFullBelow = 1u << 20;  // less than this left: a short write was the full disk, not a broken one

MDB_dbi open_table(MDB_txn* txn, const char* name, unsigned flags, int& status) {
  MDB_dbi table = 0;
  if (status == 0) status = mdb_dbi_open(txn, name, flags, &table);
  return table;
}

int open_all(MDB_txn* txn, Tables& tables, unsigned flags, int status) {
  tables.log = open_table(txn, "log", flags, status);
  tables.large = open_table(txn, "large", flags, status);
  tables.index = open_table(txn, "index", flags, status);
  tables.rooms = open_table(txn, "rooms", flags, status);
  tables.producers = open_table(txn, "producers", flags, status);
  tables.epochs = open_table(txn, "epochs", flags, status);
  tables.meta = open_table(txn, "meta", flags, status);
  tables.notes = open_table(txn, "notes", flags, status);
  tables.pins = open_table(txn, "pins", flags, status);
  tables.reactions = open_table(txn, "reactions", flags, status);
  tables.topics = open_table(txn, "topics", flags, status);
  tables.marks = open_table(txn, "marks", flags, status);
  tables.retained = open_table(txn, "retained", flags, status);
  tables.joined = open_table(txn, "joined", flags, status);
  tables.erasures = open_table(txn, "erasures", flags, status);
  tables.ends = open_table(txn, "ends", flags, status);
  return status;
}

// LMDB ends the process after this: what it found in the file is nothing that it could go on with.
void on_damaged_page(MDB_env*, const char* what) {
  std::fprintf(stderr, "the store's file is damaged, a page of it isn't what it was: restore a backup (%s)\n", what);
}

}  // namespace

ReadTransaction::~ReadTransaction() {
  if (txn_ != nullptr) mdb_txn_abort(txn_);
}

WriteTransaction::~WriteTransaction() {
  if (txn_ != nullptr) mdb_txn_abort(txn_);
}

void WriteTransaction::put(MDB_dbi table, ByteView key, ByteView value) {
  if (status_ != 0) return;
  MDB_val k = to_val(key);
  MDB_val v = to_val(value);
  status_ = mdb_put(txn_, table, &k, &v, 0);
}

uint8_t* WriteTransaction::append(MDB_dbi table, ByteView key, size_t bytes) {
  if (status_ != 0) return nullptr;
  MDB_val k = to_val(key);
  MDB_val v{bytes, nullptr};
  status_ = mdb_put(txn_, table, &k, &v, MDB_APPEND | MDB_RESERVE);
  return status_ == 0 ? static_cast<uint8_t*>(v.mv_data) : nullptr;
}

void WriteTransaction::remove(MDB_dbi table, ByteView key) {
  if (status_ != 0) return;
  MDB_val k = to_val(key);
  status_ = mdb_del(txn_, table, &k, nullptr);
  if (status_ == MDB_NOTFOUND) status_ = 0;
}

size_t WriteTransaction::remove_range(MDB_dbi table, const KeyRange& keys, size_t most) {
  MDB_cursor* cursor = nullptr;
  if (status_ == 0) status_ = mdb_cursor_open(txn_, table, &cursor);
  if (status_ != 0) return 0;
  size_t removed = 0;
  for (; removed < most && status_ == 0; ++removed) {
    MDB_val key = to_val(keys.first);
    MDB_val value{};
    status_ = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    if (status_ != 0) break;
    const ByteView found = to_view(key);
    if (found.size() < keys.end.size() || std::memcmp(found.data(), keys.end.data(), keys.end.size()) >= 0) break;
    status_ = mdb_cursor_del(cursor, 0);
  }
  mdb_cursor_close(cursor);
  if (status_ == MDB_NOTFOUND) status_ = 0;
  return removed;
}

void WriteTransaction::remove_prefix(MDB_dbi table, ByteView prefix) {
  MDB_cursor* cursor = nullptr;
  if (status_ == 0) status_ = mdb_cursor_open(txn_, table, &cursor);
  if (status_ != 0) return;
  while (status_ == 0) {
    MDB_val key = to_val(prefix);
    MDB_val value{};
    status_ = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    if (status_ != 0 || !as_text(to_view(key)).starts_with(as_text(prefix))) break;
    status_ = mdb_cursor_del(cursor, 0);
  }
  mdb_cursor_close(cursor);
  if (status_ == MDB_NOTFOUND) status_ = 0;
}

std::optional<ByteView> WriteTransaction::get(MDB_dbi table, ByteView key) const {
  MDB_val k = to_val(key);
  MDB_val value{};
  if (status_ != 0 || mdb_get(txn_, table, &k, &value) != 0) return std::nullopt;
  return to_view(value);
}

int WriteTransaction::commit() {
  if (status_ != 0) return status_;
  MDB_txn* txn = txn_;
  txn_ = nullptr;  // mdb_txn_commit frees it whatever it returns
  status_ = mdb_txn_commit(txn);
  return status_;
}

Environment::~Environment() {
  if (env_ != nullptr) mdb_env_close(env_);
}

int Environment::open(const StoreOptions& options) {
  directory_ = options.directory;
  max_bytes_ = options.max_bytes;
  const std::filesystem::path file = options.directory / kStoreFile;
  std::error_code unknown;
  std::filesystem::remove(options.directory / kCompactFile, unknown);
  if (!std::filesystem::exists(file, unknown)) {
    if (const int status = make_file(options, file); status != 0) return status;
  }
  // At each start: at the one that made the file the power may have gone before this.
  if (const int status = options.no_sync_for_simulation ? 0 : sync_names(options.directory); status != 0) return status;
  reserves_ = !options.no_sync_for_simulation;
  reserved_ = std::filesystem::file_size(file, unknown);
  if (unknown) reserved_ = 0;
  if (const int status = open_file(options, options.directory, 0); status != 0) return status;
  MDB_envinfo info{};
  if (const int status = mdb_env_info(env_, &info); status != 0) return status;
  if (max_bytes_ == 0) max_bytes_ = info.me_mapsize - std::min<size_t>(info.me_mapsize, kStoreReserveBytes);
  return 0;
}

int Environment::open_file(const StoreOptions& options, const std::filesystem::path& file, unsigned flags) {
  if (const int status = mdb_env_create(&env_); status != 0) return status;
  if (const int status = options.max_bytes == 0 ? 0 : mdb_env_set_mapsize(env_, options.max_bytes + kStoreReserveBytes); status != 0)
    return status;
  if (const int status = mdb_env_set_maxdbs(env_, kMaxTables); status != 0) return status;
  if (const int status = mdb_env_set_assert(env_, on_damaged_page); status != 0) return status;
  // Read transactions belong to their scope, not to a thread. Read-ahead stays on: a start scans the log's tail, and a cold page of
  // history touches neighbours.
  flags |= MDB_NOTLS;
  if (options.skip_meta_sync) flags |= MDB_NOMETASYNC;
  if (options.no_sync_for_simulation) flags |= MDB_NOSYNC;
  return mdb_env_open(env_, file.c_str(), flags, 0600);
}

int Environment::make_file(const StoreOptions& options, const std::filesystem::path& file) {
  const std::filesystem::path beside = options.directory / kNewFile;
  std::error_code unknown;
  std::filesystem::remove(beside, unknown);  // half a one
  {
    Environment made;
    if (const int status = made.open_file(options, beside, MDB_NOSUBDIR); status != 0) return status;
    if (const int status = made.open_tables(); status != 0) return status;
    if (const int status = options.no_sync_for_simulation ? 0 : made.sync(); status != 0) return status;
  }
  std::filesystem::remove(beside.string() + "-lock", unknown);
  return ::rename(beside.c_str(), file.c_str()) == 0 ? 0 : errno;
}

void Environment::forget_dead_readers() {
  int dead = 0;
  mdb_reader_check(env_, &dead);  // a failure only leaves them for the next time
}

int Environment::sync() { return mdb_env_sync(env_, 1); }

int Environment::open_tables() {
  WriteTransaction txn(env_);
  const int status = open_all(txn.get(), tables_, MDB_CREATE, txn.status());
  return status != 0 ? status : txn.commit();
}

int Environment::open_to_read(const std::filesystem::path& place, bool alone) {
  std::error_code unknown;
  const bool is_directory = std::filesystem::is_directory(place, unknown);
  directory_ = is_directory ? place : place.parent_path();
  if (const int status = mdb_env_create(&env_); status != 0) return status;
  if (const int status = mdb_env_set_maxdbs(env_, kMaxTables); status != 0) return status;
  if (const int status = mdb_env_set_assert(env_, on_damaged_page); status != 0) return status;
  const unsigned flags = (is_directory ? 0 : MDB_NOSUBDIR) | MDB_RDONLY | MDB_NOTLS | (alone ? MDB_NOLOCK : 0);
  return mdb_env_open(env_, place.c_str(), flags, 0600);
}

int Environment::find_tables() {
  MDB_txn* txn = nullptr;
  if (const int status = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn); status != 0) return status;
  if (const int status = open_all(txn, tables_, 0, 0); status != 0) {
    mdb_txn_abort(txn);
    return status;
  }
  return mdb_txn_commit(txn);  // what it opened stays open
}

// LMDB answers EIO for a write that the disk took only in part, as the last one before ENOSPC (or a file size limit) is.
bool Environment::disk_is_full() const {
  struct statvfs disk {};
  if (statvfs(directory_.c_str(), &disk) == 0 && disk.f_bavail * disk.f_frsize < kFullBelow) return true;
  struct rlimit limit {};
  struct stat file {};
  if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return false;
  return stat((directory_ / kStoreFile).c_str(), &file) == 0 && static_cast<uint64_t>(file.st_size) + kFullBelow > limit.rlim_cur;
}

// Pages that transactions freed are used again before the file grows, so what is in use is all of the file but those.
int Environment::make_room_for(uint64_t bytes) {
  MDB_envinfo info{};
  MDB_stat stat{};
  if (const int status = mdb_env_info(env_, &info); status != 0) return status;
  if (const int status = mdb_env_stat(env_, &stat); status != 0) return status;
  const uint64_t page = stat.ms_psize;
  const uint64_t end = (info.me_last_pgno + 1) * page + bytes;
  const uint64_t end_on_disk = end + kDiskReserveBytes;
  const bool fits = end <= max_bytes_;
  if (fits && (!reserves_ || end_on_disk <= reserved_)) return 0;
  if (fits && grow_to(end_on_disk) == 0) return 0;
  const ReadTransaction txn(env_);  // LMDB shows what is free to readers only
  if (txn.status() != 0) return txn.status();
  const uint64_t free = free_pages(txn.get()) * page;
  if (end > max_bytes_ + free) return MDB_MAP_FULL;
  return !reserves_ || end_on_disk <= reserved_ + free || grow_to(end_on_disk - free) == 0 ? 0 : ENOSPC;
}

// By kDiskReserveBytes at a time: an extension of the file costs its sync some more.
int Environment::grow_to(uint64_t end) {
  if (end <= reserved_) return 0;
  mdb_filehandle_t file = -1;
  if (const int status = mdb_env_get_fd(env_, &file); status != 0) return status;
  const uint64_t wanted = end + kDiskReserveBytes;
  if (::fallocate(file, 0, static_cast<off_t>(reserved_), static_cast<off_t>(wanted - reserved_)) == 0) {
    reserved_ = wanted;
  } else if (errno == EOPNOTSUPP || errno == ENOSYS) {
    reserves_ = false;  // then a full disk may leave no room to make room in
  } else {
    return errno;
  }
  return 0;
}

uint64_t Environment::free_pages(MDB_txn* reading) {
  constexpr MDB_dbi kFreeTable = 0;  // LMDB's own: transaction → the pages that it freed, led by their number
  MDB_cursor* cursor = nullptr;
  if (mdb_cursor_open(reading, kFreeTable, &cursor) != 0) return 0;
  uint64_t pages = 0;
  MDB_val key{};
  MDB_val value{};
  while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
    size_t count = 0;
    if (value.mv_size >= sizeof count) std::memcpy(&count, value.mv_data, sizeof count);
    pages += count;
  }
  mdb_cursor_close(cursor);
  return pages;
}

Error Environment::error(int status, std::string_view doing) const {
  const std::string where = directory_.string();
  const std::string cause = std::string(doing) + " " + where + ": ";
  if (status == EIO && disk_is_full()) status = ENOSPC;
  switch (status) {
    case MDB_MAP_FULL:
      return {ErrorCode::kStorageFull, cause + "it has reached its limit of " + std::to_string(max_bytes_) +
                                           " bytes; raise the limit or keep less history, old messages stay readable"};
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {ErrorCode::kStorageFull, cause + "no space left there; free some, new messages are taken again as soon as there is room"};
    case EACCES:
    case EPERM:
    case EROFS:
      return {ErrorCode::kPermission,
              cause + mdb_strerror(status) + "; give the server's user write access to it or name another directory"};
    case MDB_VERSION_MISMATCH:
      return {ErrorCode::kStoreVersion, cause + "written by an LMDB of another file format; use the version of Parley that wrote it"};
    case MDB_INVALID:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_BAD_TXN:  // what a transaction says from the damaged page on
      return {ErrorCode::kStoreDamaged, cause + mdb_strerror(status) + "; name another directory or restore a backup"};
    case MDB_PANIC:
      return {ErrorCode::kStorageFailed, cause + "an earlier write of its root page failed; look at the disk, then restart the server"};
    default:
      return {ErrorCode::kStorageFailed, cause + mdb_strerror(status) + "; look at the disk and the system's log"};
  }
}

}  // namespace parley::history
