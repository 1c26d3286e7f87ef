// SPDX-License-Identifier: Apache-2.0
// Reads what Effects wrote (notes.h) within one read transaction: the notes of a page's entries, what is known of one target. Records that
// fail their check read as if they weren't there. Made for one request and thrown away; any thread.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "core/history/lmdb_env.h"
#include "core/history/notes.h"
#include "core/history/store.h"

namespace parley::history {

class NoteReader {
 public:
  NoteReader(MDB_txn* txn, const Tables& tables) : txn_(txn), tables_(tables) {}

  // Of the entries first to last, with the user's own reactions marked.
  std::vector<PageNote> between(RoomId room, std::pair<Sequence, Sequence> first_and_last, std::string_view user) const;
  Note note(RoomId room, Sequence target) const;
  bool has_reacted(const TargetRequest& request) const;
  std::vector<Sequence> pins(RoomId room) const;
  // 0: none.
  Sequence topic(RoomId room) const;
  Mark mark(RoomId room, std::string_view user) const;
  // The first sequence that he sees of a room that shows what was said since he joined it; 0: he never did.
  Sequence joined_at(RoomId room, std::string_view user) const;
  std::vector<UserMark> marks_of(std::string_view user) const;

 private:
  std::optional<ByteView> get(MDB_dbi table, ByteView key) const;
  PageNote page_note(RoomId room, Sequence target, Note note, std::string_view user) const;

  MDB_txn* txn_;
  const Tables& tables_;
};

}  // namespace parley::history
