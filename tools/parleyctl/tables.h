// SPDX-License-Identifier: Apache-2.0
// The server's answers as tables for people; with --json they are printed as they come instead.
// Text of users is made harmless for a terminal first. Stateless.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace parley::parleyctl {

std::string bytes_text(uint64_t count);  // "1.5 MiB"
std::string status_table(const nlohmann::json& answer);
std::string rooms_table(const nlohmann::json& answer);
std::string sessions_table(const nlohmann::json& answer);

}  // namespace parley::parleyctl
