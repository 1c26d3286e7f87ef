// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/completion.h"

#include "tools/parley/command.h"
#include "tools/parley/emoji_names.h"

namespace parley::terminal {
namespace {

std::vector<std::string> fitting(const std::vector<std::string>& all, std::string_view word) {
  std::vector<std::string> out;
  for (const std::string& each : all)
    if (begins_with(each, word)) out.push_back(each + " ");
  return out;
}

}  // namespace

void Completion::next(InputLine& input, const Members& members) {
  if (candidates_.empty() || input.text() != result_) {
    begin(input, members);
  } else {
    index_ = (index_ + 1) % candidates_.size();
  }
  if (candidates_.empty()) return;
  const std::string completed = before_ + candidates_[index_];
  input.set(completed + after_);
  input.set_cursor(completed.size());
  result_ = input.text();
}

void Completion::begin(const InputLine& input, const Members& members) {
  index_ = 0;
  candidates_.clear();
  const std::string before = input.text().substr(0, input.cursor());
  const size_t space = before.find_last_of(" \n");
  const size_t start = space == std::string::npos ? 0 : space + 1;
  const std::string word = before.substr(start);
  before_ = before.substr(0, start);
  after_ = input.text().substr(input.cursor());
  if (word.empty()) return;
  if (word.front() == '/' && start == 0) candidates_ = fitting(command_names(), word);
  if (word.front() == ':') candidates_ = fitting(emoji_names(), word);
  if (!candidates_.empty()) return;
  const bool at = word.front() == '@';
  const std::string name_start = at ? word.substr(1) : word;
  for (const auto& [user, name] : members) {
    if (!begins_with(name, name_start) && !begins_with(user, name_start)) continue;
    const std::string& shown = begins_with(name, name_start) ? name : user;
    candidates_.push_back((at ? "@" : "") + shown + (start == 0 && !at ? ": " : " "));
  }
}

}  // namespace parley::terminal
