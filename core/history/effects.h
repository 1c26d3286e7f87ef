// SPDX-License-Identifier: Apache-2.0
// What a batch of entries changes of what is stored already, in the batch's own transaction: an Edit or Delete rewrites its target in the
// log, a Reaction counts, a Pin pins, a Topic replaces the one before, a mention waits for its reader, a read mark moves on. Messages
// without mentions cost nothing here.
//
// Rewriting keeps an entry's header but for the body's length and check, so numbers, order and receipts stay what they were. At most one
// Edit of a target still holds a text: the one before becomes a Gone when the next is stored, and all of them when the target is deleted.
// Whether somebody may do all this was decided before it came on the bus; what makes no sense here (a target that isn't there) has no
// effect. Writer thread, between the batch's own records and its commit.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/history/lmdb_env.h"
#include "core/history/notes.h"
#include "core/history/room_heads.h"
#include "core/history/store.h"
#include "entry_generated.h"

namespace parley::history {

class Effects {
 public:
  Effects(const RoomHeads& heads, const Tables& tables, WriteTransaction& txn) : heads_(heads), tables_(tables), txn_(txn) {}

  void apply(const NewEntry& entry);
  void apply(const NewMark& mark);

 private:
  struct Found {
    LogPosition position;
    LogHeader header;
    std::vector<uint8_t> body;
  };

  std::optional<Found> find(RoomId room, Sequence sequence);
  std::optional<LogPosition> locate(RoomId room, Sequence sequence);
  void rewrite(const Found& found, ByteView body);
  // Replaces an entry's content by a Gone. False if it isn't there.
  bool erase(RoomId room, Sequence sequence, const entry::GoneT& gone);
  Note note_of(const Key16& key) const;
  void put_note(const Key16& key, const Note& note);
  void put_number(MDB_dbi table, ByteView key, Sequence sequence);
  void edit(const NewEntry& entry, const entry::Edit& edit);
  void remove(const NewEntry& entry, const entry::Entry& said, const entry::Delete& removal);
  void react(const NewEntry& entry, std::string_view user, const entry::Reaction& reaction);
  void pin(const NewEntry& entry, const entry::Pin& pin);
  void mention(const NewEntry& entry, const entry::Entry& said);
  void add_mention(const NewEntry& entry, std::string_view user);

  const RoomHeads& heads_;
  const Tables& tables_;
  WriteTransaction& txn_;
};

}  // namespace parley::history
