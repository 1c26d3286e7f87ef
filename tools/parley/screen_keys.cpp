// SPDX-License-Identifier: Apache-2.0
// How terminals spell keys.
#define NCURSES_NOMACROS  // functions can be qualified, and no macro takes names such as `move`
#include <curses.h>

#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "tools/parley/screen.h"
#include "tools/parley/screen_codes.h"

namespace parley::terminal {
namespace {

using Kind = Key::Kind;
constexpr unsigned kEscape = 0x1b;

Key typed(wint_t point) {
  Key key{Kind::kText, ""};
  append_utf8(key.text, static_cast<char32_t>(point));
  return key;
}

std::optional<Key> mouse() {
  MEVENT event;
  if (::getmouse(&event) != OK) return {};
  if (event.bstate & BUTTON4_PRESSED) return Key{Kind::kWheelUp, ""};
  if (event.bstate & BUTTON5_PRESSED) return Key{Kind::kWheelDown, ""};
  return {};
}

}  // namespace

std::optional<Key> Screen::read_key() {
  wint_t code = 0;
  for (int kind = ::get_wch(&code); kind != ERR; kind = ::get_wch(&code)) {
    std::optional<Key> key = kind == KEY_CODE_YES ? special(static_cast<int>(code)) : control(static_cast<unsigned>(code));
    if (key) return key;
  }
  return {};
}

std::optional<Key> Screen::special(int code) {
  switch (code) {
    case kPasteBegin:
      pasting_ = true;
      paste_.clear();
      return {};
    case kPasteEnd:
      pasting_ = false;
      return Key{Kind::kText, std::move(paste_)};
    case KEY_ENTER:
      return Key{Kind::kEnter, ""};
    case KEY_LEFT:
      return Key{Kind::kLeft, ""};
    case KEY_RIGHT:
      return Key{Kind::kRight, ""};
    case kControlLeft:
      return Key{Kind::kWordLeft, ""};
    case kControlRight:
      return Key{Kind::kWordRight, ""};
    case kControlUp:
      return Key{Kind::kSelectUp, ""};
    case kControlDown:
      return Key{Kind::kSelectDown, ""};
    case kAltUp:
      return Key{Kind::kOlderInput, ""};
    case kAltDown:
      return Key{Kind::kNewerInput, ""};
    case kFocusIn:
      return Key{Kind::kFocus, ""};
    case kFocusOut:
      return Key{Kind::kBlur, ""};
    case KEY_UP:
      return Key{Kind::kUp, ""};
    case KEY_DOWN:
      return Key{Kind::kDown, ""};
    case KEY_HOME:
      return Key{Kind::kHome, ""};
    case KEY_END:
      return Key{Kind::kEnd, ""};
    case KEY_BACKSPACE:
      return Key{Kind::kBackspace, ""};
    case KEY_DC:
      return Key{Kind::kDelete, ""};
    case KEY_PPAGE:
      return Key{Kind::kPageUp, ""};
    case KEY_NPAGE:
      return Key{Kind::kPageDown, ""};
    case KEY_F(1):
      return Key{Kind::kHelp, ""};
    case KEY_RESIZE:
      return Key{Kind::kResize, ""};
    case KEY_MOUSE:
      return mouse();
    default:
      return {};
  }
}

std::optional<Key> Screen::control(unsigned code) {
  constexpr auto ctrl = [](char letter) { return static_cast<unsigned>(letter - 'a' + 1); };
  if (pasting_) {
    if (paste_.size() <= kMaxMessageBytes) append_utf8(paste_, static_cast<char32_t>(code));  // more won't fit anyway
    return {};
  }
  switch (code) {
    case '\r':
      return Key{Kind::kEnter, ""};
    case '\n':
      return Key{Kind::kNewline, ""};
    case 0x7f:
    case ctrl('h'):
      return Key{Kind::kBackspace, ""};
    case ctrl('a'):
      return Key{Kind::kHome, ""};
    case ctrl('e'):
      return Key{Kind::kEnd, ""};
    case ctrl('b'):
      return Key{Kind::kLeft, ""};
    case ctrl('f'):
      return Key{Kind::kRight, ""};
    case ctrl('w'):
      return Key{Kind::kDeleteWord, ""};
    case ctrl('u'):
      return Key{Kind::kDeleteToStart, ""};
    case ctrl('k'):
      return Key{Kind::kDeleteToEnd, ""};
    case ctrl('n'):
      return Key{Kind::kNextRoom, ""};
    case ctrl('p'):
      return Key{Kind::kPreviousRoom, ""};
    case ctrl('l'):
      return Key{Kind::kRedraw, ""};
    case ctrl('c'):
      return Key{Kind::kQuit, ""};
    case kEscape:
      return escape();
    default:
      break;
  }
  if (code == '\t') return Key{Kind::kTab, ""};
  if (code < 0x20) return {};
  return typed(code);
}

// Alt with a key arrives as Escape and the key.
std::optional<Key> Screen::escape() {
  wint_t code = 0;
  const int kind = ::get_wch(&code);
  if (kind == ERR) return Key{Kind::kEscape, ""};
  if (kind != OK) return {};
  switch (code) {
    case '\r':
    case '\n':
      return Key{Kind::kNewline, ""};
    case 'b':
      return Key{Kind::kWordLeft, ""};
    case 'f':
      return Key{Kind::kWordRight, ""};
    case 0x7f:
      return Key{Kind::kDeleteWord, ""};
    default:
      return {};
  }
}

}  // namespace parley::terminal
