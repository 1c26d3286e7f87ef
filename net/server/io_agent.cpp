// SPDX-License-Identifier: Apache-2.0
#include "net/server/io_agent.h"

#include <algorithm>

#include "core/base/check.h"
#include "net/server/admission.h"
#include "net/server/decode.h"
#include "net/server/policy.h"

namespace parley::server {
namespace {

constexpr uint8_t kMaxMalformed = 8;  // of a session; then it is closed: a proven client that isn't one of ours
constexpr int kPagesPerCycle = 32;
constexpr int kBatchesPerCycle = 8;  // of datagrams; then what they caused goes out
constexpr Micros kExpiryLook{1'000'000};
constexpr Micros kLeaveRetry{1'000};

MonoTime end_of(const identity::Ticket& ticket, Now now) {
  const auto left = ticket.expires - now.wall;
  return left > std::chrono::years(10) ? kNever : now.mono + std::chrono::duration_cast<Micros>(left);
}

std::optional<identity::TokenBucket> bucket_of(identity::RateLimit limit) {
  if (limit.per_second <= 0) return std::nullopt;
  return identity::TokenBucket(limit);
}

}  // namespace

Result<std::unique_ptr<IoAgent>> IoAgent::make(const IoWorld& world, const IoAgentOptions& options, const MakeTransport& make_transport) {
  std::unique_ptr<IoAgent> agent(new IoAgent(world, options));
  auto transport = make_transport(*agent);
  if (!transport) return std::unexpected(std::move(transport.error()));
  agent->transport_ = std::move(*transport);
  agent->state_.transport = agent->transport_.get();
  return agent;
}

IoAgent::IoAgent(const IoWorld& world, const IoAgentOptions& options)
    : state_(world, options.io, options.readers, options.hash_key),
      announcements_(state_, options.answers),
      answers_wakeup_(options.answers) {}

IoAgent::~IoAgent() = default;

int IoAgent::do_work(Now now) {
  state_.now = now;
  int work = close_sessions();
  work += receive(now);
  work += state_.bus.retry_leaves();
  state_.bus.wake_others();
  work += fan_out_.poll();
  state_.bus.wake_others();  // fan-out publishes the leave of a session that went while its join was on the bus
  work += early_.run();
  work += receipts_.advance(state_.world.writer.durable_through());
  work += take_pages() + pages_.run() + sends_.targets().run() + reading_.run() + slow_.run() + searches_.take() + announcements_.run() +
          take_erased();
  presence_.flush();
  signals_.flush();
  receipts_.flush();
  end_expired();
  work += answer_questions() + drain();
  work += transport_->flush(now);
  state_.bus.wake_others();  // flush() may close sessions, whose leaves go on the bus
  state_.bus.wake_writer();
  return work;
}

int IoAgent::receive(Now now) {
  int all = 0;
  for (int batch = 0; batch < kBatchesPerCycle; ++batch) {
    const int got = transport_->receive(now);
    all += got;
    if (got < static_cast<int>(transport::kReceiveBatch)) break;
  }
  return all;
}

MonoTime IoAgent::next_deadline() const {
  MonoTime next = std::min({transport_->next_deadline(), pages_.next_deadline(), slow_.next_deadline(), presence_.next_deadline(),
                            announcements_.next_deadline(), drain_by_});
  if (state_.sessions.size() > 0) next = std::min(next, next_expiry_look_);
  if (state_.bus.leaves_wait()) next = std::min(next, state_.now.mono + kLeaveRetry);
  if (!state_.closing.empty() || phase_ == Phase::kDraining) next = std::min(next, state_.now.mono + kLeaveRetry);
  return next;
}

// ---- the transport's calls, from inside receive() and flush() ----

transport::HelloReply IoAgent::refuse_hello(const Refusal& refusal) {
  ++state_.counters.hellos_refused;
  return {false, state_.encode.answer_refusal(refusal)};
}

// Before a session is made, so that who isn't let in costs none.
std::optional<transport::HelloReply> IoAgent::refusal_of(const transport::HelloInfo& info) {
  CHECK(info.verdict != nullptr, "a server's hellos are judged before they come here");
  auto& verdict = static_cast<HelloVerdict&>(*info.verdict);
  if (!verdict.understood) {
    ++state_.counters.dropped_malformed;
    return refuse_hello({ErrorCode::kInvalidArgument, "the server doesn't understand this client's hello; update the older of the two", 0});
  }
  if (state_.draining) return refuse_hello(refuse_draining(state_.world.config.drain_retry));
  if (const auto& admitted = verdict.admitted; !admitted) return refuse_hello({admitted.error().code, admitted.error().text, 0});
  const size_t most = std::max<size_t>(1, state_.world.config.max_sessions / state_.world.io_count);
  if (state_.sessions.size() >= most) {
    return refuse_hello({ErrorCode::kServerFull, "the server has as many sessions as it may; come back later", 5000});
  }
  return std::nullopt;
}

transport::HelloReply IoAgent::on_hello(SessionId id, const transport::HelloInfo& info) {
  auto& admitted = static_cast<HelloVerdict&>(*info.verdict).admitted;
  const wire::Hello* const hello = decode_hello(info.hello);
  CHECK(hello != nullptr, "a hello that the judge understood");
  ++state_.counters.hellos_accepted;
  Session& session = state_.sessions.add(id);
  session.ticket = std::move(admitted->ticket);
  session.producer = ProducerId(hello->producer());
  session.producer_key = state_.world.producer_keys.key_of(session.user(), session.producer);
  session.expires = end_of(session.ticket, state_.now);
  session.since = state_.now.mono;
  session.from = info.from;
  session.sends = bucket_of(state_.world.config.sends);
  session.requests = bucket_of(state_.world.config.requests);
  if (hello->rooms() != nullptr) {
    for (const wire::JoinRequest* each : *hello->rooms()) session.joins.push_back(Membership::pending_of(*each));
    if (hello->early()) early_.on_hello(session);
  }
  const ProducerNumber last = state_.rooms.producer(session.producer_key).last;
  return {true, state_.encode.answer({admitted->protocol, session.user(), session.name(), state_.world.snapshot.epoch, last})};
}

void IoAgent::on_ready(SessionId id) {
  Session* session = state_.sessions.find(id);
  if (session == nullptr || session->ready) return;
  membership_.on_ready(*session);
  state_.users.add(session->user(), id);
  direct_.on_ready(*session);
}

void IoAgent::on_message(SessionId id, uint8_t, ByteView message) {
  Session* session = state_.sessions.find(id);
  if (session == nullptr || !session->ready || session->closing) return;
  const DecodedMessage decoded = decode_client_message(message);
  switch (decoded.outcome) {
    case Decoded::kMalformed:
      return on_malformed(*session);
    case Decoded::kUnknownKind:
      ++state_.counters.skipped_unknown_kind;
      return;
    case Decoded::kMessage:
      ++state_.counters.messages_in;
      return dispatch(*session, *decoded.message);
  }
}

void IoAgent::dispatch(Session& session, const wire::Message& message) {
  switch (message.body_type()) {
    case wire::Body::Send:
      return sends_.on_send(session, *message.body_as_Send());
    case wire::Body::Join:
      return membership_.request_join(session, *message.body_as_Join()->join());
    case wire::Body::Leave:
      return membership_.request_leave(session, RoomId(message.body_as_Leave()->room_id()));
    case wire::Body::HistoryRequest:
      return pages_.request(session, *message.body_as_HistoryRequest());
    case wire::Body::WhoRequest:
      return who(session, *message.body_as_WhoRequest());
    case wire::Body::MarkRead:
      return reading_.mark(session, *message.body_as_MarkRead());
    case wire::Body::RoomInfoRequest:
      return reading_.request(session, *message.body_as_RoomInfoRequest());
    case wire::Body::Signal:
      return signals_.on_signal(session, *message.body_as_Signal());
    case wire::Body::SearchRequest:
      return searches_.request(session, *message.body_as_SearchRequest());
    default:
      return;  // decode_client_message lets no other pass
  }
}

void IoAgent::who(Session& session, const wire::WhoRequest& request) {
  if (const auto refused = refuse_rate(session.requests, state_.now.mono)) {
    return state_.refuse_request(session.id, request.request(), *refused);
  }
  if (session.seat(RoomId(request.room_id())) == nullptr) {
    return state_.refuse_request(session.id, request.request(), refuse_not_member());
  }
  if (transport_->queued_bytes(session.id) > kCatchUpQueueBytes) {  // a list of a large room is long
    return state_.refuse_request(session.id, request.request(), refuse_busy());
  }
  presence_.send_list({&session.id, 1}, RoomId(request.room_id()), request.request());
}

void IoAgent::on_malformed(Session& session) {
  ++state_.counters.dropped_malformed;
  if (++session.malformed < kMaxMalformed) return;
  ++state_.counters.closed_malformed;
  state_.close_later(session);
}

void IoAgent::on_closed(SessionId id, transport::CloseReason) {
  if (Session* session = state_.sessions.find(id)) forget(*session);
}

// ---- ends of sessions ----

void IoAgent::forget(Session& session) {
  membership_.on_closed(session);
  if (session.ready) state_.users.remove(session.user(), session.id);
  state_.sessions.remove(session);
}

int IoAgent::close_sessions() {
  int closed = 0;
  for (const SessionId id : state_.closing) {
    Session* session = state_.sessions.find(id);
    if (session == nullptr) continue;
    forget(*session);
    transport_->close(id);
    ++closed;
  }
  state_.closing.clear();
  return closed;
}

void IoAgent::end_expired() {
  if (state_.now.mono < next_expiry_look_) return;
  next_expiry_look_ = state_.now.mono + kExpiryLook;
  state_.sessions.for_each([this](Session& session) {
    if (session.expires > state_.now.mono || session.closing) return;
    ++state_.counters.closed_expired;
    state_.refuse_request(session.id, 0, {ErrorCode::kTicketExpired, "your ticket has expired; connect again with a new one", 0});
    state_.close_later(session);
  });
}

// ---- history ----

int IoAgent::take_pages() {
  int taken = 0;
  while (taken < kPagesPerCycle) {
    const auto answer = state_.world.page_reader.take(state_.io);
    if (!answer) break;
    take_answer_of_store(*answer);
    ++taken;
  }
  if (taken > 0) state_.bus.wake_others();
  return taken;
}

// Members whose view begins behind it never saw it, and aren't told whose it was.
int IoAgent::take_erased() {
  int taken = 0;
  for (; taken < kPagesPerCycle; ++taken) {
    const auto news = state_.world.writer.erasures().take(state_.io);
    if (!news) break;
    const LocalRoom* room = state_.local_rooms.find(news->room);
    if (room == nullptr) continue;
    for (const LocalMember& member : room->members) {
      Session* session = state_.sessions.find(member.session);
      const Seat* seat = session == nullptr ? nullptr : session->seat(news->room);
      if (seat == nullptr || seat->floor > news->through) continue;
      state_.post_to_room(member.session, news->room, state_.encode.erased(news->room, news->user, news->through));
    }
  }
  return taken;
}

void IoAgent::take_answer_of_store(const history::PageAnswer& answer) {
  switch (answer.query.question) {
    case history::Question::kPage:
      return answer.query.early ? early_.on_answer(answer) : pages_.on_answer(answer);
    case history::Question::kJoin:
      return membership_.on_store_answer(answer);
    case history::Question::kTarget:
      return sends_.targets().on_answer(answer);
    case history::Question::kRoomInfo:
      return reading_.on_answer(answer);
  }
}

// ---- drain: no new sends, what was taken becomes durable and is told so, then goodbye ----

void IoAgent::start_drain() {
  if (phase_ != Phase::kServing) return;
  phase_ = Phase::kDraining;
  state_.draining = true;
  drain_by_ = state_.now.mono + state_.world.config.drain_limit;
  const auto packet = transport_->make_packet(state_.encode.draining(state_.world.config.drain_retry), transport::Delivery::kReliable);
  state_.sessions.for_each([&](Session& session) { transport_->send(session.id, transport::kControlChannel, packet); });
}

int IoAgent::drain() {
  if (phase_ != Phase::kDraining) return 0;
  bool waiting = receipts_.waiting();
  state_.sessions.for_each([&](Session& session) { waiting = waiting || (session.ready && transport_->queued_bytes(session.id) > 0); });
  if (waiting && state_.now.mono < drain_by_) return 0;
  phase_ = Phase::kDrained;
  drain_by_ = kNever;
  state_.sessions.for_each([this](Session& session) { state_.close_later(session); });
  close_sessions();
  answers_.push(snapshot(IoQuestion::kDrain));
  answers_wakeup_->notify();
  return 1;
}

// ---- the main thread's questions ----

bool IoAgent::ask(IoQuestion question) { return questions_.push(std::move(question)); }
std::optional<IoSnapshot> IoAgent::take_answer() { return answers_.pop(); }

int IoAgent::answer_questions() {
  int answered = 0;
  while (const auto question = questions_.pop()) {
    ++answered;
    if (*question == IoQuestion::kDrain) {
      start_drain();
      continue;
    }
    if (answers_.push(snapshot(*question))) answers_wakeup_->notify();
  }
  return answered;
}

IoSnapshot IoAgent::snapshot(IoQuestion question) {
  IoSnapshot out;
  out.question = question;
  out.io = state_.io;
  out.counters = state_.counters;
  out.transport = transport_->counters();
  out.room_count = state_.rooms.room_count();
  if (question == IoQuestion::kSessions) {
    state_.sessions.for_each([&](Session& session) {
      SessionRow row{session.ticket.user, session.ticket.name, link::to_string(session.from), session.producer.value, {},
                     session.since,       session.expires,     transport_->stats(session.id)};
      for (const Seat& seat : session.seats) row.rooms.push_back(state_.rooms.find(seat.room)->name);
      out.sessions.push_back(std::move(row));
    });
  }
  if (question == IoQuestion::kRooms) {
    for (uint64_t id = 1; id <= state_.rooms.room_count(); ++id) {
      const room::RoomState* room = state_.rooms.find(RoomId(id));
      if (room != nullptr) out.rooms.push_back({id, room->name, room->head.value, state_.roster.member_count(room->id)});
    }
  }
  return out;
}

}  // namespace parley::server
