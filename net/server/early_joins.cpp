// SPDX-License-Identifier: Apache-2.0
#include "net/server/early_joins.h"

#include <algorithm>

#include "net/server/policy.h"

namespace parley::server {
namespace {

// What a page takes beside the bytes of its entries and notes: tables, offsets, lengths, padding. At most.
constexpr size_t kPageOverhead = 128, kEntryOverhead = 48, kNoteOverhead = 80, kReactionOverhead = 48;
constexpr size_t kLeastEntryBytes = 64;  // of one that says anything: for how many the store is asked

const history::PageNote* note_of(const history::Page& page, Sequence sequence) {
  const auto found = std::ranges::find(page.notes, sequence, &history::PageNote::sequence);
  return found == page.notes.end() ? nullptr : &*found;
}

size_t bytes_of(const history::StoredEntry& entry, const history::PageNote* note) {
  size_t bytes = entry.bytes.size() + kEntryOverhead;
  if (note == nullptr) return bytes;
  for (const history::ReactionCount& each : note->reactions) bytes += each.emoji.size() + kReactionOverhead;
  return bytes + kNoteOverhead;
}

}  // namespace

int EarlyJoins::run() {
  int looked = 0;
  for (const SessionId id : greeted_) {
    Session* session = unproven(id);
    if (session == nullptr) continue;
    for (const auto& join : session->joins) {
      start(*session, *join);
      ++looked;
    }
  }
  greeted_.clear();
  return looked;
}

Session* EarlyJoins::unproven(SessionId id) {
  Session* session = state_.sessions.find(id);
  return session == nullptr || session->ready || session->closing ? nullptr : session;
}

// Only what the join will be, too: the same checks. The hello's rooms count as joined in these, so one more is allowed.
bool EarlyJoins::may_show(const Session& session, const PendingJoin& join) const {
  if (state_.draining || membership_.learned_earlier(join)) return false;
  if (refuse_join({session, join.room, state_.world.config.max_rooms_per_session + 1, false})) return false;
  const bool whole = state_.world.config.rooms.of(join.room).late_joiners == room::LateJoiners::kAll;
  return whole && session.ticket.allows(join.room, identity::Right::kHistory);
}

void EarlyJoins::start(Session& session, PendingJoin& join) {
  const room::RoomState* room = state_.rooms.find(join.room);
  if (room == nullptr || !may_show(session, join)) return;
  join.valid_through = join.since;
  if (Membership::first_owed(join, room->head) > room->head) {
    show_room(session, join);
  } else if (asked_ < kMaxEarlyPages && ask(session, join, *room)) {
    ++asked_;
  }
}

bool EarlyJoins::ask(Session& session, PendingJoin& join, const room::RoomState& room) {
  join.tag = ++session.last_tag;
  history::PageQuery query;
  query.session = session.id;
  query.request = join.tag;
  query.early = true;
  query.page.room = room.id;
  query.page.reading = history::Reading::kForward;
  query.page.from = Membership::first_owed(join, room.head);
  query.user = session.user();
  query.up_to = room.head;
  const size_t fit = state_.transport->early_room(session.id) / kLeastEntryBytes;
  query.page.limit =
      static_cast<size_t>(std::min<uint64_t>(room.head.value - query.page.from.value + 1, std::clamp<size_t>(fit, 1, kMaxPageEntries)));
  return state_.world.page_reader.ask(state_.io, query);
}

void EarlyJoins::on_answer(const history::PageAnswer& answer) {
  --asked_;
  Session* session = unproven(answer.query.session);
  PendingJoin* join = session == nullptr ? nullptr : session->pending(answer.query.request);
  if (join == nullptr || !answer.page || !show_room(*session, *join)) return;
  join->early_next = answer.query.page.from;  // the head may have moved on since
  show_page(*session, *join, *answer.page);
}

bool EarlyJoins::show_room(const Session& session, PendingJoin& join) {
  const room::RoomState& room = *state_.rooms.find(join.room);
  const JoinedFields fields{join.request,
                            room.name,
                            room.id,
                            state_.world.snapshot.epoch,
                            room.head,
                            std::min(join.valid_through, room.head),
                            session.ticket.allows(room.name, identity::Right::kSend),
                            state_.roster.member_count(room.id),
                            true};
  const auto packet = state_.transport->make_packet(state_.encode.joined(fields), transport::Delivery::kReliable);
  if (!state_.transport->send_early(session.id, transport::channel_of(room.id), packet)) return false;
  join.early_next = Membership::first_owed(join, room.head);
  return true;
}

// Entries from the beginning of what is owed, as many as fit: the client gets them in order, and the rest after its proof.
void EarlyJoins::show_page(const Session& session, PendingJoin& join, const history::Page& page) {
  const RoomId room = state_.rooms.find(join.room)->id;
  const size_t fit = state_.transport->early_room(session.id);
  PageFields fields;
  fields.room_id = room;
  fields.more = true;
  fields.gap_from = page.gap_from;
  fields.gap_to = std::min(page.gap_to, state_.rooms.find(join.room)->head.next());
  fields.gap_reason = page.gap_reason;
  Sequence next = std::max(join.early_next, fields.gap_to);
  uint16_t entries = 0;
  size_t bytes = kPageOverhead;
  state_.encode.begin_entries();
  for (const history::StoredEntry& entry : page.entries) {
    bytes += bytes_of(entry, note_of(page, entry.sequence));
    if (bytes > fit) break;
    state_.encode.add_entry(entry.sequence, entry.bytes);
    next = entry.sequence.next();
    ++entries;
  }
  if (next == join.early_next) return;
  for (const history::PageNote& note : page.notes) {
    if (note.sequence < next) state_.encode.add_note(note);
  }
  const auto packet = state_.transport->make_entries(state_.encode.finish_page(fields), entries);
  if (!state_.transport->send_early(session.id, transport::channel_of(room), packet)) return;
  ++state_.counters.pages;
  join.early_next = next;
}

}  // namespace parley::server
