// SPDX-License-Identifier: Apache-2.0
// A file or standard input, line by line, in bounded memory: a line above kMaxImportLineBytes is passed over to its end and told so.
// One thread; a read blocks for as long as the other side needs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace parley::parleyctl {

class LineReader {
 public:
  struct Line {
    uint64_t number = 0;    // from 1
    std::string_view text;  // without its end; until the next call
    bool too_long = false;  // and then without text
  };

  // "-" is standard input. Errors: kNotFound, kPermission.
  static Result<std::unique_ptr<LineReader>> open(const std::string& path);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  // Nothing at the end. Error: kStorageFailed.
  Result<std::optional<Line>> next();
  uint64_t bytes_read() const { return bytes_read_; }
  uint64_t size() const { return size_; }  // 0: nobody knows

 private:
  explicit LineReader(int fd);
  Result<bool> read_more();

  const int fd_;
  std::vector<char> buffer_;
  size_t begin_ = 0, end_ = 0;  // what is read and not given yet
  bool at_end_ = false;
  uint64_t number_ = 0, bytes_read_ = 0, size_ = 0;
};

}  // namespace parley::parleyctl
