// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/input_line.h"

#include <algorithm>
#include <utility>

#include "core/base/limits.h"
#include "core/base/text.h"
#include "tools/parley/text_width.h"

namespace parley::terminal {
namespace {

constexpr size_t kMaxInputs = 200;

bool is_space(char c) { return c == ' ' || c == '\n'; }

std::string without_controls(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool c1 = c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (c == '\r') {
      if (i + 1 >= text.size() || text[i + 1] != '\n') out += '\n';  // terminals paste a line end as CR
    } else if (c1) {
      out += ' ';
      ++i;
    } else {
      out += (c < 0x20 && c != '\n') || c == 0x7F ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

bool InputLine::insert(std::string_view text) {
  const std::string clean = without_controls(text);
  if (!is_utf8(clean) || text_.size() + clean.size() > kMaxMessageBytes) return false;
  text_.insert(cursor_, clean);
  cursor_ += clean.size();
  return true;
}

void InputLine::move_left() { cursor_ = grapheme_before(text_, cursor_); }

void InputLine::move_right() {
  if (cursor_ < text_.size()) cursor_ += grapheme_at(text_, cursor_).length;
}

void InputLine::move_word_left() {
  while (cursor_ > 0 && is_space(text_[cursor_ - 1])) --cursor_;
  while (cursor_ > 0 && !is_space(text_[cursor_ - 1])) move_left();
}

void InputLine::move_word_right() {
  while (cursor_ < text_.size() && is_space(text_[cursor_])) ++cursor_;
  while (cursor_ < text_.size() && !is_space(text_[cursor_])) move_right();
}

void InputLine::erase_before() {
  const size_t end = cursor_;
  move_left();
  text_.erase(cursor_, end - cursor_);
}

void InputLine::erase_after() {
  if (cursor_ < text_.size()) text_.erase(cursor_, grapheme_at(text_, cursor_).length);
}

void InputLine::erase_word_before() {
  const size_t end = cursor_;
  move_word_left();
  text_.erase(cursor_, end - cursor_);
}

void InputLine::erase_to_start() {
  text_.erase(0, cursor_);
  cursor_ = 0;
}

void InputLine::erase_to_end() { text_.erase(cursor_); }

void InputLine::older() {
  if (place_ == 0) return;
  if (place_ == inputs_.size()) draft_ = text_;
  recall(place_ - 1);
}

void InputLine::newer() {
  if (place_ < inputs_.size()) recall(place_ + 1);
}

void InputLine::recall(size_t place) {
  place_ = place;
  set(place == inputs_.size() ? draft_ : inputs_[place]);
}

std::string InputLine::take() {
  std::string out = std::exchange(text_, {});
  cursor_ = 0;
  draft_.clear();
  if (!out.empty() && (inputs_.empty() || inputs_.back() != out)) inputs_.push_back(out);
  if (inputs_.size() > kMaxInputs) inputs_.pop_front();
  place_ = inputs_.size();
  return out;
}

void InputLine::set(std::string text) {
  text_ = std::move(text);
  cursor_ = text_.size();
}

}  // namespace parley::terminal
