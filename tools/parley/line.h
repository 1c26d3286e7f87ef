// SPDX-License-Identifier: Apache-2.0
// One line of a conversation as the terminal client keeps it. A value; owned by its RoomLog. All text in it is harmless already: it went
// through harmless() when it came in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::terminal {

// What became of a line of one's own.
enum class Mark : uint8_t { kNone, kSent, kOrdered, kDurable, kFailed };

struct Reaction {
  std::string emoji;
  uint64_t count = 0;
  bool mine = false;
  bool operator==(const Reaction&) const = default;
};

// What a message says: as it came, or after what later entries did to it.
struct Saying {
  std::string text;      // deleted: why
  uint64_t edited = 0;   // the edit that the text is of
  bool deleted = false;  // taken back
};

struct Line {
  // kInfo: what happened in the room (a pin, a topic, the server's word). kNotice: of this program, without a number.
  enum class Kind : uint8_t { kMessage, kEmote, kCustom, kInfo, kNotice };
  Kind kind = Kind::kMessage;
  Mark mark = Mark::kNone;
  uint64_t id = 0;        // of this program, never reused: what the viewport holds on to
  uint64_t sequence = 0;  // 0 = has no place yet (own, on its way), or a notice
  uint64_t after = 0;     // notices: the sequence behind which they stand
  uint64_t number = 0;    // own lines of this session: what receipts name
  int64_t wall_us = 0;
  std::string user;
  std::string name;
  std::string text;
  std::string why;  // kFailed: the reason

  bool own = false;  // of this user, on whatever device
  bool mentions_me = false;
  bool deleted = false;
  bool pinned = false;
  uint64_t edited = 0;
  std::optional<Saying> original;  // what it was before later entries changed it; kept in case that they are rolled back
  uint64_t reply_to = 0;
  std::string reply;                // "Ann: what it replies to"; empty: that isn't loaded
  std::vector<Reaction> counted;    // by the server, up to ...
  uint64_t counted_through = 0;     // ... this sequence
  std::vector<Reaction> reactions;  // those and what came since
  uint64_t missing_from = 0;        // entries from there up to this line aren't loaded; 0 = it follows the one before
};

// Something that somebody said, and that has its place.
inline bool is_message(const Line& line) {
  return line.sequence != 0 && (line.kind == Line::Kind::kMessage || line.kind == Line::Kind::kEmote || line.kind == Line::Kind::kCustom);
}

// May be replied to, reacted to, pinned.
inline bool can_be_chosen(const Line& line) { return is_message(line) && !line.deleted; }

}  // namespace parley::terminal
