// SPDX-License-Identifier: Apache-2.0
#include "core/history/note_reader.h"

#include <algorithm>

namespace parley::history {
namespace {

// Records of a room whose sequences are within [first, last], in order.
template <class Visit>
void for_each_in_room(MDB_txn* txn, MDB_dbi table, std::pair<Key16, Key16> first_and_last, Visit visit) {
  MDB_cursor* cursor = nullptr;
  if (mdb_cursor_open(txn, table, &cursor) != 0) return;
  const auto& [first, last] = first_and_last;
  MDB_val key = to_val(first);
  MDB_val value{};
  for (int status = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE); status == 0;
       status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
    const ByteView at = to_view(key);
    if (at.size() != last.size() || std::memcmp(at.data(), last.data(), last.size()) > 0) break;
    Key16 own;
    std::memcpy(own.data(), at.data(), own.size());
    visit(own, Sequence(load_be<uint64_t>(at.data() + 8)), to_view(value));
  }
  mdb_cursor_close(cursor);
}

}  // namespace

std::optional<ByteView> NoteReader::get(MDB_dbi table, ByteView key) const {
  MDB_val k = to_val(key);
  MDB_val value{};
  if (mdb_get(txn_, table, &k, &value) != 0) return std::nullopt;
  return to_view(value);
}

std::vector<PageNote> NoteReader::between(RoomId room, std::pair<Sequence, Sequence> first_and_last, std::string_view user) const {
  std::vector<PageNote> out;
  const auto& [first, last] = first_and_last;
  for_each_in_room(txn_, tables_.notes, {target_key(room, first), target_key(room, last)},
                   [&](const Key16& key, Sequence target, ByteView record) {
                     if (auto note = decode_note(key, record)) out.push_back(page_note(room, target, std::move(*note), user));
                   });
  std::erase_if(out, [](const PageNote& note) { return !note.pinned && note.reactions.empty(); });
  return out;
}

PageNote NoteReader::page_note(RoomId room, Sequence target, Note note, std::string_view user) const {
  for (ReactionCount& each : note.reactions) {
    each.mine = !user.empty() && has_reacted({.room = room, .target = target, .user = user, .emoji = each.emoji});
  }
  return {.sequence = target, .pinned = static_cast<bool>(note.pin), .through = note.last, .reactions = std::move(note.reactions)};
}

Note NoteReader::note(RoomId room, Sequence target) const {
  const Key16 key = target_key(room, target);
  const auto record = get(tables_.notes, key);
  return (record ? decode_note(key, *record) : std::nullopt).value_or(Note{});
}

bool NoteReader::has_reacted(const TargetRequest& request) const {
  const std::string key = reaction_key(target_key(request.room, request.target), request.emoji, request.user);
  return get(tables_.reactions, as_bytes(key)).has_value();
}

std::vector<Sequence> NoteReader::pins(RoomId room) const {
  std::vector<Sequence> out;
  for_each_in_room(txn_, tables_.pins, {target_key(room, Sequence(0)), target_key(room, Sequence(~0ULL))},
                   [&](const Key16&, Sequence target, ByteView) { out.push_back(target); });
  return out;
}

Sequence NoteReader::topic(RoomId room) const {
  const Key8 key = number_key(room.value);
  const auto record = get(tables_.topics, key);
  return Sequence((record ? decode_number(key, *record) : std::nullopt).value_or(0));
}

Sequence NoteReader::joined_at(RoomId room, std::string_view user) const {
  const std::string key = mark_key(user, room);
  const auto record = get(tables_.joined, as_bytes(key));
  return Sequence((record ? decode_number(as_bytes(key), *record) : std::nullopt).value_or(0));
}

std::vector<UserMark> NoteReader::marks_of(std::string_view user) const {
  std::vector<UserMark> out;
  const std::string prefix = mark_prefix(user);
  for (const MDB_dbi table : {tables_.marks, tables_.joined}) {
    MDB_cursor* cursor = nullptr;
    if (mdb_cursor_open(txn_, table, &cursor) != 0) continue;
    MDB_val key = to_val(as_bytes(prefix));
    MDB_val value{};
    for (int status = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE); status == 0 && as_text(to_view(key)).starts_with(prefix);
         status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
      const RoomId room(number_of_key(to_view(key).subspan(prefix.size())));
      auto known = std::ranges::find(out, room, &UserMark::room);
      if (known == out.end()) known = out.insert(out.end(), UserMark{.room = room});
      if (table == tables_.marks) known->read = mark(room, user).read;
      if (table == tables_.joined) known->joined_at = joined_at(room, user);
    }
    mdb_cursor_close(cursor);
  }
  return out;
}

Mark NoteReader::mark(RoomId room, std::string_view user) const {
  const std::string key = mark_key(user, room);
  const auto record = get(tables_.marks, as_bytes(key));
  return (record ? decode_mark(key, *record) : std::nullopt).value_or(Mark{});
}

}  // namespace parley::history
