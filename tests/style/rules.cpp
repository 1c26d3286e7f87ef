// SPDX-License-Identifier: Apache-2.0
#include "tests/style/rules.h"

#include <algorithm>
#include <array>

namespace parley::style {
namespace {

struct WordRule {
  std::string_view word;
  std::vector<std::string_view> forbidden_in;  // folders
  std::vector<std::string_view> except;        // folders or files
  std::string_view instead;
};

const std::vector<WordRule>& word_rules() {
  static const std::vector<std::string_view> kAll = {"core", "net", "tools", "tests"};
  static const std::vector<std::string_view> kPure = {"core", "net"};
  static const std::vector<WordRule> rules = {
      {"memory_order", kAll, {"core/bus", "tests"}, "orders of atomics are core/bus's alone: use its rings, or a plain std::atomic"},
      {"memory_order_relaxed",
       kAll,
       {"core/bus", "tests"},
       "orders of atomics are core/bus's alone: use its rings, or a plain std::atomic"},
      {"memory_order_acquire",
       kAll,
       {"core/bus", "tests"},
       "orders of atomics are core/bus's alone: use its rings, or a plain std::atomic"},
      {"memory_order_release",
       kAll,
       {"core/bus", "tests"},
       "orders of atomics are core/bus's alone: use its rings, or a plain std::atomic"},
      {"throw",
       kAll,
       {"tests/net/link/allocation_counter.cpp"},
       "return Result<T> when the world fails, CHECK when we are wrong, drop and count bad bytes off the wire"},
      {"shared_ptr", kPure, {}, "name one owner (unique_ptr or a value) and pass references or ids"},
      {"sleep_for",
       {"core", "net", "tests"},
       {"core/bus/runner.cpp"},
       "wait for the event itself, with a deadline; tests use virtual time"},
      {"sleep_until", {"core", "net", "tests"}, {}, "wait for the event itself, with a deadline; tests use virtual time"},
      {"usleep", {"core", "net", "tests"}, {}, "wait for the event itself, with a deadline; tests use virtual time"},
      {"nanosleep", {"core", "net", "tests"}, {}, "wait for the event itself, with a deadline; tests use virtual time"},
      {"steady_clock", kPure, {"core/base/time.h", "core/base/time.cpp"}, "time is an argument: take a Now (core/base/time.h)"},
      {"high_resolution_clock", kPure, {}, "time is an argument: take a Now (core/base/time.h)"},
      {"clock_gettime", kPure, {"core/base/time.cpp"}, "time is an argument: take a Now (core/base/time.h)"},
      {"gettimeofday", kPure, {}, "time is an argument: take a Now (core/base/time.h)"},
      {"random_device", kPure, {}, "randomness is an argument: take a Random& (core/base/random.h)"},
      {"randombytes_buf", kPure, {}, "randomness is an argument: take a Random& (core/base/random.h)"},
      {"getrandom", kPure, {"core/base/random.cpp"}, "randomness is an argument: take a Random& (core/base/random.h)"},
      {"rand", kAll, {}, "take a Random& (core/base/random.h)"},
      {"pthread_create", kAll, {}, "std::thread, in the program's main or a runner"},
      {"abort", kAll, {"core/base/check.cpp", "tests"}, "CHECK(condition, why) says what was wrong"},
      {"strcpy", kAll, {}, "std::string, or memcpy with a checked length"},
      {"sprintf", kAll, {}, "snprintf or std::to_string"},
  };
  return rules;
}

bool is_in(const SourceFile& file, std::string_view place) { return file.path == place || file.is_under(place); }
bool is_in_any(const SourceFile& file, const std::vector<std::string_view>& places) {
  return std::ranges::any_of(places, [&](std::string_view place) { return is_in(file, place); });
}

std::string trimmed(std::string_view line) {
  size_t from = line.find_first_not_of(" \t");
  size_t to = line.find_last_not_of(" \t");
  return from == std::string_view::npos ? "" : std::string(line.substr(from, to - from + 1));
}

// What a '{' opens, told from the code between the last ';', '{' or '}' and it.
enum class Block { kScope, kFunction, kOther };

Block kind_of_block(const std::string& before, bool inside_function) {
  if (inside_function) return Block::kOther;
  for (std::string_view word : {"namespace", "class", "struct", "union", "enum", "extern"}) {
    if (has_word(before, word) && before.find('(') == std::string::npos) return word == "enum" ? Block::kOther : Block::kScope;
  }
  return before.find('(') != std::string::npos ? Block::kFunction : Block::kOther;
}

// Walks through the braces of a file and reports every outermost function body.
class FunctionScan {
 public:
  explicit FunctionScan(const SourceFile& file) : file_(file) {}

  Findings run() {
    bool directive = false;
    for (size_t i = 0; i < file_.code.size(); ++i) {
      directive = (directive && i > 0 && file_.code[i - 1].ends_with("\\")) || trimmed(file_.code[i]).starts_with("#");
      if (directive) continue;
      for (char c : file_.code[i]) step(c, i + 1);
      before_ += ' ';
    }
    return std::move(findings_);
  }

 private:
  struct Open {
    Block kind;
    size_t line;
  };

  void step(char c, size_t line) {
    if (c == '{') return open(line);
    if (c == '}') return close(line);
    if (c == ';') return before_.clear();
    before_ += c;
  }

  void open(size_t line) {
    bool inside = std::ranges::any_of(stack_, [](const Open& open) { return open.kind == Block::kFunction; });
    stack_.push_back({kind_of_block(before_, inside), line});
    before_.clear();
  }

  void close(size_t line) {
    before_.clear();
    if (stack_.empty()) return;
    Open opened = stack_.back();
    stack_.pop_back();
    size_t length = line - opened.line + 1;
    if (opened.kind != Block::kFunction || length <= kMaxFunctionLines) return;
    findings_.push_back({file_.path, opened.line,
                         "a function of " + std::to_string(length) + " lines; above " + std::to_string(kMaxFunctionLines) +
                             " give its steps names and functions of their own"});
  }

  const SourceFile& file_;
  std::vector<Open> stack_;
  std::string before_;
  Findings findings_;
};

// Lines of the comment that a header begins with, without the SPDX line.
size_t opening_prose(const SourceFile& file) {
  if (file.lines.empty()) return 0;
  size_t line = 1;
  bool block = file.lines[0].starts_with("/*");
  for (; line < file.lines.size(); ++line) {
    if (block && file.lines[line].find("*/") != std::string::npos) return line - 1;
    if (!block && !file.lines[line].starts_with("//")) break;
  }
  return line - 1;
}

}  // namespace

Findings check_top_level(const std::vector<std::string>& names) {
  static constexpr std::array<std::string_view, 8> kAllowed = {"CMakeLists.txt", "CMakePresets.json", "README.md", "core/",
                                                               "net/",           "schema/",           "tools/",    "tests/"};
  Findings findings;
  for (const std::string& name : names) {
    if (name.starts_with(".") || std::ranges::find(kAllowed, name) != kAllowed.end()) continue;
    findings.push_back({name, 0, "doesn't belong at the top level; move it into core, net, schema, tools or tests"});
  }
  return findings;
}

Findings check_file_size(const SourceFile& file) {
  size_t limit = file.is_under("tests") ? kMaxTestFileLines : kMaxFileLines;
  if (!file.is_cpp() || file.lines.size() <= limit) return {};
  return {
      {file.path, 0,
       std::to_string(file.lines.size()) + " lines, at most " + std::to_string(limit) + ": look for the seam and make two files of it"}};
}

Findings check_function_size(const SourceFile& file) { return file.is_cpp() ? FunctionScan(file).run() : Findings{}; }

Findings check_licence_line(const SourceFile& file) {
  if (!file.is_cpp()) return {};
  std::string_view first = file.lines.empty() ? "" : std::string_view(file.lines[0]);
  if (first == "// SPDX-License-Identifier: Apache-2.0" || first == "/* SPDX-License-Identifier: Apache-2.0") return {};
  return {{file.path, 1, "must begin with the line \"// SPDX-License-Identifier: Apache-2.0\""}};
}

Findings check_header_prose(const SourceFile& file) {
  // The public header's opening is its users' manual.
  if (!file.is_header() || file.path == "net/client/parley.h") return {};
  size_t prose = opening_prose(file);
  if (prose < kMinHeaderProseLines) {
    return {{file.path, 1,
             "say in " + std::to_string(kMinHeaderProseLines) + " to " + std::to_string(kMaxHeaderProseLines) +
                 " lines below the SPDX line what this is, who calls it on which thread, and what holds between calls"}};
  }
  if (prose > kMaxHeaderProseLines) {
    return {{file.path, 1,
             std::to_string(prose) + " lines of opening; keep " + std::to_string(kMaxHeaderProseLines) +
                 " and move the rest to the folder's README.md"}};
  }
  return {};
}

Findings check_words(const SourceFile& file) {
  Findings findings;
  for (const WordRule& rule : word_rules()) {
    if (!file.is_cpp() || !is_in_any(file, rule.forbidden_in) || is_in_any(file, rule.except)) continue;
    for (size_t i = 0; i < file.code.size(); ++i) {
      if (!has_word(file.code[i], rule.word)) continue;
      findings.push_back({file.path, i + 1, std::string(rule.word) + ": " + std::string(rule.instead)});
    }
  }
  return findings;
}

Findings check_leftovers(const SourceFile& file) {
  // In pieces, so that this file passes its own rule.
  static const std::array<std::string, 4> kMarks = {
      "TO"
      "DO",
      "FIX"
      "ME",
      "XX"
      "X",
      "HA"
      "CK"};
  static const std::array<std::string, 3> kPlaces = {
      "/wo"
      "rk/",
      "/ro"
      "ot/",
      "/ho"
      "me/"};
  Findings findings;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    for (const std::string& mark : kMarks) {
      if (has_word(file.lines[i], mark)) findings.push_back({file.path, i + 1, mark + ": do it now, or open an issue and name it here"});
    }
    for (const std::string& place : kPlaces) {
      if (file.lines[i].find(place) != std::string::npos) {
        findings.push_back({file.path, i + 1, place + " is a path of one machine; write it relative to the repository or as an option"});
      }
    }
  }
  return findings;
}

}  // namespace parley::style
