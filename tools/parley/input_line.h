// SPDX-License-Identifier: Apache-2.0
// The line that is being typed: text, cursor, and the inputs before it. The cursor stands between graphemes, so that one key deletes one
// character as a reader sees it. Bounded by kMaxMessageBytes; what doesn't fit is refused whole. Owned by the controller.
#pragma once

#include <deque>
#include <string>
#include <string_view>

namespace parley::terminal {

class InputLine {
 public:
  // False if it isn't UTF-8 or the line would become too long. Pasted newlines stay newlines, other control characters become spaces.
  bool insert(std::string_view text);
  void move_left();
  void move_right();
  void move_word_left();
  void move_word_right();
  void move_home() { cursor_ = 0; }
  void move_end() { cursor_ = text_.size(); }
  void erase_before();  // Backspace
  void erase_after();   // Delete
  void erase_word_before();
  void erase_to_start();
  void erase_to_end();

  // Up and Down: through earlier inputs; what was being typed waits below the newest.
  void older();
  void newer();
  // The line, which becomes empty and the newest of the inputs.
  std::string take();

  const std::string& text() const { return text_; }
  size_t cursor() const { return cursor_; }     // byte offset
  void set(std::string text);                   // the cursor goes to its end
  void set_cursor(size_t at) { cursor_ = at; }  // a start of a grapheme

 private:
  void recall(size_t place);

  std::string text_;
  size_t cursor_ = 0;
  std::deque<std::string> inputs_;  // oldest first
  size_t place_ = 0;                // inputs_.size() = at the line being typed
  std::string draft_;
};

}  // namespace parley::terminal
