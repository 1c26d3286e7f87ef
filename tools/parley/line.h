// SPDX-License-Identifier: Apache-2.0
// One line of a conversation as the terminal client keeps it. A value; owned by its RoomLog. All text in it is harmless already: it went
// through harmless() when it came in.
#pragma once

#include <cstdint>
#include <string>

namespace parley::terminal {

// What became of a line of one's own.
enum class Mark : uint8_t { kNone, kSent, kOrdered, kDurable, kFailed };

struct Line {
  enum class Kind : uint8_t { kMessage, kEmote, kNotice };
  Kind kind = Kind::kMessage;
  Mark mark = Mark::kNone;
  uint64_t id = 0;        // of this program, never reused: what the viewport holds on to
  uint64_t sequence = 0;  // 0 = has no place yet (own, on its way), or a notice
  uint64_t after = 0;     // notices: the sequence behind which they stand
  uint64_t number = 0;    // own lines: what receipts name
  int64_t wall_us = 0;
  std::string user;
  std::string name;
  std::string text;
  std::string why;  // kFailed: the reason
};

}  // namespace parley::terminal
