// SPDX-License-Identifier: Apache-2.0
// The client's half of the handshake: one request, sent again until it is answered; an answer opens the session or refuses it.
#include <sodium.h>

#include <algorithm>
#include <bit>

#include "core/base/check.h"
#include "net/link/link_core.h"

namespace parley::link {

namespace {

std::vector<uint8_t> request_payload(uint8_t ciphers, ByteView application, ByteView early) {
  std::vector<uint8_t> payload(wire::kRequestPayloadBytes);
  payload[wire::kRequestCiphersAt] = ciphers;
  store_le(&payload[wire::kRequestApplicationLengthAt], static_cast<uint16_t>(application.size()));
  store_le(&payload[wire::kRequestEarlyLengthAt], static_cast<uint16_t>(early.size()));
  const auto body = std::copy(application.begin(), application.end(), payload.begin() + wire::kRequestBodyAt);
  std::copy(early.begin(), early.end(), body);
  return payload;
}

}  // namespace

// Wall time, but always going up, whatever the clock does: the server refuses requests that are far older than the newest it knows.
uint64_t LinkCore::request_time(Now now) {
  const int64_t wall = now.wall.time_since_epoch().count();
  last_request_us_ = std::max(last_request_us_ + 1, static_cast<uint64_t>(std::max<int64_t>(wall, 0)));
  return last_request_us_;
}

LinkId LinkCore::connect(const Endpoint& server, const PublicKey& server_key, ByteView application, ByteView early, Now now) {
  CHECK(!options_.server, "a server's link accepts, it doesn't connect");
  CHECK(application.size() + early.size() <= kMaxRequestBytes, "what rides in the request is bounded by kMaxRequestBytes");
  Session* const session = sessions_.add();
  if (session == nullptr) return {};
  session->client = true;
  session->address = server;
  session->opened_at = session->last_received = now.mono;
  session->handshake = std::make_unique<Handshake>();
  session->handshake->server_key = server_key;
  session->handshake->payload = request_payload(options_.ciphers & available_ciphers(), application, early);
  if (!write_request(*session, known_token(server), now)) {
    end(*session);
    return {};
  }
  counters_.sessions = sessions_.size();
  transmit(*session, session->handshake->message, now);
  schedule(*session);
  return session->id;
}

// False: the server's key is a low-order point.
bool LinkCore::write_request(Session& session, const AddressToken& token, Now now) {
  Handshake& handshake = *session.handshake;
  handshake.sent_at = session.last_sent = now.mono;
  handshake.interval = kHandshakeResend;
  handshake.resent = false;
  store_le(&handshake.payload[wire::kRequestTimeAt], request_time(now));
  std::vector<uint8_t>& message = handshake.message;
  message.assign(wire::kRequestBytes, 0);
  message[0] = static_cast<uint8_t>(wire::Kind::kRequest);
  message[wire::kVersionAt] = wire::kVersion;
  store_le(&message[wire::kHandshakeIndexAt], session.local_index);
  std::copy(token.begin(), token.end(), message.begin() + wire::kTokenAt);
  Secret<32> ephemeral;
  random_.fill(ephemeral.bytes());
  const MutableBytes noise_message = MutableBytes(message).subspan(wire::kNoiseAt, wire::kRequestNoiseBytes);
  auto& noise = handshake.noise.emplace(prologue_of(message), *options_.static_private, handshake.server_key);
  if (!noise.write_request(std::move(ephemeral), handshake.payload, noise_message)) return false;
  write_mac1(mac1_key(handshake.server_key), message);
  return true;
}

// The server is busy or doubts that the request is new: it is made anew, with the cookie in it. An attacker who sees the request could send
// cookies of his own; he gets us to try again a few times, and what he could drop anyway is lost.
void LinkCore::on_cookie(const InDatagram& datagram, Now now) {
  const ByteView bytes = datagram.bytes;
  if (options_.server) return count(counters_.dropped_kind);
  if (bytes.size() != wire::kCookieBytes) return count(counters_.dropped_short);
  if (bytes[0] != static_cast<uint8_t>(wire::Kind::kCookie)) return count(counters_.dropped_kind);
  if (bytes[wire::kVersionAt] != wire::kVersion) return count(counters_.dropped_version);
  Session* const session = sessions_.find_index(load_le<uint32_t>(&bytes[wire::kHandshakeIndexAt]));
  if (session == nullptr) return count(counters_.dropped_unknown_index);
  if (session->state != SessionState::kConnecting) return count(counters_.dropped_handshake);
  Handshake& handshake = *session->handshake;
  if (!cookie_fits(mac1_key(handshake.server_key), handshake.message, bytes)) return count(counters_.dropped_handshake);
  if (handshake.cookies == kMaxCookiesPerConnect) return count(counters_.dropped_handshake);
  ++handshake.cookies;
  ++counters_.cookies_answered;
  AddressToken token;
  std::copy_n(bytes.begin() + wire::kCookieTokenAt, token.size(), token.begin());
  const bool written = write_request(*session, token, now);
  CHECK(written, "the server's key was good for the first request");
  transmit(*session, handshake.message, now);
  schedule(*session);
}

AddressToken LinkCore::known_token(const Endpoint& server) const {
  const auto known =
      std::find_if(known_servers_.begin(), known_servers_.end(), [&](const KnownServer& each) { return each.address == server; });
  return known != known_servers_.end() ? known->token : AddressToken{};
}

void LinkCore::remember_token(const Endpoint& server, ByteView token) {
  std::erase_if(known_servers_, [&](const KnownServer& each) { return each.address == server; });
  if (known_servers_.size() == kMaxKnownServers) known_servers_.pop_front();
  std::copy(token.begin(), token.end(), known_servers_.emplace_back(KnownServer{server, {}}).token.begin());
}

void LinkCore::on_answer(const InDatagram& datagram, Now now) {
  const ByteView bytes = datagram.bytes;
  if (options_.server) return count(counters_.dropped_kind);
  if (bytes.size() < wire::kMinAnswerBytes || bytes.size() > wire::kMaxAnswerBytes) return count(counters_.dropped_short);
  if (bytes[0] != static_cast<uint8_t>(wire::Kind::kAnswer)) return count(counters_.dropped_kind);
  if (bytes[wire::kVersionAt] != wire::kVersion) return count(counters_.dropped_version);
  if (load_le<uint16_t>(&bytes[wire::kReservedAt]) != 0) return count(counters_.dropped_handshake);
  Session* const session = sessions_.find_index(load_le<uint32_t>(&bytes[wire::kHandshakeIndexAt]));
  if (session == nullptr) return count(counters_.dropped_unknown_index);
  if (session->state != SessionState::kConnecting) return count(counters_.dropped_handshake);

  alignas(8) std::array<uint8_t, wire::kAnswerBodyAt + kMaxReplyBytes> payload;
  const ByteView message = bytes.subspan(wire::kNoiseAt);
  const size_t length = message.size() - kNoiseAnswerOverhead;
  NoiseKeys keys;
  if (!session->handshake->noise->read_answer(message, MutableBytes(payload).first(length), keys))
    return count(counters_.dropped_handshake);
  const size_t application = load_le<uint16_t>(&payload[wire::kAnswerApplicationLengthAt]);
  const size_t early = load_le<uint16_t>(&payload[wire::kAnswerEarlyLengthAt]);
  if (wire::kAnswerBodyAt + application + early > length) return count(counters_.dropped_handshake);
  const bool accepted = payload[wire::kAnswerAcceptedAt] == 1;
  const uint8_t cipher = payload[wire::kAnswerCipherAt];
  if (accepted && (!std::has_single_bit(cipher) || (cipher & options_.ciphers & available_ciphers()) == 0))
    return count(counters_.dropped_handshake);

  ++session->stats.datagrams_received;
  session->stats.bytes_received += bytes.size();
  accepted ? ++counters_.handshakes_ok : ++counters_.handshakes_refused;
  if (accepted) open_answered(*session, payload, std::move(keys), now);
  const LinkId id = session->id;
  const ByteView body = ByteView(payload).subspan(wire::kAnswerBodyAt);
  handler_.on_answer(id, accepted, body.first(application), body.subspan(application, early));
  if (accepted) return;
  if (Session* const refused = sessions_.find(id)) end_and_tell(*refused, LinkClose::kRefused);
}

// The client's first sealed datagram is due at once: only that lets the server speak.
void LinkCore::open_answered(Session& session, ByteView answer, NoiseKeys keys, Now now) {
  const Handshake& handshake = *session.handshake;
  if (!handshake.resent) session.stats.rtt_us = static_cast<uint32_t>((now.mono - handshake.sent_at).count());
  session.remote_index = load_le<uint32_t>(&answer[wire::kAnswerIndexAt]);
  remember_token(session.address, answer.subspan(wire::kAnswerTokenAt, wire::kTokenBytes));
  session.stats.cipher = answer[wire::kAnswerCipherAt];
  session.keys = KeyRing(static_cast<Cipher>(session.stats.cipher), std::move(keys));
  session.keyed_at = now.mono;
  session.state = SessionState::kOpen;
  session.opened_at = session.last_received = session.next_ask = now.mono;
  session.ask_interval = kHandshakeResend;
  session.handshake.reset();
  start_reliability(session, Micros(session.stats.rtt_us));
  schedule(session);
}

}  // namespace parley::link
