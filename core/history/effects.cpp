// SPDX-License-Identifier: Apache-2.0
#include "core/history/effects.h"

#include <algorithm>

#include "core/base/limits.h"
#include "core/history/crc32c.h"
#include "core/history/entry_bytes.h"
#include "core/history/rewrite.h"

namespace parley::history {
namespace {

template <class T>
std::string_view view(const T* text) {
  return text == nullptr ? std::string_view{} : text->string_view();
}

}  // namespace

void Effects::apply(const NewEntry& entry) {
  if (entry.kind == EntryKind::kCustom || entry.kind == EntryKind::kSystem) return;
  const entry::Entry* said = read_entry(entry.bytes);
  if (said == nullptr || said->content() == nullptr) return;
  switch (said->content_type()) {
    case entry::Content::Text:
    case entry::Content::Emote:
      return mention(entry, *said);
    case entry::Content::Edit:
      return edit(entry, *said->content_as_Edit());
    case entry::Content::Delete:
      return remove(entry, *said, *said->content_as_Delete());
    case entry::Content::Reaction:
      return react(entry, view(said->author()), *said->content_as_Reaction());
    case entry::Content::Pin:
      return pin(entry, *said->content_as_Pin());
    case entry::Content::Topic:
      return put_number(tables_.topics, number_key(entry.room.value), entry.sequence);
    default:
      return;
  }
}

std::optional<LogPosition> Effects::locate(RoomId room, Sequence sequence) {
  if (!sequence || !heads_.has(room)) return std::nullopt;
  std::optional<uint64_t> position = heads_.open_position(room, sequence);
  if (!position) {
    const Key16 key = segment_key(room, (sequence.value - 1) / kSegmentEntries);
    const auto record = txn_.get(tables_.index, key);
    Segment positions;
    if (!record || !decode_index(key, *record, positions)) return std::nullopt;
    position = positions[(sequence.value - 1) % kSegmentEntries];
  }
  if (*position == 0 || *position == kUnknownPosition) return std::nullopt;
  return LogPosition(*position);
}

std::optional<Effects::Found> Effects::find(RoomId room, Sequence sequence) {
  const auto position = locate(room, sequence);
  if (!position) return std::nullopt;
  const Key8 key = number_key(position->value);
  const auto record = txn_.get(tables_.log, key);
  const auto header = record ? decode_log_header(*record, *position) : std::nullopt;
  if (!header || header->room != room || header->sequence != sequence) return std::nullopt;
  const auto body = header->large ? txn_.get(tables_.large, key) : record->subspan(kLogHeaderBytes);
  if (!body || body->size() != header->body_bytes || crc32c(*body) != header->body_check) return std::nullopt;
  return Found{*position, *header, {body->begin(), body->end()}};
}

void Effects::rewrite(const Found& found, ByteView body) { rewrite_body(txn_, tables_, {found.position, found.header}, body); }

void Effects::put_number(MDB_dbi table, ByteView key, Sequence sequence) {
  std::array<uint8_t, kNumberBytes> record;
  encode_number(key, sequence.value, record);
  txn_.put(table, key, record);
}

Note Effects::note_of(const Key16& key) const {
  const auto record = txn_.get(tables_.notes, key);
  return (record ? decode_note(key, *record) : std::nullopt).value_or(Note{});
}

void Effects::put_note(const Key16& key, const Note& note) {
  if (note.empty()) return txn_.remove(tables_.notes, key);
  txn_.put(tables_.notes, key, encode_note(key, note));
}

bool Effects::erase(RoomId room, Sequence sequence, const entry::GoneT& gone) {
  const auto found = find(room, sequence);
  if (!found) return false;
  const entry::Entry* was = read_entry(found->body);
  if (was == nullptr) return false;
  rewrite(*found, gone_entry(*was, gone));
  return true;
}

void Effects::edit(const NewEntry& entry, const entry::Edit& edit) {
  const auto found = find(entry.room, Sequence(edit.target()));
  if (!found || !is_message(found->header.kind)) return;
  const entry::Entry* was = read_entry(found->body);
  if (was == nullptr || was->content_type() == entry::Content::Gone) return;
  const auto body = edited_entry(*was, view(edit.text()), entry.sequence);
  if (body.empty()) return;  // a kind without text
  rewrite(*found, body);
  const Key16 key = target_key(entry.room, Sequence(edit.target()));
  Note note = note_of(key);
  if (note.edit) erase(entry.room, note.edit, superseded());
  note.edit = entry.sequence;
  put_note(key, note);
}

void Effects::remove(const NewEntry& entry, const entry::Entry& said, const entry::Delete& removal) {
  entry::GoneT gone;
  gone.why = entry::GoneReason::Deleted;
  gone.by = view(said.author());
  gone.reason = view(removal.reason());
  const Sequence target(removal.target());
  if (!erase(entry.room, target, gone)) return;
  const Key16 key = target_key(entry.room, target);
  const Note note = note_of(key);
  if (note.edit) erase(entry.room, note.edit, superseded());
  if (note.pin) txn_.remove(tables_.pins, key);
  txn_.remove(tables_.notes, key);
}

void Effects::react(const NewEntry& entry, std::string_view user, const entry::Reaction& reaction) {
  if (Sequence(reaction.target()) < heads_.first(entry.room)) return;
  const std::string_view emoji = view(reaction.emoji());
  const Key16 key = target_key(entry.room, Sequence(reaction.target()));
  const std::string own = reaction_key(key, emoji, user);
  const bool there = txn_.get(tables_.reactions, as_bytes(own)).has_value();
  if (there != reaction.removed()) return;  // said twice
  Note note = note_of(key);
  auto count = std::ranges::find(note.reactions, emoji, &ReactionCount::emoji);
  if (reaction.removed()) {
    txn_.remove(tables_.reactions, as_bytes(own));
    if (count != note.reactions.end() && --count->count == 0) note.reactions.erase(count);
  } else {
    if (count == note.reactions.end()) {
      if (note.reactions.size() >= kMaxReactionKinds) return;
      count = note.reactions.insert(count, {std::string(emoji), 0});
    }
    ++count->count;
    put_number(tables_.reactions, as_bytes(own), entry.sequence);
  }
  note.last = entry.sequence;
  put_note(key, note);
}

void Effects::pin(const NewEntry& entry, const entry::Pin& pin) {
  if (Sequence(pin.target()) < heads_.first(entry.room)) return;
  const Key16 key = target_key(entry.room, Sequence(pin.target()));
  Note note = note_of(key);
  if (pin.removed()) {
    note.pin = Sequence();
    txn_.remove(tables_.pins, key);
  } else {
    note.pin = entry.sequence;
    put_number(tables_.pins, key, entry.sequence);
  }
  note.last = entry.sequence;
  put_note(key, note);
}

void Effects::mention(const NewEntry& entry, const entry::Entry& said) {
  const auto* mentions =
      said.content_type() == entry::Content::Text ? said.content_as_Text()->mentions() : said.content_as_Emote()->mentions();
  if (mentions == nullptr) return;
  for (const flatbuffers::String* user : *mentions) add_mention(entry, view(user));
}

void Effects::add_mention(const NewEntry& entry, std::string_view user) {
  const std::string key = mark_key(user, entry.room);
  const auto record = txn_.get(tables_.marks, as_bytes(key));
  Mark mark = (record ? decode_mark(key, *record) : std::nullopt).value_or(Mark{});
  if (!mark.mentions.empty() && mark.mentions.back() >= entry.sequence.value) return;  // named twice
  std::erase_if(mark.mentions, [&](uint64_t each) { return each < heads_.first(entry.room).value; });
  mark.mentions.push_back(entry.sequence.value);
  if (mark.mentions.size() > kMaxMentionsKept) mark.mentions.erase(mark.mentions.begin());
  txn_.put(tables_.marks, as_bytes(key), encode_mark(key, mark));
}

void Effects::apply(const NewMark& moved) {
  const std::string key = mark_key(moved.user, moved.room);
  const auto record = txn_.get(tables_.marks, as_bytes(key));
  Mark mark = (record ? decode_mark(key, *record) : std::nullopt).value_or(Mark{});
  if (moved.read <= mark.read) return;
  const auto found = find(moved.room, moved.read);
  if (!found) return;  // nothing is there yet, or any more
  mark.read = moved.read;
  mark.messages = found->header.messages;
  std::erase_if(mark.mentions, [&](uint64_t sequence) { return sequence <= moved.read.value; });
  txn_.put(tables_.marks, as_bytes(key), encode_mark(key, mark));
}

}  // namespace parley::history
