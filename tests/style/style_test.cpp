// SPDX-License-Identifier: Apache-2.0
// The house rules over the whole tree, and for each rule a bad sample that shows that it can fail.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/style/layering.h"
#include "tests/style/rules.h"

namespace parley::style {
namespace {

const std::vector<SourceFile>& tree() {
  static const std::vector<SourceFile> files = read_tree(PARLEY_SOURCE_DIR);
  return files;
}

void expect_clean(const std::function<Findings(const SourceFile&)>& rule) {
  Findings all;
  for (const SourceFile& file : tree()) {
    Findings found = rule(file);
    all.insert(all.end(), found.begin(), found.end());
  }
  EXPECT_TRUE(all.empty()) << to_string(all);
}

// How many findings the rule has in a file of that path and text.
template <class Rule>
size_t count(Rule rule, std::string path, std::string text) {
  return rule(make_file(std::move(path), std::move(text))).size();
}

TEST(Tree, IsReadFromTheRepositoryRoot) {
  auto is_ids = [](const SourceFile& file) { return file.path == "core/base/ids.h"; };
  EXPECT_EQ(std::ranges::count_if(tree(), is_ids), 1) << "the rules would pass over nothing";
}

TEST(Tree, IncludesNeverPointLeft) { expect_clean(check_layering); }
TEST(Tree, KeepsFilesSmall) { expect_clean(check_file_size); }
TEST(Tree, KeepsFunctionsOnOneScreen) { expect_clean(check_function_size); }
TEST(Tree, BeginsFilesWithTheLicenceLine) { expect_clean(check_licence_line); }
TEST(Tree, OpensHeadersWithProse) { expect_clean(check_header_prose); }
TEST(Tree, KeepsWordsWhereTheyBelong) { expect_clean(check_words); }
TEST(Tree, HasNoLeftovers) { expect_clean(check_leftovers); }
TEST(Tree, KeepsTheTopLevelSmall) {
  Findings findings = check_top_level(top_level(PARLEY_SOURCE_DIR));
  EXPECT_TRUE(findings.empty()) << to_string(findings);
}

TEST(Layering, RefusesIncludesToTheLeft) {
  EXPECT_EQ(count(check_layering, "core/room/x.h", "#include \"net/link/link.h\"\n"), 1u);
  EXPECT_EQ(count(check_layering, "core/bus/x.h", "#include \"core/room/names.h\"\n"), 1u);
  EXPECT_EQ(count(check_layering, "net/link/x.h", "#include \"net/transport/transport.h\"\n"), 1u);
  EXPECT_EQ(count(check_layering, "net/client/x.h", "#include \"net/server/session.h\"\n"), 1u);
  EXPECT_EQ(count(check_layering, "net/server/x.h", "#include \"net/client/parley.h\"\n"), 1u);
  EXPECT_EQ(count(check_layering, "net/server/x.h", "#include \"tools/parleyd/config.h\"\n"), 1u);
}

TEST(Layering, LetsIncludesPointRight) {
  EXPECT_EQ(count(check_layering, "net/server/x.h", "#include \"core/bus/record.h\"\n#include \"net/server/y.h\"\n"), 0u);
  EXPECT_EQ(count(check_layering, "tools/parley/x.h", "#include \"net/client/parley.h\"\n"), 0u);
}

TEST(Layering, GivesTheTerminalClientThePublicHeaderOnly) {
  EXPECT_EQ(count(check_layering, "tools/parley/x.h", "#include \"net/client/session.h\"\n"), 1u);
}

TEST(Layering, RefusesShortPathsAndUnknownFolders) {
  EXPECT_EQ(count(check_layering, "core/room/x.cpp", "#include \"names.h\"\n"), 1u);
  EXPECT_EQ(count(check_layering, "net/carrier_pigeon/x.cpp", "#include \"core/base/ids.h\"\n"), 1u);
}

TEST(Layering, KeepsLibrariesInTheirFolders) {
  EXPECT_EQ(count(check_layering, "net/server/x.cpp", "#include <enet/enet.h>\n"), 1u);
  EXPECT_EQ(count(check_layering, "core/room/x.cpp", "#include <sodium.h>\n"), 1u);
  EXPECT_EQ(count(check_layering, "core/room/x.cpp", "#include <lmdb.h>\n"), 1u);
  EXPECT_EQ(count(check_layering, "core/history/x.cpp", "#include \"wire_generated.h\"\n"), 1u);
  EXPECT_EQ(count(check_layering, "net/client/x.cpp", "#include <spdlog/spdlog.h>\n"), 1u);
  EXPECT_EQ(count(check_layering, "net/link/x.cpp", "#include <enet/enet.h>\n#include <sodium.h>\n#include <vector>\n"), 0u);
}

TEST(FileSize, RefusesLongFiles) {
  std::string lines;
  for (size_t i = 0; i <= kMaxFileLines; ++i) lines += "int x;\n";
  EXPECT_EQ(count(check_file_size, "core/x.cpp", lines), 1u);
  EXPECT_EQ(count(check_file_size, "tests/x_test.cpp", lines), 0u);
  EXPECT_EQ(count(check_file_size, "core/base/README.md", lines), 0u);
}

std::string function_of(size_t lines, const std::string& head) {
  std::string text = head + " {\n";
  for (size_t i = 2; i < lines; ++i) text += "  if (x) { y(); }\n";
  return text + "}\n";
}

TEST(FunctionSize, RefusesLongFunctions) {
  EXPECT_EQ(count(check_function_size, "core/x.cpp", function_of(kMaxFunctionLines + 1, "void f()")), 1u);
  EXPECT_EQ(count(check_function_size, "core/x.cpp", function_of(kMaxFunctionLines + 1, "A::A(int a) : a_(a)")), 1u);
  EXPECT_EQ(count(check_function_size, "tests/x.cpp", function_of(kMaxFunctionLines + 1, "TEST(A, Does)")), 1u);
  EXPECT_EQ(count(check_function_size, "core/x.cpp", function_of(kMaxFunctionLines, "void f()")), 0u);
}

TEST(FunctionSize, SeesFunctionsInsideOfScopesButNotTheScopes) {
  std::string longer = function_of(kMaxFunctionLines + 1, "int f() const");
  std::string shorter = function_of(kMaxFunctionLines - 1, "int f() const") + function_of(kMaxFunctionLines - 1, "int g() const");
  EXPECT_EQ(count(check_function_size, "core/x.h", "namespace a {\nclass B {\n" + longer + "};\n}\n"), 1u);
  EXPECT_EQ(count(check_function_size, "core/x.h", "namespace a {\nclass B {\n" + shorter + "};\n}\n"), 0u);
}

TEST(LicenceLine, MustBeTheFirst) {
  EXPECT_EQ(count(check_licence_line, "core/x.cpp", "#include <vector>\n"), 1u);
  EXPECT_EQ(count(check_licence_line, "core/x.cpp", ""), 1u);
  EXPECT_EQ(count(check_licence_line, "core/x.cpp", "// SPDX-License-Identifier: Apache-2.0\n"), 0u);
}

TEST(HeaderProse, HasToBeThereAndShort) {
  const std::string spdx = "// SPDX-License-Identifier: Apache-2.0\n";
  std::string novel;
  for (size_t i = 0; i <= kMaxHeaderProseLines; ++i) novel += "// and then\n";
  EXPECT_EQ(count(check_header_prose, "core/x.h", spdx + "#pragma once\n"), 1u);
  EXPECT_EQ(count(check_header_prose, "core/x.h", spdx + "// One line.\n#pragma once\n"), 1u);
  EXPECT_EQ(count(check_header_prose, "core/x.h", spdx + novel + "#pragma once\n"), 1u);
  EXPECT_EQ(count(check_header_prose, "core/x.h", spdx + "// What.\n// Who.\n#pragma once\n"), 0u);
  EXPECT_EQ(count(check_header_prose, "core/x.cpp", spdx), 0u);
}

TEST(Words, StayWhereTheyBelong) {
  EXPECT_EQ(count(check_words, "net/server/x.cpp", "a.load(std::memory_order_acquire);\n"), 1u);
  EXPECT_EQ(count(check_words, "core/bus/x.cpp", "a.load(std::memory_order_acquire);\n"), 0u);
  EXPECT_EQ(count(check_words, "core/room/x.cpp", "throw 1;\n"), 1u);
  EXPECT_EQ(count(check_words, "tests/x_test.cpp", "std::this_thread::sleep_for(x);\n"), 1u);
  EXPECT_EQ(count(check_words, "net/client/x.cpp", "auto t = std::chrono::steady_clock::now();\n"), 1u);
  EXPECT_EQ(count(check_words, "core/room/x.cpp", "std::shared_ptr<int> p;\n"), 1u);
  EXPECT_EQ(count(check_words, "net/link/x.cpp", "std::random_device d;\n"), 1u);
}

TEST(Words, MayBeSpokenOf) {
  EXPECT_EQ(count(check_words, "core/room/x.cpp", "// we never throw\nlog(\"throw\"); /* shared_ptr\n throw */\n"), 0u);
  EXPECT_EQ(count(check_words, "core/room/x.cpp", "int thrown = overthrow();\nauto s = R\"(throw)\";\nsize_t n = 16'384;  // throw\n"), 0u);
}

TEST(Leftovers, AreFoundInAnyFile) {
  EXPECT_EQ(count(check_leftovers, "README.md", std::string("TO") + "DO: write\n"), 1u);
  EXPECT_EQ(count(check_leftovers, "core/x.cpp", std::string("// XX") + "X\n"), 1u);
  EXPECT_EQ(count(check_leftovers, "tools/run", std::string("cd /wo") + "rk/x\n"), 1u);
  EXPECT_EQ(count(check_leftovers, "tools/run", "mktemp /tmp/parley.XXXXXX\n"), 0u);
}

TEST(TopLevel, RefusesNewFolders) {
  EXPECT_EQ(check_top_level({"docs/", "core/", ".ci/", "a.out"}).size(), 2u);
  EXPECT_EQ(check_top_level({"README.md", "tests/"}).size(), 0u);
}

}  // namespace
}  // namespace parley::style
