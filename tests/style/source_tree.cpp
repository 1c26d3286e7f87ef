// SPDX-License-Identifier: Apache-2.0
#include "tests/style/source_tree.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace parley::style {
namespace {

// .git is a file in a worktree; a fuzz corpus isn't text.
constexpr std::array kSkipped = {std::string_view(".git"), std::string_view(".build"), std::string_view(".cache"),
                                 std::string_view("corpus")};

bool is_skipped(const std::string& name) { return std::ranges::find(kSkipped, name) != kSkipped.end(); }

bool is_identifier(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Blanks comments and what stands inside of literals. Works through the text once, one state at a time.
class Blanker {
 public:
  explicit Blanker(std::string text) : text_(std::move(text)) {}

  std::string run() {
    while (at_ < text_.size()) step();
    return std::move(text_);
  }

 private:
  void step() {
    if (starts("//")) return blank_until("\n", false);
    if (starts("/*")) return blank_until("*/", true);
    if (starts("R\"")) return blank_raw();
    if (text_[at_] == '"') return blank_quoted('"');
    // An apostrophe after a digit separates digits: 16'384.
    if (text_[at_] == '\'' && (at_ == 0 || !is_identifier(text_[at_ - 1]))) return blank_quoted('\'');
    ++at_;
  }

  bool starts(std::string_view with) const { return text_.compare(at_, with.size(), with) == 0; }

  void blank_range(size_t end) {
    for (; at_ < end; ++at_) {
      if (text_[at_] != '\n') text_[at_] = ' ';
    }
  }

  void blank_until(const std::string& end, bool with_end) {
    size_t found = text_.find(end, at_ + 2);
    blank_range(found == std::string::npos ? text_.size() : found + (with_end ? end.size() : 0));
  }

  void blank_raw() {
    size_t open = text_.find('(', at_);
    std::string end = ")" + text_.substr(at_ + 2, open - at_ - 2) + "\"";
    size_t found = text_.find(end, at_);
    at_ += 2;
    blank_range(found == std::string::npos ? text_.size() : found + end.size() - 1);
    ++at_;
  }

  void blank_quoted(char quote) {
    size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    ++at_;
    blank_range(std::min(end, text_.size()));
    ++at_;
  }

  std::string text_;
  size_t at_ = 0;
};

}  // namespace

bool SourceFile::is_cpp() const { return path.ends_with(".h") || path.ends_with(".cpp") || path.ends_with(".c"); }
bool SourceFile::is_header() const { return path.ends_with(".h"); }
bool SourceFile::is_under(std::string_view folder) const {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

SourceFile make_file(std::string path, std::string text) {
  SourceFile file{std::move(path), std::move(text), {}, {}};
  file.lines = split_lines(file.text);
  if (file.is_cpp()) file.code = split_lines(Blanker(file.text).run());
  return file;
}

std::vector<SourceFile> read_tree(const std::string& root) {
  std::vector<SourceFile> files;
  namespace fs = std::filesystem;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator(); ++it) {
    if (is_skipped(it->path().filename().string())) {
      it.disable_recursion_pending();
      continue;
    }
    if (!it->is_regular_file()) continue;
    std::ifstream in(it->path(), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    files.push_back(make_file(fs::relative(it->path(), root).string(), std::move(text)));
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

std::vector<std::string> top_level(const std::string& root) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    std::string name = entry.path().filename().string();
    if (!is_skipped(name)) names.push_back(entry.is_directory() ? name + "/" : name);
  }
  std::ranges::sort(names);
  return names;
}

bool has_word(std::string_view line, std::string_view word) {
  for (size_t at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    bool starts = at == 0 || !is_identifier(line[at - 1]);
    size_t end = at + word.size();
    bool ends = end == line.size() || !is_identifier(line[end]);
    if (starts && ends) return true;
  }
  return false;
}

std::string to_string(const Findings& findings) {
  std::string out;
  for (const Finding& finding : findings) {
    out += finding.path + (finding.line ? ":" + std::to_string(finding.line) : "") + ": " + finding.problem + "\n";
  }
  return out;
}

}  // namespace parley::style
