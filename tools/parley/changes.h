// SPDX-License-Identifier: Apache-2.0
// What later entries said about the messages of a room: edits, deletions, reactions. They are kept by themselves, since they may come
// before their message (live, and the message by a page later), more than once (live and in a page), and be rolled back. A line is what it
// was when it came, and then all of these in order; so settle() may be called at any time and always gives the same.
//
// Reactions that a page counted already, up to a sequence, aren't counted again. Bounded by kMaxChanges: those of the oldest messages go.
// Owned by a RoomLog.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "tools/parley/line.h"

namespace parley::terminal {

struct Change {
  enum class Kind : uint8_t { kEdit, kDelete, kReaction };
  Kind kind = Kind::kEdit;
  uint64_t target = 0;
  uint64_t sequence = 0;
  std::string user = {};  // of a reaction
  std::string text = {};  // what it says now; why it was deleted; the emoji
  bool removed = false;   // a reaction taken back
  bool own = false;
};

class Changes {
 public:
  static constexpr size_t kMaxChanges = 20'000;

  // False if it is known already.
  bool add(Change change);
  void roll_back(uint64_t sequence);
  // What the user did up to there.
  void erase(std::string_view user, uint64_t through);
  // Brings the line's text and reactions up to date. Costs the changes of that line.
  void settle(Line& line) const;

 private:
  using Key = std::pair<uint64_t, uint64_t>;  // target, sequence
  void settle_text(Line& line) const;
  void settle_reactions(Line& line) const;

  std::map<Key, Change> changes_;
};

}  // namespace parley::terminal
