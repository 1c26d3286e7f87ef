// SPDX-License-Identifier: Apache-2.0
// Formatting: clang-format over all C++ files at once. Version 14 everywhere (Debian 12 and Ubuntu 24.04 both have it, the same 14.0.6),
// because versions disagree about the same style file.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include "tests/style/source_tree.h"

namespace parley::style {
namespace {

struct Ran {
  std::string output;
  int status = 0;
};

Ran run(const std::string& command) {
  Ran ran;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> chunk;
  for (size_t n = 0; (n = std::fread(chunk.data(), 1, chunk.size(), pipe)) > 0;) ran.output.append(chunk.data(), n);
  ran.status = pclose(pipe);
  return ran;
}

// "core/x.h:3:1: error: code should be clang-formatted" → "core/x.h", each once.
std::vector<std::string> files_named(const std::string& output) {
  std::vector<std::string> names;
  size_t at = 0;
  while ((at = output.find(": error:", at)) != std::string::npos) {
    size_t begin = output.rfind('\n', at) + 1;
    std::string name = output.substr(begin, output.find(':', begin) - begin);
    if (names.empty() || names.back() != name) names.push_back(name);
    ++at;
  }
  return names;
}

std::string find_clang_format() {
  for (const std::string& name : {std::string("clang-format-14"), std::string("clang-format")}) {
    if (run(name + " --version").output.find("version 14.") != std::string::npos) return name;
  }
  return "";
}

TEST(Format, OfAllFilesIsClangFormats) {
  std::string program = find_clang_format();
  ASSERT_FALSE(program.empty()) << "clang-format 14 isn't there; ./tools/test installs it (package clang-format-14)";
  std::string command = "cd '" PARLEY_SOURCE_DIR "' && " + program + " --dry-run -Werror";
  for (const SourceFile& file : read_tree(PARLEY_SOURCE_DIR)) {
    if (file.is_cpp()) command += " '" + file.path + "'";
  }
  Ran ran = run(command);
  std::string fix = program + " -i";
  for (const std::string& name : files_named(ran.output)) fix += " " + name;
  EXPECT_EQ(ran.status, 0) << "run this at the repository's root:\n  " << fix;
}

TEST(Format, NoticesWhatIsNotFormatted) {
  std::string program = find_clang_format();
  ASSERT_FALSE(program.empty());
  EXPECT_NE(run("printf 'int  x ;\\n' | " + program + " --dry-run -Werror --style=Google --assume-filename=x.cpp").status, 0);
}

}  // namespace
}  // namespace parley::style
