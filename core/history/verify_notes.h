// SPDX-License-Identifier: Apache-2.0
// What a store keeps about its entries, against the entries: notes (which edit, which pin, how many reactions), the reactions and pins
// themselves, topics, and users' read marks. The second part of a verification (verify.h), after the log is known. One thread.
#pragma once

#include "core/history/notes.h"
#include "core/history/verify_state.h"

namespace parley::history {

class NotesCheck {
 public:
  explicit NotesCheck(VerifyState& state) : state_(state) {}
  void run();

 private:
  void check_note(const Key16& key, ByteView value);
  void check_counts(const Key16& key, const Note& note);
  void check_reaction(ByteView key, ByteView value);
  void check_pin(const Key16& key, ByteView value);
  void check_topic(ByteView key, ByteView value);
  void check_mark(ByteView key, ByteView value);
  std::string place_of(const Key16& key);
  bool is_of_kind(const Key16& target, Sequence sequence, EntryKind kind);
  std::optional<Note> note_at(const Key16& key);

  VerifyState& state_;
};

}  // namespace parley::history
