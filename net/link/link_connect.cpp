// SPDX-License-Identifier: Apache-2.0
// The client's half of the handshake: one request, sent again until it is answered; an answer opens the session or refuses it.
#include <sodium.h>

#include <algorithm>

#include "core/base/check.h"
#include "net/link/link_core.h"

namespace parley::link {

std::array<uint8_t, 32> mac1_key(const PublicKey& server_key) {
  constexpr std::string_view kLabel = "parley mac1";
  std::array<uint8_t, 32> key;
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, key.size());
  crypto_generichash_update(&state, as_bytes(kLabel).data(), kLabel.size());
  crypto_generichash_update(&state, server_key.data(), server_key.size());
  crypto_generichash_final(&state, key.data(), key.size());
  return key;
}

void write_mac1(const std::array<uint8_t, 32>& key, MutableBytes request) {
  crypto_generichash(request.data() + wire::kMac1At, wire::kMac1Bytes, request.data(), wire::kMac1At, key.data(), key.size());
}

std::array<uint8_t, 16> prologue_of(ByteView request) {
  std::array<uint8_t, 16> prologue = {'p', 'a', 'r', 'l', 'e', 'y', ' ', wire::kVersion};
  std::copy_n(request.begin(), wire::kHandshakeHeaderBytes, prologue.begin() + 8);
  return prologue;
}

namespace {

std::array<uint8_t, wire::kRequestPayloadBytes> request_payload(uint64_t time_us, ByteView application, ByteView early) {
  std::array<uint8_t, wire::kRequestPayloadBytes> payload{};
  store_le(&payload[wire::kRequestTimeAt], time_us);
  payload[wire::kRequestCiphersAt] = wire::kCipherChaCha20Poly1305;
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
  session->handshake->sent_at = session->last_sent = now.mono;
  session->handshake->interval = kHandshakeResend;
  if (!write_request(*session, server_key, request_payload(request_time(now), application, early))) {
    end(*session);
    return {};
  }
  counters_.sessions = sessions_.size();
  transmit(*session, session->handshake->message, now);
  schedule(*session);
  return session->id;
}

// False: the server's key is a low-order point.
bool LinkCore::write_request(Session& session, const PublicKey& server_key, ByteView payload) {
  std::vector<uint8_t>& message = session.handshake->message;
  message.assign(wire::kRequestBytes, 0);
  message[0] = static_cast<uint8_t>(wire::Kind::kRequest);
  message[wire::kVersionAt] = wire::kVersion;
  store_le(&message[wire::kHandshakeIndexAt], session.local_index);
  Secret<32> ephemeral;
  random_.fill(ephemeral.bytes());
  const MutableBytes noise_message = MutableBytes(message).subspan(wire::kNoiseAt, wire::kRequestNoiseBytes);
  auto& noise = session.handshake->noise.emplace(prologue_of(message), *options_.static_private, server_key);
  if (!noise.write_request(std::move(ephemeral), payload, noise_message)) return false;
  write_mac1(mac1_key(server_key), message);
  return true;
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
  const uint32_t index = load_le<uint32_t>(&payload[wire::kAnswerIndexAt]);
  if (wire::kAnswerBodyAt + application + early > length) return count(counters_.dropped_handshake);
  const bool accepted = payload[wire::kAnswerAcceptedAt] == 1;
  if (accepted && payload[wire::kAnswerCipherAt] != wire::kCipherChaCha20Poly1305) return count(counters_.dropped_handshake);

  ++session->stats.datagrams_received;
  session->stats.bytes_received += bytes.size();
  accepted ? ++counters_.handshakes_ok : ++counters_.handshakes_refused;
  if (accepted) open_answered(*session, index, keys, now);
  const LinkId id = session->id;
  const ByteView body = ByteView(payload).subspan(wire::kAnswerBodyAt);
  handler_.on_answer(id, accepted, body.first(application), body.subspan(application, early));
  if (accepted) return;
  if (Session* const refused = sessions_.find(id)) end_and_tell(*refused, LinkClose::kRefused);
}

// The client's first sealed datagram is due at once: only that lets the server speak.
void LinkCore::open_answered(Session& session, uint32_t remote_index, NoiseKeys& keys, Now now) {
  const Handshake& handshake = *session.handshake;
  if (!handshake.resent) session.stats.rtt_us = static_cast<uint32_t>((now.mono - handshake.sent_at).count());
  session.remote_index = remote_index;
  session.send_key = SealKey(Cipher::kChaCha20Poly1305, std::move(keys.send));
  session.receive_key = SealKey(Cipher::kChaCha20Poly1305, std::move(keys.receive));
  session.state = SessionState::kOpen;
  session.opened_at = session.last_received = session.next_ask = now.mono;
  session.ask_interval = kHandshakeResend;
  session.handshake.reset();
  start_reliability(session, Micros(session.stats.rtt_us));
  schedule(session);
}

}  // namespace parley::link
