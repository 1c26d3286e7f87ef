// SPDX-License-Identifier: Apache-2.0
#include "net/client/outbox_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/room/keyed_hash.h"

namespace parley::client {
namespace {

constexpr std::string_view kMagic = "parley outbox 1\n";
constexpr size_t kRecordHead = 8;              // length, check
constexpr size_t kMaxRecord = 16 * 1024;       // a send with the longest text, payload and mentions
constexpr size_t kShrinkAbove = 256 * 1024;    // and when no more than a quarter of it is still needed
constexpr size_t kMaxFile = 64 * 1024 * 1024;  // larger: not ours

uint32_t check_of(std::string_view payload) { return room::KeyedHash(room::kDefaultHashKey)(payload); }

std::string packed(const outbox::RecordT& fields) {
  flatbuffers::FlatBufferBuilder builder(512);
  builder.Finish(outbox::CreateRecord(builder, &fields));
  const std::string_view payload(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  std::string out(kRecordHead, '\0');
  auto* head = reinterpret_cast<uint8_t*>(out.data());
  store_le(head, static_cast<uint32_t>(payload.size()));
  store_le(head + 4, check_of(payload));
  return out.append(payload);
}

outbox::RecordT record_of(const KeptSend& send) {
  outbox::RecordT record;
  record.kept = std::make_unique<outbox::KeptSendT>();
  outbox::KeptSendT& kept = *record.kept;
  kept.number = send.number;
  kept.room = send.room;
  kept.kind = static_cast<uint8_t>(send.content.kind);
  kept.text = send.content.text;
  kept.target = send.content.target;
  kept.removed = send.content.removed;
  kept.custom_type = send.content.custom_type;
  kept.payload.assign(send.content.payload.begin(), send.content.payload.end());
  kept.mentions = send.content.mentions;
  return record;
}

KeptSend send_of(const outbox::KeptSend& stored) {
  outbox::KeptSendT kept;
  stored.UnPackTo(&kept);
  return {.number = kept.number,
          .room = std::move(kept.room),
          .content = {.kind = static_cast<wire::SendKind>(kept.kind),
                      .text = std::move(kept.text),
                      .target = kept.target,
                      .removed = kept.removed,
                      .custom_type = kept.custom_type,
                      .payload = {kept.payload.begin(), kept.payload.end()},
                      .mentions = std::move(kept.mentions)}};
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

int open_locked(const std::filesystem::path& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  const int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

}  // namespace

std::unexpected<Error> OutboxFile::failed(int error, const char* doing) const {
  const std::string text = std::string(doing) + " the outbox file " + path_.string() + ": " + std::strerror(error);
  switch (error) {
    case EWOULDBLOCK:
      return fail(ErrorCode::kBusy, "another session has the outbox file " + path_.string() + ": give each its own");
    case EACCES:
    case EPERM:
    case EROFS:
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
      return fail(ErrorCode::kPermission, text + ": name a file in a directory that exists and may be written to");
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return fail(ErrorCode::kStorageFull, text + ": free some space");
    default:
      return fail(ErrorCode::kStorageFailed, text);
  }
}

Result<std::unique_ptr<OutboxFile>> OutboxFile::open(const std::filesystem::path& path, ProducerId producer) {
  std::unique_ptr<OutboxFile> file(new OutboxFile(path));
  file->state_.producer = producer;
  if (auto opened = file->open_and_lock(); !opened) return std::unexpected(opened.error());
  if (auto read = file->read(); !read) return std::unexpected(read.error());
  if (auto written = file->rewrite(); !written) return std::unexpected(written.error());
  return file;
}

OutboxFile::~OutboxFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> OutboxFile::open_and_lock() {
  fd_ = open_locked(path_, 0);
  if (fd_ < 0) return failed(errno, "can't open");
  return {};
}

Result<void> OutboxFile::read() {
  struct stat info {};
  if (::fstat(fd_, &info) != 0) return failed(errno, "can't read");
  const auto size = static_cast<size_t>(info.st_size);
  const auto not_ours = [&] {
    return fail(ErrorCode::kInvalidArgument, path_.string() + " isn't an outbox file of Parley: name another one");
  };
  if (size == 0) return {};
  if (size > kMaxFile) return not_ours();
  std::string all(size, '\0');
  if (::pread(fd_, all.data(), size, 0) != static_cast<ssize_t>(size)) return failed(errno, "can't read");
  if (!std::string_view(all).starts_with(kMagic.substr(0, std::min(size, kMagic.size())))) return not_ours();
  size_t at = kMagic.size();
  while (at + kRecordHead <= size) {
    const auto* head = reinterpret_cast<const uint8_t*>(all.data() + at);
    const size_t length = load_le<uint32_t>(head);
    if (length > kMaxRecord || length > size - at - kRecordHead) break;
    const std::string payload = all.substr(at + kRecordHead, length);  // aligned
    flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(payload.data()), payload.size(), 8, 64);
    if (check_of(payload) != load_le<uint32_t>(head + 4) || !verifier.VerifyBuffer<outbox::Record>(nullptr)) break;
    if (!take(*flatbuffers::GetRoot<outbox::Record>(payload.data()))) break;
    at += kRecordHead + length;
  }
  return {};
}

// False: the record makes no sense, so what follows is left out too.
bool OutboxFile::take(const outbox::Record& record) {
  if (record.producer() != 0) state_.producer = ProducerId(record.producer());
  if (record.user() != nullptr) state_.user = record.user()->str();
  state_.next = std::max(state_.next, record.next());
  if (record.kept() != nullptr) {
    KeptSend kept = send_of(*record.kept());
    if (kept.number < state_.next || state_.kept.size() >= kMaxOutbox || kept.content.kind > wire::SendKind::MAX) return false;
    if (!validate_content(kept.content)) return false;
    state_.next = kept.number + 1;
    state_.kept.push_back(std::move(kept));
  }
  std::erase_if(state_.kept, [&](const KeptSend& each) { return each.number <= record.done_through() || each.number == record.dropped(); });
  return true;
}

Result<void> OutboxFile::append(const outbox::RecordT& record) {
  const std::string bytes = packed(record);
  if (!write_all(fd_, bytes)) {
    const int error = errno;
    if (::ftruncate(fd_, static_cast<off_t>(bytes_)) != 0) return failed(errno, "can't mend");  // half a record would hide what follows
    ::lseek(fd_, 0, SEEK_END);
    return failed(error, "can't write to");
  }
  bytes_ += bytes.size();
  return {};
}

// In a file beside it, which takes its place at once: whenever the program dies, one of the two is there.
Result<void> OutboxFile::rewrite() {
  const std::filesystem::path next = path_.string() + ".new";
  const int fd = open_locked(next, O_TRUNC);
  if (fd < 0) return failed(errno, "can't write");
  std::string all(kMagic);
  outbox::RecordT start;
  start.producer = state_.producer.value;
  start.user = state_.user;
  all += packed(start);
  for (const KeptSend& each : state_.kept) all += packed(record_of(each));
  outbox::RecordT end;
  end.next = state_.next;
  all += packed(end);
  if (!write_all(fd, all) || ::rename(next.c_str(), path_.c_str()) != 0) {
    const int error = errno;
    ::close(fd);
    return failed(error, "can't write");
  }
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
  bytes_ = all.size();
  return {};
}

Result<void> OutboxFile::keep(const KeptSend& send) {
  if (auto written = append(record_of(send)); !written) return written;
  state_.kept.push_back(send);
  state_.next = send.number + 1;
  return {};
}

void OutboxFile::done(uint64_t through) {
  if (state_.kept.empty() || state_.kept.front().number > through) return;
  outbox::RecordT record;
  record.done_through = through;
  note(record);
  std::erase_if(state_.kept, [&](const KeptSend& each) { return each.number <= through; });
  shrink();
}

void OutboxFile::drop(uint64_t number) {
  if (std::erase_if(state_.kept, [&](const KeptSend& each) { return each.number == number; }) == 0) return;
  outbox::RecordT record;
  record.dropped = number;
  note(record);
  shrink();
}

void OutboxFile::set_user(std::string_view user) {
  if (state_.user == user) return;
  state_.user.assign(user);
  outbox::RecordT record;
  record.user = state_.user;
  note(record);
}

// What can't be written now is written when the file is made anew.
void OutboxFile::note(const outbox::RecordT& record) {
  if (!append(record)) stale_ = true;
}

void OutboxFile::shrink() {
  if (bytes_ <= kShrinkAbove && !stale_) return;
  size_t needed = 0;
  for (const KeptSend& each : state_.kept)
    needed += each.room.size() + each.content.text.size() + each.content.payload.size() + kRecordHead;
  if (stale_ || needed <= bytes_ / 4) stale_ = !rewrite();
}

}  // namespace parley::client
