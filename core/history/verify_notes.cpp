// SPDX-License-Identifier: Apache-2.0
#include "core/history/verify_notes.h"

#include <algorithm>
#include <map>

namespace parley::history {
namespace {

constexpr const char* kReadsAsNone = "it is read as if there were none; export, and import into a new store, makes it anew";
constexpr const char* kWrong = "export, and import into a new store, makes it anew";
constexpr const char* kMarkLost = "this user's unread count is wrong until he reads that room; nothing has to be done";

RoomId room_of(const Key16& key) { return RoomId(load_be<uint64_t>(key.data())); }
uint64_t target_of(const Key16& key) { return load_be<uint64_t>(key.data() + 8); }

std::optional<Key16> key16(ByteView key, bool exactly = true) {
  if (key.size() < sizeof(Key16) || (exactly && key.size() != sizeof(Key16))) return std::nullopt;
  Key16 out;
  std::copy_n(key.begin(), out.size(), out.begin());
  return out;
}

}  // namespace

void NotesCheck::run() {
  const Tables& tables = state_.tables();
  const auto with_target = [this](const char* table, void (NotesCheck::*check)(const Key16&, ByteView)) {
    return [this, table, check](ByteView key, ByteView value) {
      if (const auto target = key16(key)) return (this->*check)(*target, value);
      state_.find(table, "a key", "it isn't one of this table", kWrong);
    };
  };
  state_.for_each(tables.notes, with_target("notes", &NotesCheck::check_note));
  state_.for_each(tables.reactions, [this](ByteView key, ByteView value) { check_reaction(key, value); });
  state_.for_each(tables.pins, with_target("pins", &NotesCheck::check_pin));
  state_.for_each(tables.topics, [this](ByteView key, ByteView value) { check_topic(key, value); });
  state_.for_each(tables.marks, [this](ByteView key, ByteView value) { check_mark(key, value); });
}

std::string NotesCheck::place_of(const Key16& key) { return state_.name_of(room_of(key), target_of(key)); }

// True also where that entry is gone or can't be read: then nothing speaks against it.
bool NotesCheck::is_of_kind(const Key16& target, Sequence sequence, EntryKind kind) {
  if (sequence.value <= target_of(target) || !state_.knows(room_of(target), sequence.value)) return false;
  const auto header = state_.header_of(room_of(target), sequence.value);
  return !header || header->kind == kind;
}

std::optional<Note> NotesCheck::note_at(const Key16& key) {
  const auto record = state_.get(state_.tables().notes, key);
  return record ? decode_note(key, *record) : std::nullopt;
}

void NotesCheck::check_note(const Key16& key, ByteView value) {
  const auto note = decode_note(key, value);
  if (!note) return state_.find("notes", place_of(key), "what is kept about it (edit, pin, reactions) fails its check", kReadsAsNone);
  if (!state_.knows(room_of(key), target_of(key)))
    return state_.find("notes", place_of(key), "something is kept about it, but it isn't there", kWrong);
  if (note->edit && !is_of_kind(key, note->edit, EntryKind::kEdit))
    state_.find("notes", place_of(key), "it has its text of entry " + std::to_string(note->edit.value) + ", which is no edit after it",
                kWrong);
  if (note->pin && !is_of_kind(key, note->pin, EntryKind::kPin))
    state_.find("notes", place_of(key), "entry " + std::to_string(note->pin.value) + " is said to pin it and is no pin after it", kWrong);
  if (note->pin && !state_.get(state_.tables().pins, key))
    state_.find("notes", place_of(key), "it is pinned, but not in the list of its room's pins", kWrong);
  check_counts(key, *note);
}

// Who reacted is a record each, (target, emoji, user); the note has how many there are.
void NotesCheck::check_counts(const Key16& key, const Note& note) {
  std::map<std::string, uint32_t> there;
  MDB_cursor* cursor = nullptr;
  if (mdb_cursor_open(state_.txn(), state_.tables().reactions, &cursor) != 0) return;
  MDB_val at = to_val(key);
  MDB_val value{};
  for (int status = mdb_cursor_get(cursor, &at, &value, MDB_SET_RANGE); status == 0;
       status = mdb_cursor_get(cursor, &at, &value, MDB_NEXT)) {
    const ByteView own = to_view(at);
    if (own.size() < key.size() || !std::equal(key.begin(), key.end(), own.begin())) break;
    const std::string_view rest = as_text(own.subspan(key.size()));
    ++there[std::string(rest.substr(0, rest.find('\0')))];
  }
  mdb_cursor_close(cursor);
  for (const ReactionCount& each : note.reactions) {
    const uint32_t records = there.contains(each.emoji) ? there[each.emoji] : 0;
    if (records != each.count)
      state_.find("notes", place_of(key),
                  "it counts " + std::to_string(each.count) + " × " + each.emoji + ", but " + std::to_string(records) + " are kept",
                  kWrong);
  }
}

void NotesCheck::check_reaction(ByteView key, ByteView value) {
  const auto target = key16(key, false);
  if (!target) return state_.find("reactions", "a key", "it isn't one of this table", kWrong);
  if (!decode_number(key, value))
    return state_.find("reactions", place_of(*target), "the record of a reaction fails its check", kReadsAsNone);
  const std::string_view rest = as_text(key.subspan(sizeof(Key16)));
  const std::string_view emoji = rest.substr(0, rest.find('\0'));
  const auto note = note_at(*target);
  const bool counted = note && std::ranges::find(note->reactions, emoji, &ReactionCount::emoji) != note->reactions.end();
  if (!counted) state_.find("reactions", place_of(*target), "a reaction " + std::string(emoji) + " is kept but not counted", kWrong);
}

void NotesCheck::check_pin(const Key16& key, ByteView value) {
  const auto pinned = decode_number(key, value);
  if (!pinned) return state_.find("pins", place_of(key), "the record of its pin fails its check", kReadsAsNone);
  const auto note = note_at(key);
  if (!note || note->pin.value != *pinned)
    state_.find("pins", place_of(key), "it is in the list of pins, but isn't said to be pinned", kWrong);
}

void NotesCheck::check_topic(ByteView key, ByteView value) {
  const RoomId id(number_of_key(key));
  const auto sequence = decode_number(key, value);
  if (!sequence) return state_.find("topics", state_.name_of(id), "the record of its topic fails its check", kReadsAsNone);
  const auto header = state_.header_of(id, *sequence);
  if (!state_.knows(id, *sequence) || (header && header->kind != EntryKind::kTopic))
    state_.find("topics", state_.name_of(id), "entry " + std::to_string(*sequence) + " is said to set its topic, and doesn't", kWrong);
}

void NotesCheck::check_mark(ByteView key, ByteView value) {
  constexpr size_t kRoomBytes = 8;
  if (key.size() <= kRoomBytes || key[key.size() - kRoomBytes - 1] != 0)
    return state_.find("marks", "a key", "it isn't one of this table", kMarkLost);
  const std::string_view user = as_text(key.first(key.size() - kRoomBytes - 1));
  const RoomId id(number_of_key(key.last(kRoomBytes)));
  const std::string where = state_.name_of(id) + ", read mark of " + std::string(user);
  const auto mark = decode_mark(as_text(key), value);
  if (!mark) return state_.find("marks", where, "it fails its check", kMarkLost);
  const auto known = [&](uint64_t sequence) { return sequence == 0 || state_.knows(id, sequence); };
  if (!known(mark->read.value) || !std::ranges::all_of(mark->mentions, known))
    return state_.find("marks", where, "it names an entry that isn't there", kMarkLost);
  const auto header = state_.header_of(id, mark->read.value);
  if (header && header->messages != mark->messages)
    state_.find("marks", where, "it counts other messages than the room has up to there", kMarkLost);
}

}  // namespace parley::history
