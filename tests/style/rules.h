// SPDX-License-Identifier: Apache-2.0
// The house rules that a machine can check, one function each, apart from layering (layering.h). Every finding says what to do instead.
// To add a rule: a function here, its line in style_test.cpp, and a bad sample there that shows it can fail. Stateless.
#pragma once

#include "tests/style/source_tree.h"

namespace parley::style {

inline constexpr size_t kMaxFileLines = 500;
inline constexpr size_t kMaxTestFileLines = 600;
inline constexpr size_t kMaxFunctionLines = 70;
inline constexpr size_t kMinHeaderProseLines = 2;  // of 140 columns; "3 lines" with the SPDX line
inline constexpr size_t kMaxHeaderProseLines = 12;

Findings check_top_level(const std::vector<std::string>& names);
Findings check_file_size(const SourceFile& file);
Findings check_function_size(const SourceFile& file);
Findings check_licence_line(const SourceFile& file);
Findings check_header_prose(const SourceFile& file);
// Words that don't belong in a kind of file: memory orders outside of the bus, our own exceptions, sleeps in tests, the OS's clock and
// randomness in core and net, shared_ptr in core and net, std::format (missing in libstdc++ 12), leftovers.
Findings check_words(const SourceFile& file);
// Notes to self, and names of the machine that a file was written on.
Findings check_leftovers(const SourceFile& file);

}  // namespace parley::style
