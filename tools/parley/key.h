// SPDX-License-Identifier: Apache-2.0
// A key as the chat understands it, apart from how a terminal spells it (screen.h), so that tests can press it.
// A value; any thread.
#pragma once

#include <cstdint>
#include <string>

namespace parley::terminal {

struct Key {
  enum class Kind : uint8_t {
    kText,  // `text`: a typed character, or a paste
    kEnter,
    kNewline,  // a line end inside of the message
    kLeft,
    kRight,
    kWordLeft,
    kWordRight,
    kHome,
    kEnd,
    kUp,
    kDown,
    kSelectUp,  // Ctrl-Up: choose a message, whatever is typed
    kSelectDown,
    kOlderInput,  // Alt-Up
    kNewerInput,
    kTab,
    kEscape,
    kBackspace,
    kDelete,
    kDeleteWord,
    kDeleteToStart,
    kDeleteToEnd,
    kPageUp,
    kPageDown,
    kWheelUp,
    kWheelDown,
    kNextRoom,
    kPreviousRoom,
    kHelp,
    kQuit,
    kRedraw,
    kResize,
    kFocus,  // the terminal's window came to the front
    kBlur,   // or left it
  };
  Kind kind = Kind::kText;
  std::string text;
};

}  // namespace parley::terminal
