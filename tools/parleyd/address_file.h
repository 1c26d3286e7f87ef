// SPDX-License-Identifier: Apache-2.0
// The file that tells scripts where the server is. It appears whole (written beside and renamed), with one line, when clients are served.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/error.h"

namespace parley::parleyd {

// Errors: kPermission.
Result<void> write_address_file(const std::filesystem::path& path, std::string_view address);

}  // namespace parley::parleyd
