// SPDX-License-Identifier: Apache-2.0
// The server's half of the handshake: a ladder from cheap to costly checks. Length, version, mac1, token or cookie, rate; then, maybe on
// another thread, Noise and the judge; then whether it is new, and the handler. A stranger costs no memory: a session is made only when the
// handler said yes, and it stays mute until a transport datagram proves that the request was no replay.
#include <sodium.h>

#include <algorithm>

#include "core/base/check.h"
#include "net/link/link_core.h"

namespace parley::link {
namespace {

constexpr Micros kRequestQueuedFor = Seconds(2);  // a request that comes again in less is still in the queue, or was garbage

struct AnswerFor {
  uint32_t server_index = 0;  // 0: refused
  Cipher cipher = Cipher::kChaCha20Poly1305;
  AddressToken token{};
  RequestReply reply;
};

// Writes the answer's clear header and encrypted payload; `out` has exactly the answer's size.
void write_answer(OpenedHandshake& request, const AnswerFor& answer, MutableBytes out, NoiseKeys& keys) {
  const RequestReply& reply = answer.reply;
  std::array<uint8_t, wire::kAnswerBodyAt + kMaxReplyBytes> payload{};
  payload[wire::kAnswerAcceptedAt] = answer.server_index != 0 ? 1 : 0;
  payload[wire::kAnswerCipherAt] = static_cast<uint8_t>(answer.cipher);
  store_le(&payload[wire::kAnswerApplicationLengthAt], static_cast<uint16_t>(reply.application.size()));
  store_le(&payload[wire::kAnswerEarlyLengthAt], static_cast<uint16_t>(reply.early.size()));
  store_le(&payload[wire::kAnswerIndexAt], answer.server_index);
  std::copy(answer.token.begin(), answer.token.end(), payload.begin() + wire::kAnswerTokenAt);
  const auto body = std::copy(reply.application.begin(), reply.application.end(), payload.begin() + wire::kAnswerBodyAt);
  std::copy(reply.early.begin(), reply.early.end(), body);

  std::fill_n(out.begin(), wire::kHandshakeHeaderBytes, uint8_t{0});
  out[0] = static_cast<uint8_t>(wire::Kind::kAnswer);
  out[wire::kVersionAt] = wire::kVersion;
  store_le(&out[wire::kHandshakeIndexAt], request.client_index);
  const MutableBytes message = out.subspan(wire::kNoiseAt);
  request.noise->write_answer(ByteView(payload).first(message.size() - kNoiseAnswerOverhead), message, keys);
}

size_t answer_bytes(const RequestReply& reply) { return wire::kMinAnswerBytes + reply.application.size() + reply.early.size(); }

Cipher best_of(uint8_t ciphers) { return (ciphers & wire::kCipherAes256Gcm) != 0 ? Cipher::kAes256Gcm : Cipher::kChaCha20Poly1305; }

}  // namespace

// Its tables are a megabyte, so only a server has them; its start is the first time that it hears.
LinkCore::Gate& LinkCore::gate(Now now) {
  if (gate_ == nullptr) gate_ = std::make_unique<Gate>(options_, random_, now.wall);
  return *gate_;
}

LinkCore::Gate::Gate(const LinkOptions& options, Random& random, WallTime started)
    : tokens([&] {
        if (options.token_secret != nullptr) return AddressTokens(*options.token_secret);
        Secret<32> own;
        random.fill(own.bytes());
        return AddressTokens(own);
      }()),
      rate(options.handshake_limits, random),
      history(random, started),
      queued(4 * kHandshakeQueue, random) {}

void LinkCore::on_request(const InDatagram& datagram, Now now) {
  const ByteView bytes = datagram.bytes;
  if (!options_.server) return count(counters_.dropped_kind);
  if (bytes.size() != wire::kRequestBytes) return count(counters_.dropped_short);
  if (bytes[0] != static_cast<uint8_t>(wire::Kind::kRequest)) return count(counters_.dropped_kind);
  if (bytes[wire::kVersionAt] != wire::kVersion) return count(counters_.dropped_version);
  if (!mac1_fits(mac1_key_, bytes)) return count(counters_.dropped_mac1);

  PublicKey ephemeral;
  std::copy_n(&bytes[wire::kNoiseAt], ephemeral.size(), ephemeral.begin());
  if (Session* const known = sessions_.find(requests_.session_of(ephemeral))) return repeat_answer(*known, datagram.from, now);

  const AddressProof proof = gate(now).tokens.check(token_of(bytes), datagram.from, now.mono);
  const bool proven = proof != AddressProof::kNone;
  const CookieFor cookie{load_le<uint32_t>(&bytes[wire::kHandshakeIndexAt]), bytes.subspan(wire::kMac1At, wire::kMac1Bytes)};
  if (!proven && busy(now)) return demand_cookie(cookie, datagram.from, now);
  if (!gate(now).rate.take(datagram.from, proven, now.mono)) {
    return proven ? count(counters_.dropped_rate) : demand_cookie(cookie, datagram.from, now);
  }
  HandshakeJob job{datagram.from, proof, now.wall, {}};
  std::copy(bytes.begin(), bytes.end(), job.bytes.begin());
  if (options_.handshakes == nullptr)
    return on_opened(open_handshake(job, {options_.static_private, own_public_, options_.judge, &random_}), now);
  // One that waits for the handshake thread and is sent again meanwhile would be opened twice, just when there is no time for it.
  MonoTime& queued_at = gate_->queued.at(ephemeral, [](MonoTime at) { return at; });
  if (queued_at != MonoTime{} && now.mono - queued_at < kRequestQueuedFor) return count(counters_.dropped_busy);
  if (!options_.handshakes->submit(std::move(job))) return count(counters_.dropped_busy);
  queued_at = now.mono;
}

// Too many requests wait to be opened, or too many sessions to be proven: from now on nobody gets in line who may not be there at all.
bool LinkCore::busy(Now now) {
  const size_t waiting = options_.handshakes != nullptr ? options_.handshakes->waiting() : 0;
  if (waiting >= kBusyHandshakeQueue || gate_->half_open >= kBusyHalfOpenSessions) gate_->busy_until = now.mono + kBusyFor;
  return now.mono < gate_->busy_until;
}

// A fraction of what the request had, and nothing is remembered of it.
void LinkCore::demand_cookie(const CookieFor& request, const Endpoint& from, Now now) {
  ++counters_.cookies_sent;
  const MutableBytes out = batch_.room().first(wire::kCookieBytes);
  write_cookie(mac1_key_, request, gate_->tokens.make(AddressProof::kCookie, from, now.mono), out);
  transmit(from, out, now);
}

// The client didn't get the answer: it gets the same bytes again, at the address that asked first. Anything else is somebody's replay. What
// went out early goes along, as far as all of it isn't more than came: without the answer it couldn't be read.
void LinkCore::repeat_answer(Session& session, const Endpoint& from, Now now) {
  if (session.state != SessionState::kWaiting || session.address != from) return count(counters_.dropped_handshake);
  const ByteView answer = session.handshake->message;
  session.handshake->resent = true;
  transmit(session, answer, now);
  if (!session.reliability) return;
  session.reliability->queue.repeat(wire::kRequestBytes - answer.size(), now.mono, [&](ByteView early) {
    session.reliability->loss.on_sent(now.mono);
    transmit(session, early, now);
  });
}

int LinkCore::take_opened(Now now) {
  if (options_.handshakes == nullptr) return 0;
  int taken = 0;
  while (auto request = options_.handshakes->take()) {
    on_opened(std::move(*request), now);
    ++taken;
  }
  return taken;
}

void LinkCore::on_opened(OpenedHandshake request, Now now) {
  if (!request.opened) return count(counters_.dropped_handshake);
  if ((request.ciphers & options_.ciphers & available_ciphers()) == 0) return count(counters_.dropped_handshake);
  if (MonoTime* const queued_at = gate(now).queued.find(request.ephemeral)) *queued_at = MonoTime{};
  if (Session* const known = sessions_.find(requests_.session_of(request.ephemeral))) return repeat_answer(*known, request.from, now);
  switch (gate(now).history.judge({request.ephemeral, request.noise->client(), request.time_us, request.proof}, now)) {
    case RequestHistory::Judgement::kReplayed:
      return count(counters_.dropped_handshake);
    case RequestHistory::Judgement::kDoubtful:
      return demand_cookie({request.client_index, request.mac1}, request.from, now);
    case RequestHistory::Judgement::kNew:
      return admit(request, now);
  }
}

void LinkCore::admit(OpenedHandshake& request, Now now) {
  const OpenedRequest opened{request.from, request.noise->client(), request.application(), request.early(), request.verdict.get()};
  if (const auto refusal = handler_.refusal_of(opened)) return refuse(request, *refusal, now);
  Session* const session = sessions_.add();
  if (session == nullptr) return count(counters_.dropped_full);
  const LinkId id = session->id;
  session->state = SessionState::kWaiting;
  session->address = request.from;
  session->remote_index = request.client_index;
  session->device_key = opened.device_key;
  session->ephemeral = request.ephemeral;
  session->opened_at = session->last_received = now.mono;
  requests_.add(session->ephemeral, id);

  const RequestReply reply = handler_.on_request(id, opened);
  CHECK(reply.application.size() + reply.early.size() <= kMaxReplyBytes, "what rides in the answer is bounded by kMaxReplyBytes");
  Session* const still = sessions_.find(id);
  if (reply.accept && still != nullptr) return accept(request, *still, reply, now);
  if (still != nullptr) end(*still);
  refuse(request, reply, now);
}

void LinkCore::refuse(OpenedHandshake& request, const RequestReply& reply, Now now) {
  CHECK(reply.application.size() + reply.early.size() <= kMaxReplyBytes, "what rides in the answer is bounded by kMaxReplyBytes");
  ++counters_.handshakes_refused;
  const MutableBytes out = batch_.room().first(answer_bytes(reply));
  NoiseKeys unused;
  write_answer(request, {.reply = {false, reply.application, reply.early}}, out, unused);
  transmit(request.from, out, now);
}

void LinkCore::accept(OpenedHandshake& request, Session& session, const RequestReply& reply, Now now) {
  ++counters_.handshakes_ok;
  counters_.sessions = sessions_.size();
  ++gate_->half_open;
  gate_->history.add({request.ephemeral, session.device_key, request.time_us, request.proof}, now);
  ++session.stats.datagrams_received;
  session.stats.bytes_received += wire::kRequestBytes;
  session.handshake = std::make_unique<Handshake>();
  session.handshake->sent_at = now.mono;
  std::vector<uint8_t>& message = session.handshake->message;
  message.resize(answer_bytes(reply));
  const Cipher cipher = best_of(request.ciphers & options_.ciphers & available_ciphers());
  NoiseKeys keys;
  write_answer(request, {session.local_index, cipher, gate_->tokens.make(AddressProof::kReturning, request.from, now.mono), reply}, message,
               keys);
  session.keys = KeyRing(cipher, std::move(keys));
  session.stats.cipher = static_cast<uint8_t>(cipher);
  session.handshake->early_bytes = (request.proof == AddressProof::kNone ? wire::kRequestBytes : kMaxEarlyBytes) - message.size();
  transmit(session, message, now);
  schedule(session);
}

}  // namespace parley::link
