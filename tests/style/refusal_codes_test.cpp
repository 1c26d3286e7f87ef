// SPDX-License-Identifier: Apache-2.0
// Error codes stand in three places that can't include each other: core/base/error.h, its names in error.cpp, and the C header that games
// compile. They are compared as text, so that a code that was forgotten somewhere is found too.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

#include "core/base/error.h"
#include "tests/style/source_tree.h"

namespace parley::style {
namespace {

const SourceFile& file_at(const std::string& path) {
  static const std::vector<SourceFile> files = read_tree(PARLEY_SOURCE_DIR);
  return *std::ranges::find(files, path, &SourceFile::path);
}

// "kMessageTooLong" → "message_too_long"; a digit stays with what is before it: "kNotUtf8" → "not_utf8".
std::string snake_case(const std::string& constant) {
  std::string out;
  for (size_t i = 1; i < constant.size(); ++i) {
    unsigned char c = static_cast<unsigned char>(constant[i]);
    if (std::isupper(c) != 0 && i > 1) out += '_';
    out += static_cast<char>(std::tolower(c));
  }
  return out;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// All "<prefix><Name> = <number>" of a file: name without prefix → number.
std::map<std::string, int> numbers_in(const SourceFile& file, const std::string& prefix) {
  std::map<std::string, int> found;
  for (const std::string& line : file.code) {
    size_t name = line.find(prefix);
    size_t equals = line.find(" = ");
    if (name == std::string::npos || equals == std::string::npos || name > equals) continue;
    if (equals + 3 >= line.size() || std::isdigit(static_cast<unsigned char>(line[equals + 3])) == 0) continue;
    found[line.substr(name, equals - name)] = std::stoi(line.substr(equals + 3));
  }
  return found;
}

// What happens at a server's start never reaches a client.
const std::set<std::string>& server_only() {
  static const std::set<std::string> codes = {"none", "store_version", "store_locked", "store_damaged"};
  return codes;
}

std::map<std::string, int> codes_of_core() {
  std::map<std::string, int> codes;
  for (const auto& [name, number] : numbers_in(file_at("core/base/error.h"), "k")) codes[snake_case(name)] = number;
  return codes;
}

TEST(RefusalCodes, OfTheCHeaderAreThoseOfCore) {
  std::map<std::string, int> expected = codes_of_core();
  ASSERT_GE(expected.size(), 30u) << "error.h wasn't understood";
  for (const std::string& name : server_only()) expected.erase(name);
  std::map<std::string, int> public_codes;
  for (const auto& [name, number] : numbers_in(file_at("net/client/parley.h"), "PARLEY_E_")) public_codes[lower(name.substr(9))] = number;
  EXPECT_EQ(public_codes, expected) << "add the missing code to PARLEY_E_* in net/client/parley.h; never change or reuse a number";
}

TEST(RefusalCodes, HaveTheirNamesAsText) {
  for (const auto& [name, number] : codes_of_core()) {
    EXPECT_EQ(error_name(static_cast<ErrorCode>(number)), name) << "in core/base/error.cpp";
  }
  EXPECT_STREQ(error_name(static_cast<ErrorCode>(999)), "unknown");
}

TEST(GapReasons, AreTheSameInCoreAndInTheCHeader) {
  std::map<std::string, int> core, header;
  for (const auto& [name, number] : numbers_in(file_at("core/base/gap_reason.h"), "k")) core[snake_case(name)] = number;
  for (const auto& [name, number] : numbers_in(file_at("net/client/parley.h"), "PARLEY_GAP_")) header[lower(name.substr(11))] = number;
  ASSERT_GE(core.size(), 5u) << "gap_reason.h wasn't understood";
  EXPECT_EQ(header, core) << "add the missing reason to PARLEY_GAP_* in net/client/parley.h; never change or reuse a number";
}

TEST(RefusalCodes, AreEachUsedOnce) {
  std::map<int, std::string> by_number;
  for (const auto& [name, number] : codes_of_core()) {
    EXPECT_TRUE(by_number.emplace(number, name).second) << name << " has the number of " << by_number[number];
  }
}

TEST(RefusalCodes, ReadingUnderstandsBothFiles) {
  SourceFile sample = make_file("x.h", "enum {\n  kNotUtf8 = 4,  // kOld = 9\n  PARLEY_E_NOT_UTF8 = 4\n};\n");
  EXPECT_EQ(numbers_in(sample, "k"), (std::map<std::string, int>{{"kNotUtf8", 4}}));
  EXPECT_EQ(numbers_in(sample, "PARLEY_E_"), (std::map<std::string, int>{{"PARLEY_E_NOT_UTF8", 4}}));
  EXPECT_EQ(snake_case("kNotUtf8"), "not_utf8");
}

}  // namespace
}  // namespace parley::style
