// SPDX-License-Identifier: Apache-2.0
#include "tests/style/layering.h"

#include <algorithm>
#include <optional>

namespace parley::style {
namespace {

struct FolderRule {
  std::string_view folder;
  std::vector<std::string_view> may_include;  // folders besides itself, or single files
};

// The longest folder that matches a file decides.
const std::vector<FolderRule>& folder_rules() {
  static const std::vector<FolderRule> rules = {
      {"core/base", {}},
      {"core/bus", {"core/base"}},
      {"core/room", {"core/base", "core/bus"}},
      {"core/identity", {"core/base"}},
      {"core/history", {"core/base", "core/bus", "core/room"}},
      {"core/search", {"core/base", "core/bus", "core/history"}},
      {"net/link", {"core/base", "core/bus"}},
      {"net/transport", {"core/base", "net/link"}},
      {"net/server", {"core", "net/link", "net/transport"}},
      {"net/client", {"core/base", "core/identity/address.h", "core/room/keyed_hash.h", "net/link", "net/transport"}},
      {"tools", {"core", "net"}},
      // What a game has is what our own clients have: the public header, and the helpers for text and time.
      {"tools/parley", {"core/base", "net/client/parley.h"}},
      {"tests", {"core", "net", "tools"}},
  };
  return rules;
}

struct LibraryRule {
  std::string_view header;  // how the include begins, without < or "
  std::vector<std::string_view> folders;
};

const std::vector<LibraryRule>& library_rules() {
  static const std::vector<LibraryRule> rules = {
      {"enet/", {"net/link", "net/transport", "tools/bench/drivers", "tests"}},
      {"sodium", {"net/link", "core/identity", "tests"}},
      {"lmdb.h", {"core/history", "tools/bench/measure", "tests"}},
      {"xapian.h", {"core/search"}},
      {"utf8proc.h", {"core/search"}},
      {"flatbuffers/", {"core/room", "core/history", "core/search", "net/server", "net/client", "tests"}},
      {"wire_generated.h", {"net/server", "net/client", "tests"}},
      {"outbox_generated.h", {"net/client", "tests"}},
      {"entry_generated.h", {"core/room", "core/history", "core/search", "net/server", "net/client", "tests"}},
      {"nlohmann/", {"core/identity", "net/server", "tools", "tests"}},
      {"CLI/", {"tools"}},
      {"toml++/", {"tools"}},
      {"spdlog/", {"tools"}},
      {"curses.h", {"tools"}},
      {"ncurses", {"tools"}},
      {"vterm.h", {"tests"}},
      {"gtest/", {"tests"}},
      {"gmock/", {"tests"}},
      {"benchmark/", {"tests", "tools/bench"}},
      {"boost/", {"net/web", "tests"}},
  };
  return rules;
}

struct Include {
  std::string path;
  bool quoted = false;
};

std::optional<Include> parse_include(const std::string& line) {
  size_t at = line.find_first_not_of(' ');
  if (at == std::string::npos || line.compare(at, 8, "#include") != 0) return std::nullopt;
  size_t open = line.find_first_of("<\"", at);
  if (open == std::string::npos) return std::nullopt;
  size_t close = line.find_first_of(">\"", open + 1);
  if (close == std::string::npos) return std::nullopt;
  return Include{line.substr(open + 1, close - open - 1), line[open] == '"'};
}

bool is_within(std::string_view path, std::string_view folder) {
  return path == folder || (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

const FolderRule* rule_of(std::string_view path) {
  const FolderRule* best = nullptr;
  for (const FolderRule& rule : folder_rules()) {
    if (is_within(path, rule.folder) && (!best || rule.folder.size() > best->folder.size())) best = &rule;
  }
  return best;
}

std::string list_of(const std::vector<std::string_view>& names) {
  std::string out;
  for (std::string_view name : names) out += (out.empty() ? "" : ", ") + std::string(name);
  return out.empty() ? "nothing else" : out;
}

const LibraryRule* library_of(std::string_view include) {
  auto found = std::ranges::find_if(library_rules(), [&](const LibraryRule& rule) { return include.starts_with(rule.header); });
  return found == library_rules().end() ? nullptr : &*found;
}

std::optional<std::string> check_library(const SourceFile& file, const Include& include, const LibraryRule& library) {
  auto holds = [&](std::string_view folder) { return file.is_under(folder); };
  if (std::ranges::any_of(library.folders, holds)) return std::nullopt;
  return "includes " + include.path + ", which belongs to " + list_of(library.folders) + " alone; use that folder's own interface instead";
}

std::optional<std::string> check_own(const SourceFile& file, const Include& include) {
  const FolderRule* rule = rule_of(file.path);
  if (!rule) return "stands in a folder that the layering doesn't know; add it to folder_rules() in tests/style/layering.cpp";
  if (include.path.find('/') == std::string::npos)
    return "includes \"" + include.path + "\"; write the full path from the repository's root";
  if (is_within(include.path, rule->folder)) return std::nullopt;
  auto allowed = [&](std::string_view folder) { return is_within(include.path, folder); };
  if (std::ranges::any_of(rule->may_include, allowed)) return std::nullopt;
  return "includes " + include.path + ", but " + std::string(rule->folder) + " may include " + list_of(rule->may_include) +
         "; move the shared part to the right in tools → net → core → schema";
}

}  // namespace

Findings check_layering(const SourceFile& file) {
  Findings findings;
  if (!file.is_cpp()) return findings;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    std::optional<Include> include = parse_include(file.lines[i]);
    if (!include) continue;
    const LibraryRule* library = library_of(include->path);
    if (!library && !include->quoted) continue;
    auto problem = library ? check_library(file, *include, *library) : check_own(file, *include);
    if (problem) findings.push_back({file.path, i + 1, *problem});
  }
  return findings;
}

}  // namespace parley::style
