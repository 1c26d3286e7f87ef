// SPDX-License-Identifier: Apache-2.0
// The repository as the style rules see it: every text file with its path, its lines, and its code with comments and literals blanked
// out (same line and column numbers), so that a rule never takes prose for code. Build folders, fuzz corpora and .git are left out.
// Read once, then constant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::style {

struct SourceFile {
  std::string path;  // from the repository's root, "core/base/ids.h"
  std::string text;
  std::vector<std::string> lines;  // of text
  std::vector<std::string> code;   // the same lines, comments and the insides of literals as spaces

  bool is_cpp() const;  // .h .cpp .c
  bool is_header() const;
  bool is_under(std::string_view folder) const;  // "core/base" holds core/base/ids.h
};

struct Finding {
  std::string path;
  size_t line = 0;      // from 1; 0 = the whole file
  std::string problem;  // what is wrong, and what to do instead
};
using Findings = std::vector<Finding>;

// For samples in tests and for read_tree.
SourceFile make_file(std::string path, std::string text);

// All files of the repository, sorted by path.
std::vector<SourceFile> read_tree(const std::string& root);
// Names directly below the root, folders with a '/' at the end, without build folders.
std::vector<std::string> top_level(const std::string& root);

// True if `word` stands in `line` with no identifier character beside it.
bool has_word(std::string_view line, std::string_view word);
// One line for each finding, as compilers write it.
std::string to_string(const Findings& findings);

}  // namespace parley::style
