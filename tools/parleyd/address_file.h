// SPDX-License-Identifier: Apache-2.0
// The file that tells scripts where the server is (--address-file): one line, the address as it is printed.
// It appears whole (written beside and renamed), and not before clients are served. Main thread.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/error.h"

namespace parley::parleyd {

// Errors: kPermission.
Result<void> write_address_file(const std::filesystem::path& path, std::string_view address);

}  // namespace parley::parleyd
