// SPDX-License-Identifier: Apache-2.0
// What all answers of the admin socket are made with: refusals, and fields of a request that may be missing or of another type.
// Stateless; main thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/base/error.h"

namespace parley::server {

inline nlohmann::json refused(ErrorCode code, const std::string& text) {
  return {{"ok", false}, {"error", error_name(code)}, {"text", text}};
}

inline std::string string_of(const nlohmann::json& request, const char* key) {
  return request.contains(key) && request[key].is_string() ? request[key].get<std::string>() : std::string();
}

}  // namespace parley::server
