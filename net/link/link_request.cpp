// SPDX-License-Identifier: Apache-2.0
// The server's half of the handshake. Checks go from cheap to costly, and a stranger costs no memory: a session is made only when the whole
// request decrypted and the handler said yes, and it stays mute until a transport datagram proves that the request was no replay.
#include <sodium.h>

#include <algorithm>

#include "core/base/check.h"
#include "net/link/link_core.h"

namespace parley::link {

struct LinkCore::Request {
  Request(ByteView datagram, const Secret<32>& own, const PublicKey& own_public) : noise(prologue_of(datagram), own, own_public) {}
  NoiseResponder noise;
  PublicKey ephemeral{};
  uint32_t client_index = 0;
  uint64_t time_us = 0;
  ByteView application, early;
  alignas(8) std::array<uint8_t, wire::kRequestPayloadBytes> payload;
};

namespace {

// Writes the answer's clear header and encrypted payload; `out` has exactly the answer's size.
void write_answer(NoiseResponder& noise, uint32_t client_index, uint32_t server_index, const RequestReply& reply, Secret<32> ephemeral,
                  MutableBytes out, NoiseKeys& keys) {
  std::array<uint8_t, wire::kAnswerBodyAt + kMaxReplyBytes> payload{};
  payload[wire::kAnswerAcceptedAt] = reply.accept ? 1 : 0;
  payload[wire::kAnswerCipherAt] = wire::kCipherChaCha20Poly1305;
  store_le(&payload[wire::kAnswerApplicationLengthAt], static_cast<uint16_t>(reply.application.size()));
  store_le(&payload[wire::kAnswerEarlyLengthAt], static_cast<uint16_t>(reply.early.size()));
  store_le(&payload[wire::kAnswerIndexAt], server_index);
  const auto body = std::copy(reply.application.begin(), reply.application.end(), payload.begin() + wire::kAnswerBodyAt);
  std::copy(reply.early.begin(), reply.early.end(), body);

  std::fill_n(out.begin(), wire::kHandshakeHeaderBytes, uint8_t{0});
  out[0] = static_cast<uint8_t>(wire::Kind::kAnswer);
  out[wire::kVersionAt] = wire::kVersion;
  store_le(&out[wire::kHandshakeIndexAt], client_index);
  const MutableBytes message = out.subspan(wire::kNoiseAt);
  const ByteView plain = ByteView(payload).first(message.size() - kNoiseAnswerOverhead);
  const bool written = noise.write_answer(std::move(ephemeral), plain, message, keys);
  // The client's keys went through an agreement each when the request was opened; with a low-order one that had failed.
  CHECK(written, "an answer can be written to every request that opened");
}

size_t answer_bytes(const RequestReply& reply) { return wire::kMinAnswerBytes + reply.application.size() + reply.early.size(); }

}  // namespace

bool LinkCore::mac1_fits(ByteView datagram) const {
  std::array<uint8_t, wire::kMac1Bytes> mac;
  crypto_generichash(mac.data(), mac.size(), datagram.data(), wire::kMac1At, mac1_key_.data(), mac1_key_.size());
  return sodium_memcmp(mac.data(), &datagram[wire::kMac1At], mac.size()) == 0;
}

void LinkCore::on_request(const InDatagram& datagram, Now now) {
  const ByteView bytes = datagram.bytes;
  if (!options_.server) return count(counters_.dropped_kind);
  if (bytes.size() != wire::kRequestBytes) return count(counters_.dropped_short);
  if (bytes[0] != static_cast<uint8_t>(wire::Kind::kRequest)) return count(counters_.dropped_kind);
  if (bytes[wire::kVersionAt] != wire::kVersion) return count(counters_.dropped_version);
  if (!mac1_fits(bytes)) return count(counters_.dropped_mac1);

  PublicKey ephemeral;
  std::copy_n(&bytes[wire::kNoiseAt], ephemeral.size(), ephemeral.begin());
  if (Session* const known = sessions_.find(requests_.session_of(ephemeral))) return repeat_answer(*known, datagram.from, now);

  Request request(bytes, *options_.static_private, own_public_);
  request.ephemeral = ephemeral;
  if (!open_request(datagram, request)) return count(counters_.dropped_handshake);
  if (!requests_.fresh(request.noise.client(), request.time_us)) return count(counters_.dropped_handshake);
  admit(request, datagram.from, now);
}

// The client didn't get the answer: it gets the same bytes again, at the address that asked first. Anything else is somebody's replay.
void LinkCore::repeat_answer(Session& session, const Endpoint& from, Now now) {
  if (session.state != SessionState::kWaiting || session.address != from) return count(counters_.dropped_handshake);
  session.handshake->resent = true;
  transmit(session, session.handshake->message, now);
}

bool LinkCore::open_request(const InDatagram& datagram, Request& request) const {
  const ByteView bytes = datagram.bytes;
  if (!request.noise.read_request(bytes.subspan(wire::kNoiseAt, wire::kRequestNoiseBytes), request.payload)) return false;
  const auto& payload = request.payload;
  const size_t application = load_le<uint16_t>(&payload[wire::kRequestApplicationLengthAt]);
  const size_t early = load_le<uint16_t>(&payload[wire::kRequestEarlyLengthAt]);
  if (application + early > kMaxRequestBytes) return false;
  if ((payload[wire::kRequestCiphersAt] & wire::kCipherChaCha20Poly1305) == 0) return false;
  request.client_index = load_le<uint32_t>(&bytes[wire::kHandshakeIndexAt]);
  request.time_us = load_le<uint64_t>(&payload[wire::kRequestTimeAt]);
  const ByteView body = ByteView(payload).subspan(wire::kRequestBodyAt);
  request.application = body.first(application);
  request.early = body.subspan(application, early);
  return true;
}

void LinkCore::admit(Request& request, const Endpoint& from, Now now) {
  Session* const session = sessions_.add();
  if (session == nullptr) return count(counters_.dropped_full);
  const LinkId id = session->id;
  session->state = SessionState::kWaiting;
  session->address = from;
  session->remote_index = request.client_index;
  session->device_key = request.noise.client();
  session->ephemeral = request.ephemeral;
  session->opened_at = session->last_received = now.mono;
  requests_.add(session->ephemeral, session->device_key, request.time_us, id);

  const OpenedRequest opened{from, session->device_key, request.application, request.early};
  const RequestReply reply = handler_.on_request(id, opened);
  CHECK(reply.application.size() + reply.early.size() <= kMaxReplyBytes, "what rides in the answer is bounded by kMaxReplyBytes");
  Session* const still = sessions_.find(id);
  if (reply.accept && still != nullptr) return accept(request, *still, reply, now);
  if (still != nullptr) end(*still);
  refuse(request, from, reply, now);
}

void LinkCore::refuse(Request& request, const Endpoint& from, const RequestReply& reply, Now now) {
  ++counters_.handshakes_refused;
  Secret<32> ephemeral;
  random_.fill(ephemeral.bytes());
  const MutableBytes out = batch_.room().first(answer_bytes(reply));
  NoiseKeys unused;
  write_answer(request.noise, request.client_index, 0, {false, reply.application, reply.early}, std::move(ephemeral), out, unused);
  transmit(from, out, now);
}

void LinkCore::accept(Request& request, Session& session, const RequestReply& reply, Now now) {
  ++counters_.handshakes_ok;
  counters_.sessions = sessions_.size();
  ++session.stats.datagrams_received;
  session.stats.bytes_received += wire::kRequestBytes;
  session.handshake = std::make_unique<Handshake>();
  session.handshake->sent_at = now.mono;
  std::vector<uint8_t>& message = session.handshake->message;
  message.resize(answer_bytes(reply));
  Secret<32> ephemeral;
  random_.fill(ephemeral.bytes());
  NoiseKeys keys;
  write_answer(request.noise, session.remote_index, session.local_index, reply, std::move(ephemeral), message, keys);
  session.send_key = SealKey(Cipher::kChaCha20Poly1305, std::move(keys.send));
  session.receive_key = SealKey(Cipher::kChaCha20Poly1305, std::move(keys.receive));
  transmit(session, message, now);
  schedule(session);
}

}  // namespace parley::link
