// SPDX-License-Identifier: Apache-2.0
#include "core/history/erasure.h"

#include <algorithm>

#include "core/base/limits.h"
#include "core/history/crc32c.h"
#include "core/history/entry_bytes.h"
#include "core/history/notes.h"
#include "core/history/rewrite.h"

namespace parley::history {
namespace {

constexpr size_t kErasureBytes = 21;

bool deleted_by(const entry::Entry& said, std::string_view user) {
  const entry::Gone* gone = said.content_as_Gone();
  return gone != nullptr && gone->by() != nullptr && gone->by()->string_view() == user;
}

}  // namespace

std::vector<uint8_t> encode_erasure(std::string_view user, const ErasureRecord& record) {
  std::vector<uint8_t> out(kErasureBytes);
  store_le(out.data() + 4, record.next.value);
  store_le(out.data() + 12, record.end.value);
  out[20] = record.searched ? 1 : 0;
  store_le(out.data(), crc32c(ByteView(out).subspan(4), crc32c(as_bytes(user))));
  return out;
}

std::optional<ErasureRecord> decode_erasure(std::string_view user, ByteView record) {
  if (record.size() != kErasureBytes || load_le<uint32_t>(record.data()) != crc32c(record.subspan(4), crc32c(as_bytes(user))))
    return std::nullopt;
  return ErasureRecord{.next = LogPosition(load_le<uint64_t>(record.data() + 4)),
                       .end = LogPosition(load_le<uint64_t>(record.data() + 12)),
                       .searched = record[20] != 0};
}

bool concerns(ByteView body, std::string_view user) {
  if (as_text(body).find(user) == std::string_view::npos) return false;  // most entries, without a copy
  const std::vector<uint8_t> aligned(body.begin(), body.end());
  const entry::Entry* said = read_entry(aligned);
  return said != nullptr && (said->author()->string_view() == user || deleted_by(*said, user));
}

void Eraser::erase_marks() {
  const std::string prefix = mark_prefix(user_);
  txn_.remove_prefix(tables_.marks, as_bytes(prefix));
  txn_.remove_prefix(tables_.joined, as_bytes(prefix));
}

bool Eraser::erase(const Found& found) {
  const entry::Entry* said = read_entry(found.body);
  if (said == nullptr) return true;
  const bool own = said->author()->string_view() == user_;
  if (own && is_message(found.header.kind) && !erase_reactions(found)) return false;
  if (own) erase_about(found, *said);
  const std::vector<uint8_t> body = own ? erased_entry(*said, is_message(found.header.kind)) : anonymous_deletion(*said);
  rewrite_body(txn_, tables_, {found.position, found.header}, body);
  return true;
}

bool Eraser::erase_reactions(const Found& found) {
  const auto& [room, sequence] = std::pair(found.header.room, found.header.sequence);
  const size_t left = kMaxRemovedReactions - reactions_;
  const size_t removed = txn_.remove_range(tables_.reactions, {target_key(room, sequence), target_key(room, sequence.next())}, left);
  reactions_ += removed;
  return removed < left;
}

// What the tables beside the log hold of it.
void Eraser::erase_about(const Found& found, const entry::Entry& said) {
  const auto& [room, sequence] = std::pair(found.header.room, found.header.sequence);
  if (const entry::Reaction* reaction = said.content_as_Reaction()) return take_back(found, *reaction);
  if (said.content_type() == entry::Content::Topic) {
    const Key8 key = number_key(room.value);
    const auto topic = txn_.get(tables_.topics, key);
    if (topic && decode_number(key, *topic) == sequence.value) txn_.remove(tables_.topics, key);
  }
  if (!is_message(found.header.kind)) return;
  const Key16 key = target_key(room, sequence);
  txn_.remove(tables_.notes, key);
  txn_.remove(tables_.pins, key);
}

void Eraser::take_back(const Found& found, const entry::Reaction& reaction) {
  const Key16 key = target_key(found.header.room, Sequence(reaction.target()));
  const std::string_view emoji = reaction.emoji()->string_view();
  const std::string own = reaction_key(key, emoji, user_);
  const auto record = txn_.get(tables_.reactions, as_bytes(own));
  if (!record || decode_number(as_bytes(own), *record) != found.header.sequence.value) return;  // another one of his is what counts
  txn_.remove(tables_.reactions, as_bytes(own));
  const auto noted = txn_.get(tables_.notes, key);
  auto note = noted ? decode_note(key, *noted) : std::nullopt;
  if (!note) return;
  const auto count = std::ranges::find(note->reactions, emoji, &ReactionCount::emoji);
  if (count != note->reactions.end() && --count->count == 0) note->reactions.erase(count);
  if (note->empty()) {
    txn_.remove(tables_.notes, key);
  } else {
    txn_.put(tables_.notes, key, encode_note(key, *note));
  }
}

}  // namespace parley::history
