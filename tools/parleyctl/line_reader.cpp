// SPDX-License-Identifier: Apache-2.0
#include "tools/parleyctl/line_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/limits.h"
#include "core/base/text.h"

namespace parley::parleyctl {

Result<std::unique_ptr<LineReader>> LineReader::open(const std::string& path) {
  const int fd = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kPermission;
    return fail(code,
                "can't read " + printable(path) + ": " + std::strerror(errno) + "; name a file of JSON lines, or - for standard input");
  }
  return std::unique_ptr<LineReader>(new LineReader(fd));
}

LineReader::LineReader(int fd) : fd_(fd), buffer_(2 * kMaxImportLineBytes) {
  struct stat facts {};
  if (::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode)) size_ = static_cast<uint64_t>(facts.st_size);
}

LineReader::~LineReader() {
  if (fd_ != STDIN_FILENO) ::close(fd_);
}

// False at the end.
Result<bool> LineReader::read_more() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  while (true) {
    const ssize_t got = ::read(fd_, buffer_.data() + end_, buffer_.size() - end_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return fail(ErrorCode::kStorageFailed,
                  std::string("can't read on: ") + std::strerror(errno) + "; repeat it, what is stored stays so");
    end_ += static_cast<size_t>(got);
    bytes_read_ += static_cast<size_t>(got);
    return got > 0;
  }
}

Result<std::optional<LineReader::Line>> LineReader::next() {
  bool too_long = false;
  while (true) {
    const auto from = buffer_.begin() + static_cast<ptrdiff_t>(begin_);
    const auto to = buffer_.begin() + static_cast<ptrdiff_t>(end_);
    const auto found = std::find(from, to, '\n');
    if (found != to || (at_end_ && (from != to || too_long))) {
      const auto length = static_cast<size_t>(found - from);
      const Line line{++number_, {buffer_.data() + begin_, length}, too_long || length > kMaxImportLineBytes};
      begin_ += length + (found != to ? 1 : 0);
      return line;
    }
    if (at_end_) return std::nullopt;
    if (end_ - begin_ > kMaxImportLineBytes) {
      too_long = true;
      begin_ = end_;
    }
    const auto more = read_more();
    if (!more) return std::unexpected(more.error());
    at_end_ = !*more;
  }
}

}  // namespace parley::parleyctl
