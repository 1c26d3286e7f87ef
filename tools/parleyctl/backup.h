// SPDX-License-Identifier: Apache-2.0
// parleyctl backup: has the running server make a copy of its store and keys, and waits for the end of it. Ended before, it changes
// nothing: the server goes on. One thread; as long as the copy takes.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/error.h"

namespace parley::parleyctl {

// The answer's object: "directory" and "bytes". Errors: of ask_server, and what the copy failed of.
Result<nlohmann::json> make_backup(const std::filesystem::path& data_dir, const std::filesystem::path& directory);

std::string backup_line(const nlohmann::json& answer);
std::string said_line(const nlohmann::json& answer);  // of {"ask":"say"}

}  // namespace parley::parleyctl
