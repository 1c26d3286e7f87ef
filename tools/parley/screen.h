// SPDX-License-Identifier: Apache-2.0
// The terminal, by ncurses: draws a ChatModel and reads keys. All text is drawn in the form of text_width.h, cell by cell where the model
// expects it. One object at a time (ncurses keeps its state in globals), for the life of which the terminal is ours. Main thread.
//
//   rooms | title                  | members      width < 96: no members; width < 64: no rooms
//         | lines                  |
//         |------------------------|
//         | status                 |
//         | input, up to 6 rows    |
#pragma once

#include <optional>
#include <string>

#include "tools/parley/chat_model.h"
#include "tools/parley/controller.h"
#include "tools/parley/key.h"

namespace parley::terminal {

struct Facts {  // beside the model
  std::string status;
  int utc_offset_s = 0;
};

class Screen {
 public:
  // Error: kInvalidArgument if the terminal's type (TERM) isn't known.
  static Result<std::unique_ptr<Screen>> open(bool colours);
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  struct Shown {
    bool room_above = false;    // there is room for older lines above those that the open room has
    uint64_t missing_from = 0;  // entries from there on aren't loaded, but what is around them is in sight; 0 = none
  };
  Shown draw(const ChatModel& model, const InputLine& input, const Facts& facts);
  std::optional<Key> read_key();
  // Where lines are drawn, as of the last draw().
  const Pane& pane() const { return pane_; }
  void redraw_all();

 private:
  struct Frame;  // the columns and rows of the parts

  Screen() = default;
  Frame frame_of(const InputLine& input) const;
  void draw_rooms(const ChatModel& model, const Frame& frame);
  void draw_members(const ChatModel& model, const Frame& frame);
  void draw_title(const ChatModel& model, const Frame& frame);
  Shown draw_lines(const ChatModel& model, const Frame& frame);
  void draw_input(const InputLine& input, const Frame& frame);
  void draw_row(int y, int x, const Row& row, int width);
  void draw_text(int y, int x, std::string_view text, int width, int attributes);
  int attributes_of(const Span& span) const;
  std::optional<Key> special(int code);
  std::optional<Key> control(unsigned code);
  std::optional<Key> escape();

  void* terminal_ = nullptr;  // ncurses' SCREEN
  Pane pane_;
  bool colours_ = false;
  bool pasting_ = false;
  std::string paste_;
};

}  // namespace parley::terminal
