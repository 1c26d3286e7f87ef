// SPDX-License-Identifier: Apache-2.0
// Asks a running parleyd over its admin socket: one line of JSON each way, what stands in them is net/server/admin_answers.h.
// Blocks, ten seconds at most. One thread.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/error.h"

namespace parley::parleyctl {

// The answer's object, which has "ok": true. Errors: kNotFound (no server runs there), kPermission, kTimeout, and what the server refuses.
Result<nlohmann::json> ask_server(const std::filesystem::path& data_dir, const nlohmann::json& request);

// The error of that name in an answer.
ErrorCode error_of(const std::string& name);

}  // namespace parley::parleyctl
