// SPDX-License-Identifier: Apache-2.0
#include "core/identity/json.h"

#include <algorithm>

namespace parley::identity {
namespace {

// Deepest nesting of brackets outside of strings. Judges text that may not be JSON at all: the parser refuses that later.
int depth_of(std::string_view text) {
  int depth = 0, deepest = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '{' || c == '[')) {
      deepest = std::max(deepest, ++depth);
    } else if (!in_string && (c == '}' || c == ']')) {
      --depth;
    }
  }
  return deepest;
}

const Json* find(const Json& object, const char* name) {
  const auto member = object.find(name);
  return member == object.end() ? nullptr : &*member;
}

}  // namespace

std::optional<Json> parse_json_object(std::string_view text, size_t max_bytes) {
  if (text.size() > max_bytes || depth_of(text) > kMaxJsonDepth) return {};
  Json parsed = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return {};
  return parsed;
}

const std::string* find_string(const Json& object, const char* name) {
  const Json* member = find(object, name);
  return member != nullptr ? member->get_ptr<const std::string*>() : nullptr;
}

const Json* find_array(const Json& object, const char* name) {
  const Json* member = find(object, name);
  return member != nullptr && member->is_array() ? member : nullptr;
}

const Json* find_object(const Json& object, const char* name) {
  const Json* member = find(object, name);
  return member != nullptr && member->is_object() ? member : nullptr;
}

std::optional<double> find_number(const Json& object, const char* name) {
  const Json* member = find(object, name);
  if (member == nullptr || !member->is_number()) return {};
  return member->get<double>();
}

}  // namespace parley::identity
