// SPDX-License-Identifier: Apache-2.0
// parleyd's TOML file: `name = value` for each setting of settings.h, no tables. What isn't known or has the wrong type is an error that
// names file and line. Main thread, at start.
#pragma once

#include <filesystem>
#include <string>

#include "tools/parleyd/settings.h"

namespace parley::parleyd {

// Errors: kInvalidArgument, kPermission (can't be read).
Result<void> read_config_file(const std::filesystem::path& path, DaemonConfig& config);
// All settings as such a file.
std::string print_config(const DaemonConfig& config);

}  // namespace parley::parleyd
