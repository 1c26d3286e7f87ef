// SPDX-License-Identifier: Apache-2.0
// JSON from strangers, without exceptions: size and nesting are checked before the parser sees it, and wrong types are absent values.
// Internal to core/identity, which alone uses nlohmann/json. Stateless; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace parley::identity {

using Json = nlohmann::json;

inline constexpr int kMaxJsonDepth = 8;

// Nothing if it isn't a JSON object of at most max_bytes and kMaxJsonDepth. Among members of one name the last one counts.
std::optional<Json> parse_json_object(std::string_view text, size_t max_bytes);

// The member if it is there and of that type, else nullptr or nothing.
const std::string* find_string(const Json& object, const char* name);
const Json* find_array(const Json& object, const char* name);
const Json* find_object(const Json& object, const char* name);
std::optional<double> find_number(const Json& object, const char* name);

}  // namespace parley::identity
