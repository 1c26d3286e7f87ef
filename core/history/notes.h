// SPDX-License-Identifier: Apache-2.0
// What later entries said about an earlier one, as one small record an entry that anything was said about: which Edit its text is of, which
// Pin pinned it, and how often it has which reaction. Written by Effects in the transaction of those entries, read with pages.
// Who reacted is in the table `reactions`, a record each, so that a second "+1" of the same user counts once.
//
// Bounds: kMaxReactionKinds emoji an entry (more have no effect), kMaxReactionBytes each. Stateless; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/ids.h"
#include "core/history/records.h"
#include "core/history/store.h"

namespace parley::history {

struct Note {
  Sequence edit;  // the Edit whose text the entry has; 0: none
  Sequence pin;   // the Pin that holds; 0: not pinned
  Sequence last;  // the newest Reaction or Pin in here
  std::vector<ReactionCount> reactions;
  bool empty() const { return !edit && !pin && reactions.empty(); }
};

// Key in `notes` and `pins`.
Key16 target_key(RoomId room, Sequence target);
std::vector<uint8_t> encode_note(const Key16& key, const Note& note);
std::optional<Note> decode_note(const Key16& key, ByteView record);

// Keys of variable length: (room, target, emoji, user) in `reactions`; (user, room) in `marks`. Names hold no 0 byte.
std::string reaction_key(const Key16& target, std::string_view emoji, std::string_view user);
std::string mark_key(std::string_view user, RoomId room);
std::string mark_prefix(std::string_view user);  // of all of his

// How far a user has read a room, and which later messages name him.
struct Mark {
  Sequence read;
  uint64_t messages = 0;           // of the room's, up to `read`
  std::vector<uint64_t> mentions;  // sequences above `read`, ascending; at most kMaxMentionsKept, then the oldest go
};
std::vector<uint8_t> encode_mark(std::string_view key, const Mark& mark);
std::optional<Mark> decode_mark(std::string_view key, ByteView record);

}  // namespace parley::history
