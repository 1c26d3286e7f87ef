// SPDX-License-Identifier: Apache-2.0
// Reading the store: single facts, for who wants to change an entry and for who joins a room.
#include <algorithm>

#include "core/history/entry_bytes.h"
#include "core/history/note_reader.h"
#include "core/history/retained.h"
#include "core/history/room_cursor.h"
#include "core/history/store_impl.h"

namespace parley::history {

Result<TargetFacts> Store::target(const TargetRequest& request) const {
  TargetFacts facts;
  const auto view = impl_->heads.view(request.room);
  if (!view || !request.target || request.target > view->head) return facts;
  const ReadTransaction txn(impl_->environment.get());
  if (txn.status() != 0) return std::unexpected(impl_->environment.error(txn.status(), "can't read the store"));
  RoomCursor cursor(*view, txn.get(), impl_->environment.tables(), impl_->damaged);
  const auto stored = cursor.read(request.target);
  const entry::Entry* entry = stored ? read_entry(stored->bytes) : nullptr;
  if (entry == nullptr || !is_message(stored->kind) || entry->content_type() == entry::Content::Gone) return facts;
  const NoteReader notes(txn.get(), impl_->environment.tables());
  const Note note = notes.note(request.room, request.target);
  facts.found = true;
  facts.author = entry->author()->str();
  facts.reacted = notes.has_reacted(request);
  for (const ReactionCount& each : note.reactions) facts.known_emoji |= each.emoji == request.emoji;
  facts.reaction_kinds = note.reactions.size();
  facts.pinned = static_cast<bool>(note.pin);
  facts.pins = notes.pins(request.room).size();
  return facts;
}

Result<RoomInfo> Store::room_info(const RoomInfoRequest& request) const {
  const RoomId room = request.room;
  RoomInfo info;
  const auto view = impl_->heads.view(room);
  if (!view) return info;  // nothing of it is stored yet
  const ReadTransaction txn(impl_->environment.get());
  if (txn.status() != 0) return std::unexpected(impl_->environment.error(txn.status(), "can't read the store"));
  const NoteReader notes(txn.get(), impl_->environment.tables());
  RoomCursor cursor(*view, txn.get(), impl_->environment.tables(), impl_->damaged);
  if (const Sequence topic = notes.topic(room)) {
    if (auto stored = cursor.read(topic)) info.topic = std::move(stored->bytes);
  }
  info.pinned = notes.pins(room);
  const Mark mark = notes.mark(room, request.user);
  info.read = mark.read;
  const Retained retained = read_retained(txn.get(), impl_->environment.tables(), room);
  const uint64_t read_or_gone = std::max(mark.messages, retained.messages);
  info.unread = view->messages - std::min(view->messages, read_or_gone);
  info.mentions = static_cast<uint64_t>(std::ranges::count_if(mark.mentions, [&](uint64_t each) { return each >= retained.first.value; }));
  if (!request.peer.empty()) info.peer_read = notes.mark(room, request.peer).read;
  info.head = view->head;
  return info;
}

}  // namespace parley::history
