// SPDX-License-Identifier: Apache-2.0
#include "core/search/guarded.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

namespace parley::search {
namespace {

// Opening fails for a file that is missing or garbled, but also because the process or the machine lacks something. The latter says nothing
// about the index.
bool is_of_the_system(const Xapian::Error& error) {
  const char* why = error.get_error_string();
  if (why == nullptr) return false;
  const std::string_view text(why);
  return std::ranges::any_of(std::initializer_list<int>{EMFILE, ENFILE, ENOMEM, EACCES, EPERM, EROFS, ENOSPC, EIO},
                             [text](int number) { return text == std::strerror(number); });
}

ErrorCode code_of(const Xapian::Error& error) {
  const std::string_view type = error.get_type();
  if (type == "DatabaseModifiedError") return ErrorCode::kBusy;
  if (type == "DatabaseLockError") return ErrorCode::kStoreLocked;
  if (is_of_the_system(error)) return ErrorCode::kStorageFailed;
  const bool unusable =
      type == "DatabaseCorruptError" || type == "DatabaseOpeningError" || type == "DatabaseNotFoundError" || type == "DatabaseVersionError";
  return unusable ? ErrorCode::kStoreDamaged : ErrorCode::kStorageFailed;
}

}  // namespace

Error error_of(const Xapian::Error& error, std::string_view doing) {
  std::string text(doing);
  text += ": " + error.get_msg();
  if (error.get_error_string() != nullptr) text += std::string(" (") + error.get_error_string() + ")";
  return {code_of(error), std::move(text)};
}

}  // namespace parley::search
