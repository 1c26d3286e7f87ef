// SPDX-License-Identifier: Apache-2.0
#include "net/client/client_session.h"

#include <cmath>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/base/text.h"

namespace parley::client {
namespace {

constexpr Seconds kLookForSilence{1};

// On the full second: a timer that is due asks all sessions of a client, and so they look together (500 sessions, each at its own time,
// were asked 250,000 times a second).
MonoTime next_look(MonoTime now) { return std::chrono::floor<Seconds>(now) + kLookForSilence; }

// Refusals that no waiting heals: only another ticket, or another version of this library, does.
bool is_permanent(ErrorCode code) {
  switch (code) {
    case ErrorCode::kTicketMalformed:
    case ErrorCode::kTicketForged:
    case ErrorCode::kTicketExpired:
    case ErrorCode::kTicketForeign:
    case ErrorCode::kProtocolVersion:
      return true;
    default:
      return false;
  }
}

Error reason_text(transport::CloseReason reason, bool was_online) {
  using transport::CloseReason;
  switch (reason) {
    case CloseReason::kRemote:
      return {ErrorCode::kNone, "the server closed the connection"};
    case CloseReason::kFailed:
      return {ErrorCode::kTimeout, "the connection broke"};
    case CloseReason::kRefused:
      return {ErrorCode::kInternal, "the server refused without saying why"};
    default:
      break;
  }
  if (was_online) return {ErrorCode::kTimeout, "the server went silent"};
  return {ErrorCode::kTimeout, "no answer from the server: is it running, and are its address and key right?"};
}

}  // namespace

ClientSession::ClientSession(SessionHost& host, Context& context, SessionSetup setup)
    : host_(host),
      context_(context),
      setup_(std::move(setup)),
      events_(context.events, this, setup_.user_data),
      uplink_(context),
      outbox_(context, uplink_, events_),
      requests_(context, uplink_, events_),
      signals_(context, uplink_, events_),
      rooms_(context, uplink_, events_, *this) {
  context_.wake(MonoTime{});
}

ClientSession::~ClientSession() {
  if (transport_id_) host_.close_transport(transport_id_);
  context_.events.forget(this);
}

// A room that can't be joined any more (there are too many) is asked about instead, see Outbox.
Result<void> ClientSession::keep_sends(const std::filesystem::path& path) {
  auto file = OutboxFile::open(path, setup_.producer);
  if (!file) return std::unexpected(file.error());
  outbox_file_ = std::move(*file);
  setup_.producer = outbox_file_->state().producer;
  outbox_.restore(*outbox_file_, [this](std::string_view room) {
    if (rooms_.find(room) == nullptr && !rooms_.join(room, {})) return static_cast<Room*>(nullptr);
    return rooms_.find(room);
  });
  return {};
}

// ---- the program's calls ----------------------------------------------------------------------------------------------------

Result<void> ClientSession::join(std::string_view room, JoinWish wish) { return rooms_.join(room, wish); }

Result<void> ClientSession::leave(std::string_view room) { return rooms_.leave(room); }

Content& ClientSession::blank() {
  context_.said.clear();
  return context_.said;
}

Result<uint64_t> ClientSession::send(std::string_view room_name, const Content& content) {
  if (auto valid = validate_content(content); !valid) return std::unexpected(valid.error());
  Room* room = rooms_.find(room_name);
  if (room == nullptr) return fail(ErrorCode::kNotMember, "join the room before you send to it");
  auto number = outbox_.add(*room, content);
  if (number) {
    outbox_.pump();
    signals_.on_sent(*room);
  }
  return number;
}

const Unread* ClientSession::unread(std::string_view room_name) const {
  const Room* room = rooms_.find(room_name);
  return room != nullptr ? &room->unread : nullptr;
}

Result<uint32_t> ClientSession::page(std::string_view room_name, PageWish wish) {
  Room* room = rooms_.find(room_name);
  if (room == nullptr) return fail(ErrorCode::kNotMember, "join the room before you ask for its history");
  return requests_.page(*room, wish);
}

Result<uint32_t> ClientSession::who(std::string_view room_name) {
  Room* room = rooms_.find(room_name);
  if (room == nullptr) return fail(ErrorCode::kNotMember, "join the room before you ask who is there");
  return requests_.who(*room);
}

Result<void> ClientSession::typing(std::string_view room_name) {
  Room* room = rooms_.find(room_name);
  if (room == nullptr) return fail(ErrorCode::kNotMember, "join the room before you type in it");
  signals_.typing(*room);
  return {};
}

Result<void> ClientSession::talk(std::string_view room_name, bool on) {
  Room* room = rooms_.find(room_name);
  if (room == nullptr) return fail(ErrorCode::kNotMember, "join the room before you talk in it");
  signals_.talk(*room, on);
  return {};
}

Result<void> ClientSession::map_ping(std::string_view room_name, const MapPing& ping) {
  if (!std::isfinite(ping.x) || !std::isfinite(ping.y) || !std::isfinite(ping.z))
    return fail(ErrorCode::kInvalidArgument, "a place on a map has finite coordinates");
  Room* room = rooms_.find(room_name);
  if (room == nullptr) return fail(ErrorCode::kNotMember, "join the room before you ping in it");
  signals_.ping(*room, ping);
  return {};
}

Result<uint32_t> ClientSession::search(std::string_view room_name, SearchWish wish) {
  if (!is_utf8(wish.query)) return fail(ErrorCode::kNotUtf8, "the search isn't valid UTF-8; pass it as UTF-8");
  if (wish.query.empty() || wish.query.size() > kMaxQueryBytes)
    return fail(ErrorCode::kInvalidArgument, "a search has 1 to " + std::to_string(kMaxQueryBytes) + " bytes");
  Room* room = rooms_.find(room_name);
  if (room == nullptr) return fail(ErrorCode::kNotMember, "join the room before you search it");
  return requests_.search(*room, std::move(wish));
}

Result<void> ClientSession::set_ticket(std::string_view ticket) {
  if (ticket.empty() || ticket.size() > kMaxTicketBytes)
    return fail(ErrorCode::kTicketMalformed, "a ticket has 1 to " + std::to_string(kMaxTicketBytes) + " bytes");
  setup_.ticket.assign(ticket);
  if (state_ == SessionState::kRefused) {
    state_ = SessionState::kIdle;
    context_.wake(MonoTime{});
  }
  return {};
}

transport::SessionStats ClientSession::transport_stats() const {
  return transport_id_ ? context_.transport->stats(transport_id_) : transport::SessionStats{};
}

// ---- connection -------------------------------------------------------------------------------------------------------------

void ClientSession::do_timers() {
  const MonoTime now = context_.now.mono;
  const bool waits = state_ == SessionState::kBackoff && now < due_;
  if (state_ == SessionState::kIdle || (state_ == SessionState::kBackoff && !waits)) start();
  if (waits) context_.wake(due_);
  if (given_up_ && transport_id_) close_because(transport::CloseReason::kRefused);
  if (state_ != SessionState::kOnline) return;
  watch_silence();
  if (state_ != SessionState::kOnline) return;
  rooms_.do_timers();
  outbox_.pump();
  requests_.pump();
  signals_.do_timers();
}

void ClientSession::start() {
  state_ = SessionState::kConnecting;
  said_ = Error{};
  given_up_ = false;
  come_back_after_ = Micros{0};
  transport_id_ = host_.open_transport(*this, setup_, build_hello());
}

// A long ticket leaves less room for joins; what doesn't fit is asked for by Join right after the answer.
ByteView ClientSession::build_hello() {
  HelloFields fields{.ticket = setup_.ticket, .producer = setup_.producer, .agent = context_.agent, .rooms = {}, .early = true};
  for (size_t most = kMaxRoomsInHello + 1; most-- > 0;) {
    const auto rooms = rooms_.hello_rooms(most);
    fields.rooms = rooms;
    const ByteView hello = context_.encoder.hello(fields);
    if (hello.size() <= transport::kMaxHelloBytes) return hello;
  }
  fields.rooms = {};
  fields.agent = {};
  const ByteView hello = context_.encoder.hello(fields);
  CHECK(hello.size() <= transport::kMaxHelloBytes, "kMaxTicketBytes leaves room for the rest of a hello");
  return hello;
}

void ClientSession::on_answer(bool accepted, ByteView bytes) {
  const wire::Answer* answer = decode_answer(bytes);
  if (answer == nullptr) {
    ++context_.counters.malformed;
    return give_up({ErrorCode::kInternal, "the server's answer can't be read"});
  }
  if (answer->refusal() != nullptr) {
    const RefusalView refusal = decode_refusal(*answer->refusal());
    come_back_after_ = refusal.retry;
    give_up(refusal.error);
  } else if (answer->protocol() < kProtocolVersionMin || answer->protocol() > kProtocolVersionMax) {
    give_up({ErrorCode::kProtocolVersion, "the server chose a protocol version that this library doesn't speak: update it"});
  } else if (accepted) {
    go_online(*answer);
  }
}

// This connection won't do. A refusing server closes it; if not, the next look at the timers does (not here, within the transport's call).
void ClientSession::give_up(const Error& why) {
  said_ = why;
  given_up_ = true;
  context_.wake(MonoTime{});
}

void ClientSession::go_online(const wire::Answer& answer) {
  const auto user = decode_text(answer.user());
  const auto name = decode_text(answer.name());
  if (!user || !name) ++context_.counters.malformed;
  const Epoch epoch{answer.epoch()};
  const bool new_epoch = epoch != epoch_;
  epoch_ = epoch;
  state_ = SessionState::kOnline;
  online_since_ = heard_at_ = sending_unheard_since_ = context_.now.mono;
  heard_ = 0;
  if (was_online_) ++reconnects_;
  was_online_ = true;
  due_ = next_look(context_.now.mono);
  context_.wake(due_);
  uplink_.open(transport_id_);
  events_.set_user(user.value_or(""));
  events_.online(user.value_or(""), name->empty() ? user.value_or("") : *name);
  outbox_.on_user(user.value_or(""));
  outbox_.on_online(new_epoch);
  rooms_.on_online();
}

void ClientSession::on_closed(transport::CloseReason reason) {
  const bool was_online = state_ == SessionState::kOnline;
  transport_id_ = SessionId{};
  go_offline(said_.code != ErrorCode::kNone ? said_ : reason_text(reason, was_online));
}

void ClientSession::go_offline(const Error& why) {
  const MonoTime now = context_.now.mono;
  // What stayed online for a while starts the back-off anew; what is thrown out at once, again and again, comes back ever more slowly.
  if (state_ == SessionState::kOnline && now - online_since_ >= kMaxBackoff) backoff_.reset();
  uplink_.close();
  const bool refused = is_permanent(why.code);
  state_ = refused ? SessionState::kRefused : SessionState::kBackoff;
  if (refused) {
    events_.refused(why);
  } else {
    const Micros wait = backoff_.next(*context_.random, come_back_after_);
    due_ = now + wait;
    context_.wake(due_);
    events_.offline(why, std::chrono::duration_cast<Millis>(wait));
  }
  outbox_.on_offline();
  requests_.on_offline();
  signals_.on_offline();
  rooms_.on_offline();
}

// A server that was killed says no goodbye; a living one acknowledges the link's keep-alives. With sends under way the limit is shorter,
// and counts from the first of them: before, there was nothing that the server should have said.
void ClientSession::watch_silence() {
  const MonoTime now = context_.now.mono;
  if (now < due_ && !outbox_.wants_reconnect()) {
    context_.wake(due_);
    return;
  }
  const uint64_t heard = context_.transport->stats(transport_id_).datagrams_received;
  if (heard != heard_) heard_at_ = now;
  heard_ = heard;
  const bool sending = outbox_.size() > 0;
  if (!sending || heard_at_ == now) sending_unheard_since_ = now;
  due_ = next_look(now);
  context_.wake(due_);
  const bool silent = now - heard_at_ >= kClientSilence || (sending && now - sending_unheard_since_ >= kClientSilenceSending);
  if (!silent && !outbox_.wants_reconnect()) return;
  close_because(transport::CloseReason::kTimeout);
}

void ClientSession::close_because(transport::CloseReason reason) {
  host_.close_transport(transport_id_);
  on_closed(reason);
}

// ---- messages ---------------------------------------------------------------------------------------------------------------

void ClientSession::on_message(ByteView bytes) {
  const wire::Message* message = decode_message(bytes);
  if (message == nullptr) {
    ++context_.counters.malformed;
    return;
  }
  if (state_ == SessionState::kOnline) dispatch(*message);
}

void ClientSession::dispatch(const wire::Message& message) {
  switch (message.body_type()) {
    case wire::Body::Joined:
      rooms_.on_joined(*message.body_as_Joined());
      return after_change();
    case wire::Body::Entries:
      return rooms_.on_entries(*message.body_as_Entries());
    case wire::Body::Behind:
      return rooms_.on_behind(*message.body_as_Behind());
    case wire::Body::HistoryPage:
      return on_page(*message.body_as_HistoryPage());
    case wire::Body::SearchResults:
      return requests_.on_results(*message.body_as_SearchResults());
    case wire::Body::Receipts:
      outbox_.on_receipts(*message.body_as_Receipts());
      return after_change();
    case wire::Body::SendRefused: {
      const wire::SendRefused& refused = *message.body_as_SendRefused();
      outbox_.on_refused(refused.number(), decode_refusal(*refused.refusal()));
      return after_change();
    }
    case wire::Body::RequestRefused:
      return on_request_refused(*message.body_as_RequestRefused());
    case wire::Body::Presence:
      return on_presence(*message.body_as_Presence());
    case wire::Body::Left:
      rooms_.on_left(*message.body_as_Left());
      return after_change();
    case wire::Body::Draining:
      return on_draining(*message.body_as_Draining());
    case wire::Body::Signals: {
      const wire::Signals& signals = *message.body_as_Signals();
      if (Room* room = rooms_.find(RoomId{signals.room_id()})) signals_.on_signals(*room, signals);
      return;
    }
    case wire::Body::Invited:
      return rooms_.on_invited(*message.body_as_Invited());
    case wire::Body::ReadMark:
      return rooms_.on_read_mark(*message.body_as_ReadMark());
    case wire::Body::Erased:
      return rooms_.on_erased(*message.body_as_Erased());
    case wire::Body::RoomInfo:
      return rooms_.on_room_info(*message.body_as_RoomInfo());
    default:
      ++context_.counters.unknown_kinds;
      return;
  }
}

void ClientSession::on_page(const wire::HistoryPage& page) {
  if (rooms_.owns_page(page.request())) {
    rooms_.on_page(page);
  } else {
    requests_.on_page(page);
  }
}

void ClientSession::on_presence(const wire::Presence& presence) {
  if (presence.request() == 0) {
    rooms_.on_presence(presence);
  } else {
    requests_.on_presence(presence);
  }
}

void ClientSession::on_request_refused(const wire::RequestRefused& refused) {
  const RefusalView refusal = decode_refusal(*refused.refusal());
  if (refused.request() == 0) {  // of no request: why the server is about to close
    said_ = refusal.error;
    come_back_after_ = refusal.retry;
  } else if (!rooms_.on_request_refused(refused.request(), refusal)) {
    requests_.on_refused(refused.request(), refusal);
  }
  after_change();
}

void ClientSession::on_draining(const wire::Draining& draining) {
  said_ = {ErrorCode::kDraining, "the server is going down and comes back"};
  come_back_after_ = Millis{draining.retry_ms()};
}

// A room opened, or sends became durable: what waited for that may go on.
void ClientSession::after_change() {
  outbox_.pump();
  requests_.pump();
  rooms_.finish_leaving();
}

void ClientSession::on_entry(ProducerId producer, ProducerNumber number, Sequence sequence) {
  if (producer == setup_.producer) outbox_.on_entry(number.value, sequence);
}

void ClientSession::on_room_gone(Room& room, const Error& why) {
  outbox_.drop_room(room, why);
  requests_.drop_room(room, why);
  signals_.drop_room(room);
}

}  // namespace parley::client
