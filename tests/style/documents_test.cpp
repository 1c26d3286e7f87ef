// SPDX-License-Identifier: Apache-2.0
// What the README says about the code: limits and commands. A number or a name that changes in one place only fails here.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <sstream>

#include "core/base/limits.h"
#include "tests/style/source_tree.h"

namespace parley::style {
namespace {

const SourceFile& file_at(const std::string& path) {
  static const std::vector<SourceFile> files = read_tree(PARLEY_SOURCE_DIR);
  return *std::ranges::find(files, path, &SourceFile::path);
}

std::string trimmed(const std::string& cell) {
  size_t from = cell.find_first_not_of(" `");
  size_t to = cell.find_last_not_of(" `");
  return from == std::string::npos ? "" : cell.substr(from, to - from + 1);
}

// "| a | b |" → {"a", "b"}
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  for (size_t at = line.find('|'); at != std::string::npos;) {
    size_t end = line.find('|', at + 1);
    if (end != std::string::npos) cells.push_back(trimmed(line.substr(at + 1, end - at - 1)));
    at = end;
  }
  return cells;
}

// Rows "| what | value | what happens | kConstant |" of a document: constant → value as written, without separators.
std::map<std::string, std::string> limits_in(const SourceFile& document) {
  std::map<std::string, std::string> limits;
  for (const std::string& line : document.lines) {
    std::vector<std::string> cells = cells_of(line);
    if (cells.size() != 4 || !cells[3].starts_with("k")) continue;
    std::erase(cells[1], ',');
    limits[cells[3]] = cells[1].substr(0, cells[1].find(' '));
  }
  return limits;
}

std::map<std::string, std::string> limits_of_the_code() {
  return {
      {"kMaxMessageBytes", std::to_string(kMaxMessageBytes)},
      {"kMaxNameBytes", std::to_string(kMaxNameBytes)},
      {"kMaxTicketBytes", std::to_string(kMaxTicketBytes)},
      {"kMaxRoomsPerSession", std::to_string(kMaxRoomsPerSession)},
      {"kMaxRooms", std::to_string(kMaxRooms)},
      {"kMaxSessionsPerIo", std::to_string(kMaxSessionsPerIo)},
      {"kMaxIoThreads", std::to_string(kMaxIoThreads)},
      {"kMaxOutbox", std::to_string(kMaxOutbox)},
      {"kMaxEventsQueued", std::to_string(kMaxEventsQueued)},
      {"kMaxPageEntries", std::to_string(kMaxPageEntries)},
      {"kDefaultJoinEntries", std::to_string(kDefaultJoinEntries)},
      {"kMaxQueryBytes", std::to_string(kMaxQueryBytes)},
      {"kMaxQueryWords", std::to_string(kMaxQueryWords)},
      {"kMaxQueryExpansion", std::to_string(kMaxQueryExpansion)},
      {"kMaxSearchEntries", std::to_string(kMaxSearchEntries)},
      {"kMaxCommitEntries", std::to_string(kMaxCommitEntries)},
      {"kMaxDatagramBytes", std::to_string(kMaxDatagramBytes)},
      {"kMaxRoomRules", std::to_string(kMaxRoomRules)},
      {"kMaxErasures", std::to_string(kMaxErasures)},
  };
}

TEST(Readme, HasTheLimitsOfTheCode) { EXPECT_EQ(limits_in(file_at("README.md")), limits_of_the_code()); }

TEST(Readme, NamesOnlyPathsThatExist) {
  std::vector<SourceFile> files = read_tree(PARLEY_SOURCE_DIR);
  for (const std::string& line : file_at("README.md").lines) {
    for (size_t at = line.find('`'); at != std::string::npos; at = line.find('`', at + 1)) {
      std::string word = line.substr(at + 1, line.find_first_of("` ", at + 1) - at - 1);
      if (word.starts_with("./")) word = word.substr(2);
      bool is_path = word.starts_with("core/") || word.starts_with("net/") || word.starts_with("tools/") || word.starts_with("tests/") ||
                     word.starts_with("schema/");
      if (!is_path) continue;
      if (word.ends_with("/")) word.pop_back();
      auto exists = [&](const SourceFile& file) { return file.path == word || file.is_under(word); };
      EXPECT_TRUE(std::ranges::any_of(files, exists)) << "README.md speaks of " << word << ", which isn't there";
      at = line.find('`', at + 1);
      if (at == std::string::npos) break;
    }
  }
}

// The word behind `./parleyctl` and its options.
std::vector<std::string> parleyctl_commands_in(const SourceFile& document) {
  std::vector<std::string> found;
  for (const std::string& line : document.lines) {
    std::istringstream words(line);
    std::string word;
    while (words >> word && word != "./parleyctl") {
    }
    while (words >> word && word.starts_with("--")) words >> word;
    if (words) found.push_back(word);
  }
  return found;
}

TEST(Readme, NamesOnlyCommandsOfParleyctlThatThereAre) {
  const std::vector<std::string> commands = parleyctl_commands_in(file_at("README.md"));
  EXPECT_GT(commands.size(), 5u);
  const auto& source = file_at("tools/parleyctl/main.cpp").lines;
  for (const std::string& command : commands) {
    const std::string call = "add_subcommand(\"" + command + "\"";
    const bool known = std::ranges::any_of(source, [&](const std::string& line) { return line.find(call) != line.npos; });
    EXPECT_TRUE(known) << "README.md says parleyctl " << command << ", which isn't there";
  }
}

TEST(Readme, LimitsAreReadFromTables) {
  SourceFile sample =
      make_file("x.md", "| Rooms | 1,024 bytes | refused | `kMaxThing` |\n|---|---|---|---|\n| what | 3 | no constant | - |\n");
  EXPECT_EQ(limits_in(sample), (std::map<std::string, std::string>{{"kMaxThing", "1024"}}));
}

}  // namespace
}  // namespace parley::style
