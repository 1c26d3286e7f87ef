// SPDX-License-Identifier: Apache-2.0
#include "net/server/membership.h"

#include <algorithm>
#include <array>

#include "net/server/policy.h"

namespace parley::server {

std::unique_ptr<PendingJoin> Membership::pending_of(const wire::JoinRequest& request) {
  auto join = std::make_unique<PendingJoin>();
  join->request = request.request();
  join->room = request.room()->str();
  join->since = Sequence(request.since());
  join->epoch = Epoch(request.epoch());
  join->last = static_cast<uint16_t>(std::min<size_t>(request.last(), kMaxPageEntries));
  return join;
}

void Membership::on_ready(Session& session) {
  Session* older = state_.sessions.of_producer(session.producer_key);
  if (older != nullptr && older != &session) replace(*older);
  session.ready = true;
  state_.sessions.set_newest(session);
  auto joins = std::move(session.joins);
  session.joins.clear();
  for (auto& join : joins) start(session, std::move(join));
}

void Membership::request_join(Session& session, const wire::JoinRequest& request) {
  if (auto refused = refuse_rate(session.requests, state_.now.mono)) {
    return state_.refuse_request(session.id, request.request(), *refused);
  }
  start(session, pending_of(request));
}

void Membership::start(Session& session, std::unique_ptr<PendingJoin> join) {
  const room::RoomState* room = state_.rooms.find(join->room);
  const bool member = room != nullptr && session.seat(room->id) != nullptr;
  const JoinFacts facts{session, join->room, state_.world.config.max_rooms_per_session, member};
  if (state_.draining) return state_.refuse_request(session.id, join->request, refuse_draining(state_.world.config.drain_retry));
  if (auto refused = refuse_join(facts)) return state_.refuse_request(session.id, join->request, *refused);
  if (session.pending(join->room) != nullptr) return state_.refuse_request(session.id, join->request, refuse_busy());

  join->tag = ++session.last_tag;
  PendingJoin& pending = *join;
  session.joins.push_back(std::move(join));
  const bool earlier = learned_earlier(pending);
  if (!earlier) pending.valid_through = pending.since;
  const bool since_joining = state_.world.config.rooms.of(pending.room).late_joiners == room::LateJoiners::kSinceJoining;
  if (room == nullptr || (!earlier && !since_joining)) return publish(session, pending);
  if (!pages_.ask_join(session, pending, room->id)) refuse(session, pending, refuse_busy());
}

// Without an epoch the client didn't learn `since` from us but was told it by its user (tail --since): nothing to take back.
bool Membership::learned_earlier(const PendingJoin& join) const {
  return join.since && join.epoch && join.epoch != state_.world.snapshot.epoch;
}

void Membership::on_store_answer(const history::PageAnswer& answer) {
  Session* session = state_.sessions.find(answer.query.session);
  PendingJoin* join = session == nullptr ? nullptr : session->pending(answer.query.request);
  if (join == nullptr) return;
  if (!answer.page) {
    ++state_.counters.page_errors;
    return refuse(*session, *join, {answer.page.error().code, answer.page.error().text, 1000});
  }
  if (!join->valid_through) join->valid_through = answer.valid_through;
  join->joined_at = answer.joined_at;
  publish(*session, *join);
}

void Membership::publish(Session& session, PendingJoin& join) {
  bus::RecordHeader header = state_.header(bus::RecordKind::kJoin, session);
  header.origin.request = join.tag;
  if (session.birth == Birth::kNoJoin) header.number = kFirstJoin;
  std::array<uint8_t, room::kMaxNamesBytes> names;
  if (!state_.bus.publish(header, room::encode_names({join.room, session.user(), session.name()}, names))) {
    return refuse(session, join, refuse_busy());
  }
  if (session.birth == Birth::kNoJoin) session.birth = Birth::kOnBus;
  // Joined again: leaves its old seat behind, so what follows is the same as for anybody. The roster counts the new one first.
  const room::RoomState* room = state_.rooms.find(join.room);
  if (room != nullptr && session.seat(room->id) != nullptr) give_up_seat(session, room->id);
}

void Membership::refuse(Session& session, const PendingJoin& join, const Refusal& refusal) {
  state_.refuse_request(session.id, join.request, refusal);
  session.drop_pending(join.tag);
}

void Membership::on_join(const bus::Record& record, const room::Applied& applied) {
  if (applied.outcome == room::Outcome::kApplied) {
    const room::Names names = room::decode_names(record.payload);
    if (state_.roster.join(applied.room, names.user, names.name)) presence_.came(applied.room, names.user, names.name);
  }
  if (record.header.number == kFirstJoin) replace_older(record.header);
  if (record.header.origin.io == state_.io) seat_own(record, applied);
}

// Two threads see the same two marks in the same order, so exactly one of the sessions stays.
void Membership::replace_older(const bus::RecordHeader& header) {
  if (header.origin.io == state_.io) return;  // on one thread on_ready decided
  Session* session = state_.sessions.of_producer(header.producer);
  if (session != nullptr && session->birth != Birth::kOnBus) replace(*session);
}

void Membership::replace(Session& session) {
  ++state_.counters.closed_replaced;
  state_.refuse_request(session.id, 0, {ErrorCode::kReplaced, "another session of this client took over", 0});
  state_.close_later(session);
}

void Membership::seat_own(const bus::Record& record, const room::Applied& applied) {
  const bool joined = applied.outcome == room::Outcome::kApplied;
  Session* session = state_.sessions.find(record.header.origin.session);
  PendingJoin* join = session == nullptr ? nullptr : session->pending(record.header.origin.request);
  if (join == nullptr) {  // closed while the record was on the bus
    if (!joined) return;
    bus::RecordHeader header = record.header;
    header.kind = bus::RecordKind::kLeave;
    header.room = applied.room;
    header.number = ProducerNumber();
    return state_.bus.publish_leave(header, room::decode_names(record.payload).user);
  }
  if (record.header.number == kFirstJoin) session->birth = Birth::kSeen;
  if (!joined)
    return refuse(*session, *join, {ErrorCode::kTooManyRooms, "the server has as many rooms as it may; join one that exists", 0});
  seat(*session, *join, *state_.rooms.find(applied.room));
  session->drop_pending(record.header.origin.request);
}

// Without the right to history, or where late joiners see nothing, history begins behind the head that the join found.
Seat Membership::make_seat(const Session& session, const PendingJoin& join, const room::RoomState& room) const {
  Seat seat;
  seat.room = room.id;
  seat.tag = join.tag;
  seat.may_send = session.ticket.allows(room.name, identity::Right::kSend);
  seat.may_moderate = session.ticket.allows(room.name, identity::Right::kModerate);
  seat.floor = Sequence(1);
  const room::LateJoiners late = state_.world.config.rooms.of(room.name).late_joiners;
  if (late == room::LateJoiners::kNothing) seat.floor = room.head.next();
  if (late == room::LateJoiners::kSinceJoining) seat.floor = join.joined_at ? std::min(join.joined_at, room.head.next()) : room.head.next();
  if (session.ticket.allows(room.name, identity::Right::kHistory)) return seat;
  seat.floor = room.head.next();
  seat.floor_reason = GapReason::kNotGranted;
  return seat;
}

Sequence Membership::first_owed(const PendingJoin& join, Sequence head) {
  const bool resumes = join.since || join.epoch;  // an epoch with 0: the room was empty when the client joined it
  if (resumes) return std::min(join.valid_through, head).next();
  return Sequence(head.value - std::min<uint64_t>(join.last, head.value) + 1);
}

void Membership::seat(Session& session, const PendingJoin& join, const room::RoomState& room) {
  ++state_.counters.joins_accepted;
  const Sequence valid_through = join.early_next ? room.head : std::min(join.valid_through, room.head);
  const Seat seat = make_seat(session, join, room);
  session.seats.push_back(seat);
  state_.local_rooms.add_member(room.id, session.id);
  presence_.welcome(room.id);
  const JoinedFields fields{join.request, room.name,     room.id,       state_.world.snapshot.epoch,
                            room.head,    valid_through, seat.may_send, state_.roster.member_count(room.id)};
  state_.post_to_room(session.id, room.id, state_.encode.joined(fields));

  CatchUp owed;
  owed.session = session.id;
  owed.room = room.id;
  owed.tag = join.tag;
  owed.up_to = room.head;
  owed.after = state_.reader.position();  // of this record: entries up to the head stand before it
  owed.next = join.early_next ? join.early_next : first_owed(join, room.head);
  if (owed.next < seat.floor) {
    if ((join.since || join.epoch) && owed.next <= owed.up_to) owed.gap_from = owed.next;
    owed.gap_reason = seat.floor_reason;
    owed.next = seat.floor;
  }
  pages_.start(owed);
}

void Membership::request_leave(Session& session, RoomId room) {
  if (session.seat(room) == nullptr) return;
  give_up_seat(session, room);
  state_.post_to_room(session.id, room, state_.encode.left(room));
}

void Membership::give_up_seat(Session& session, RoomId room) {
  std::erase_if(session.seats, [room](const Seat& each) { return each.room == room; });
  state_.local_rooms.remove_member(room, session.id);
  bus::RecordHeader header = state_.header(bus::RecordKind::kLeave, session);
  header.room = room;
  state_.bus.publish_leave(header, session.user());
}

void Membership::on_closed(Session& session) {
  while (!session.seats.empty()) give_up_seat(session, session.seats.back().room);
}

void Membership::on_leave(const bus::Record& record) {
  const room::Names names = room::decode_names(record.payload);
  if (state_.roster.leave(record.header.room, names.user)) presence_.went(record.header.room, names.user);
}

}  // namespace parley::server
