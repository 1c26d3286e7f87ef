// SPDX-License-Identifier: Apache-2.0
#include "net/server/sends.h"

#include "core/base/direct_room.h"
#include "net/server/policy.h"

namespace parley::server {

void Sends::on_send(Session& session, const wire::Send& send) {
  const ProducerNumber number(send.number());
  const room::ProducerState producer = state_.rooms.producer(session.producer_key);
  if (session.waiting != nullptr && number > producer.last) {  // one before it waits for the store, or it itself does
    session.waiting->skipped |= number != session.waiting->number;
    ++state_.counters.sends_skipped;
    return;
  }
  switch (judge_number(session, number, producer.last)) {
    case NumberVerdict::kNew:
      return accept(session, send);
    case NumberVerdict::kRepeated:
      return repeat(session, number, producer);
    case NumberVerdict::kSkip:
      ++state_.counters.sends_skipped;
      return;
    case NumberVerdict::kGap:
      ++state_.counters.sends_refused;
      state_.post(session.id, transport::kControlChannel, state_.encode.send_refused(number, refuse_gap(session.next)));
      return;
  }
}

void Sends::accept(Session& session, const wire::Send& send) {
  const ProducerNumber number(send.number());
  const RoomId room(send.room_id());
  if (!room) return use_up(session, number);
  if (state_.draining) return refuse(session, number, refuse_draining(state_.world.config.drain_retry));
  if (const auto refused = refuse_rate(session.sends, state_.now.mono)) return refuse(session, number, *refused);
  const Seat* seat = session.seat(room);
  if (const auto refused = refuse_send({seat, state_.world.writer.state()})) return refuse(session, number, *refused);
  const room::RoomState& where = *state_.rooms.find(room);
  const ContentFields content = content_of(send);
  if (const auto refused = refuse_content({content, *seat, where.head, is_direct_room(where.name)})) {
    return refuse(session, number, *refused);
  }
  if (changes_a_message(content.kind)) return targets_.wait(session, send);
  finish(session, number, publish(session, send, content));
}

void Sends::finish(Session& session, ProducerNumber number, bool published) {
  if (!published) return refuse(session, number, refuse_busy());
  ++state_.counters.sends_accepted;
  use_up(session, number);
}

void Sends::on_target_known(Session& session, const wire::Send& send, const history::PageAnswer& answer) {
  const ProducerNumber number(send.number());
  const Seat* seat = session.seat(RoomId(send.room_id()));
  if (seat == nullptr) return refuse(session, number, refuse_not_member());
  if (!answer.page) return refuse(session, number, {answer.page.error().code, answer.page.error().text, 1000});
  ContentFields content = content_of(send);
  if (const auto refused = refuse_target({content, answer.target, session.user(), seat->may_moderate})) {
    return refuse(session, number, *refused);
  }
  content.by_moderator = content.kind == EntryKind::kDelete && answer.target.author != session.user();
  finish(session, number, publish(session, send, content));
}

void Sends::use_up(Session& session, ProducerNumber number) {
  session.next = number.next();
  session.resend_from = ProducerNumber();
}

// The number isn't used up, for good or not: the client comes back with it, or with a void send in its place, and with those behind it.
// Were it used up, a refusal that the connection took along could not be told from an accepted send: its repeat would be "at or below the
// last".
void Sends::refuse(Session& session, ProducerNumber number, const Refusal& refusal) {
  ++state_.counters.sends_refused;
  session.next = session.resend_from = number;
  state_.post(session.id, transport::kControlChannel, state_.encode.send_refused(number, refusal));
}

bool Sends::publish(const Session& session, const wire::Send& send, const ContentFields& content) {
  bus::RecordHeader header = state_.header(bus::RecordKind::kEntry, session);
  header.content = content.kind;
  header.room = RoomId(send.room_id());
  header.number = ProducerNumber(send.number());
  EntryFields entry;
  entry.author = session.user();
  entry.name = session.name();
  entry.producer = session.producer;
  entry.number = header.number;
  entry.wall = header.wall;
  entry.content = content;
  return state_.bus.publish(header, state_.encode.entry(entry));
}

// Where a number before the last one went isn't kept: the client finds it in the history, by producer and number.
void Sends::repeat(const Session& session, ProducerNumber number, const room::ProducerState& producer) {
  ++state_.counters.sends_repeated;
  ReceiptFields receipt;
  receipt.number = number;
  if (number == producer.last) {
    receipt.room = producer.room;
    receipt.sequence = producer.sequence;
  }
  receipts_.ordered(session.id, receipt);
  receipts_.durable_at(state_.reader.position(), session.id, number);  // this thread applied it, so it stands before its reader
}

void Sends::on_applied(const bus::RecordHeader& header, const room::Applied& applied) {
  if (applied.outcome == room::Outcome::kUnknownRoom) return;  // rooms don't go away: only a session's own wrong memory could lead here
  if (state_.sessions.find(header.origin.session) == nullptr) return;
  const bool first = applied.outcome == room::Outcome::kApplied;
  if (!first) ++state_.counters.sends_repeated;
  receipts_.ordered(header.origin.session,
                    {header.number, applied.room, applied.sequence, first ? header.wall.time_since_epoch().count() : 0});
  receipts_.durable_at(state_.reader.position(), header.origin.session, header.number);
}

}  // namespace parley::server
