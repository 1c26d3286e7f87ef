// SPDX-License-Identifier: Apache-2.0
// A code means the same in C++ and in the C API (the wire carries the number); reads the two headers as text, so that
// a code added to one of them alone is found.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "core/base/error.h"

namespace parley {
namespace {

std::string read(const std::string& path) {
  std::ifstream file(std::string(PARLEY_SOURCE_DIR) + "/" + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// "  <prefix>Name = 12, ..." at the start of a line gives Name → 12.
std::map<std::string, int> numbers(const std::string& path, const std::string& prefix) {
  std::istringstream lines(read(path));
  std::map<std::string, int> out;
  for (std::string line; std::getline(lines, line);) {
    const size_t equals = line.find(" = ");
    if (!line.starts_with("  " + prefix) || equals == std::string::npos) continue;
    const size_t begin = 2 + prefix.size();
    out[line.substr(begin, equals - begin)] = std::atoi(line.c_str() + equals + 3);
  }
  return out;
}

std::string snake(const std::string& pascal) {
  std::string out;
  for (const char c : pascal) {
    const bool upper = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (upper && !out.empty()) out += '_';
    out += static_cast<char>(std::tolower(c));
  }
  return out;
}

TEST(RefusalCodes, EveryCodeHasItsOwnNumberAndItsNameInSnakeCase) {
  const auto codes = numbers("core/base/error.h", "k");
  ASSERT_GE(codes.size(), 34u);
  std::set<int> used;
  for (const auto& [name, number] : codes) {
    EXPECT_TRUE(used.insert(number).second) << name;
    std::string expected = snake(name);
    if (expected == "not_utf_8") expected = "not_utf8";
    EXPECT_EQ(error_name(static_cast<ErrorCode>(number)), expected);
  }
  EXPECT_STREQ(error_name(static_cast<ErrorCode>(999)), "unknown");
}

TEST(RefusalCodes, TheCApiUsesTheSameNumbers) {
  const auto api = numbers("net/client/parley.h", "PARLEY_E_");
  ASSERT_GE(api.size(), 25u);
  for (const auto& [name, number] : api) {
    std::string lower;
    for (const char c : name) lower += static_cast<char>(std::tolower(c));
    EXPECT_EQ(error_name(static_cast<ErrorCode>(number)), lower);
  }
}

}  // namespace
}  // namespace parley
