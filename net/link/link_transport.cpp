// SPDX-License-Identifier: Apache-2.0
// Sealed datagrams, both ways. Receiving is a ladder: length, session, epoch, window, tag; only what passes all of it changes anything.
#include <algorithm>

#include "core/base/check.h"
#include "net/link/link_core.h"

namespace parley::link {
namespace {

// Padded, so that one that comes from a new address is long enough to be challenged (link_path.cpp).
constexpr uint8_t kKeepAliveAsk[] = {
    static_cast<uint8_t>(wire::Frame::kKeepAlive), wire::kKeepAliveBytes, 1, static_cast<uint8_t>(wire::Frame::kPadding), 5, 0, 0, 0, 0, 0};
constexpr uint8_t kKeepAliveReply[] = {static_cast<uint8_t>(wire::Frame::kKeepAlive), wire::kKeepAliveBytes, 0};
constexpr uint8_t kClose[] = {static_cast<uint8_t>(wire::Frame::kClose), 0};
constexpr uint8_t kDataFrame[] = {static_cast<uint8_t>(wire::Frame::kData)};
constexpr uint8_t kEarlyDataFrame[] = {static_cast<uint8_t>(wire::Frame::kEarly), 0, static_cast<uint8_t>(wire::Frame::kData)};
constexpr uint8_t kDataOnceFrame[] = {static_cast<uint8_t>(wire::Frame::kDataOnce)};

size_t append(MutableBytes out, size_t at, ByteView part) {
  CHECK(at + part.size() + wire::kTagBytes <= out.size(), "a payload above kEnetMtu");
  std::copy(part.begin(), part.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
  return at + part.size();
}

}  // namespace

bool LinkCore::send(LinkId id, std::span<const ByteView> parts, Care care, Now now) {
  Session* const session = sessions_.find(id);
  if (session != nullptr && session->state == SessionState::kWaiting) return send_early(*session, parts, now);
  if (session == nullptr || session->state != SessionState::kOpen) return false;
  if (care == Care::kOnce) return send_once(*session, {kDataOnceFrame, parts}, now);
  size_t bytes = 0;
  for (const ByteView part : parts) bytes += part.size();
  return !seal_and_send(*session, {kDataFrame, parts, true, bytes <= kMaxCopiedPayload}, now).empty();
}

size_t LinkCore::early_bytes(LinkId id) const {
  const Session* const session = sessions_.find(id);
  if (session == nullptr || session->state != SessionState::kWaiting || session->handshake == nullptr) return 0;
  return session->handshake->early_bytes;
}

// Before the proof ("0.5 round trips"). The keys are those of the two ephemeral ones, so whoever only repeats a request that he saw can't
// read it. Goes once: copies and resends wait for the proof, so that what goes out is bounded by what came in. Says that it is early: the
// client hasn't been heard yet and must go on to prove itself.
bool LinkCore::send_early(Session& session, std::span<const ByteView> parts, Now now) {
  size_t bytes = kEarlyOverhead;
  for (const ByteView part : parts) bytes += part.size();
  if (bytes > early_bytes(session.id)) return false;
  if (session.reliability == nullptr) start_reliability(session, Micros(0));
  const ByteView sealed = seal_and_send(session, {kEarlyDataFrame, parts, true, false}, now);
  CHECK(sealed.size() <= bytes, "before the proof there is nothing to ack");
  session.handshake->early_bytes -= sealed.size();
  return !sealed.empty();
}

// On a lossy path twice in a row, each under a counter of its own: as copies of one datagram they would cause acks.
bool LinkCore::send_once(Session& session, const Plain& plain, Now now) {
  const ByteView sealed = seal_and_send(session, plain, now);
  if (sealed.empty() || !goes_often(session, plain)) return !sealed.empty();
  if (!session.reliability->guard.allows_copies(now.mono) || !within_budget(session, sealed.size(), {now, kKeptByTwins})) return true;
  ++session.stats.copies_sent;
  seal_and_send(session, plain, now);
  return true;
}

ByteView LinkCore::seal_and_send(Session& session, const Plain& plain, Now now) {
  if (session.next_counter > wire::kMaxCounter || session.next_counter - session.keyed_sent > kMaxDatagramsPerKey) return {};
  const MutableBytes out = batch_.room();
  size_t size = wire::kTransportHeaderBytes;
  if (plain.to == nullptr) size += write_ack(session, plain, out.subspan(size), now);
  size = append(out, size, plain.head);
  for (const ByteView part : plain.parts) size = append(out, size, part);
  size += wire::kTagBytes;
  const uint64_t counter = session.next_counter++;
  out[0] = static_cast<uint8_t>(static_cast<uint8_t>(wire::Kind::kTransport) | session.keys.epoch() << wire::kEpochShift);
  store_le(&out[wire::kTransportIndexAt], session.remote_index);
  store_le(&out[wire::kTransportCounterAt], counter);
  const MutableBytes text = out.first(size).subspan(wire::kTransportHeaderBytes);
  session.keys.seal(counter, out.first(wire::kTransportHeaderBytes), text);
  session.last_sent = now.mono;
  on_sealed(session, counter, out.first(size), plain, now);
  transmit(session, plain.to != nullptr ? *plain.to : session.address, out.first(size), now);
  if (used_up(session)) schedule_at(session, now.mono);
  return out.first(size);
}

void LinkCore::send_keep_alive(Session& session, bool wants_reply, Now now) {
  seal_and_send(session, {wants_reply ? ByteView(kKeepAliveAsk) : ByteView(kKeepAliveReply), {}, wants_reply}, now);
}

// The goodbye is sealed once; its repetitions are the same bytes, so no counter is used twice.
void LinkCore::close(LinkId id, Now now) {
  Session* const session = sessions_.find(id);
  if (session == nullptr || session->state == SessionState::kClosing) return;
  if (session->state != SessionState::kOpen) return end(*session);
  const ByteView sealed = seal_and_send(*session, {kClose, {}}, now);
  if (sealed.empty()) return end(*session);
  session->goodbye.assign(sealed.begin(), sealed.end());
  session->state = SessionState::kClosing;
  session->goodbyes = kGoodbyeRepeats;
  session->next_goodbye = now.mono + kGoodbyeInterval;
  schedule(*session);
}

void LinkCore::on_transport(const InDatagram& datagram, Now now) {
  Session* session = open_transport(datagram, now);
  if (session == nullptr) return;
  const LinkId id = session->id;
  const size_t plain = datagram.bytes.size() - wire::kTransportHeaderBytes - wire::kTagBytes;
  const auto frames = parse_frames(datagram.bytes.subspan(wire::kTransportHeaderBytes, plain));
  if (!frames) return count(counters_.dropped_malformed);
  if (!frames->early) session->confirmed = true;
  const bool first = session->state == SessionState::kWaiting;
  if (first) prove(*session, now);
  if (!on_arrival(*session, datagram, *frames, now)) return count(counters_.dropped_malformed);
  if (first) {
    handler_.on_proven(id);
    session = sessions_.find(id);
    if (session == nullptr || session->state != SessionState::kOpen) return;
  }
  handle_control(*session, *frames, datagram, now);
  if (frames->wants_reply) send_keep_alive(*session, false, now);
  if (frames->close) return end_and_tell(*session, LinkClose::kRemote);
  if (frames->has_data) handler_.on_payload(id, frames->data);
}

// Keys and paths: none of it may end the session.
void LinkCore::handle_control(Session& session, const Frames& frames, const InDatagram& datagram, Now now) {
  if (!frames.rekey.empty()) on_offer(session, frames.rekey, now);
  if (!frames.rekeyed.empty()) on_offer_answer(session, frames.rekeyed, now);
  if (!frames.path_challenge.empty()) on_path_challenge(session, frames.path_challenge, datagram.from, now);
  if (!frames.path_answer.empty()) on_path_answer(session, frames.path_answer, datagram.from, now);
  if (!frames.loss.empty())
    session.stats.loss_in_ppm = static_cast<uint32_t>(load_le<uint16_t>(frames.loss.data()) * uint64_t{1'000'000} / UINT16_MAX);
  watch_path(session, datagram, now);
}

Session* LinkCore::open_transport(const InDatagram& datagram, Now now) {
  const auto refuse = [](uint64_t& counter) -> Session* {
    ++counter;
    return nullptr;
  };
  const MutableBytes bytes = datagram.bytes;
  if (bytes.size() < wire::kMinTransportBytes) return refuse(counters_.dropped_short);
  Session* const session = sessions_.find_index(load_le<uint32_t>(&bytes[wire::kTransportIndexAt]));
  if (session == nullptr) return refuse(counters_.dropped_unknown_index);
  if (session->state == SessionState::kConnecting || session->state == SessionState::kClosing)
    return refuse(counters_.dropped_unknown_index);
  const auto epoch = static_cast<uint8_t>(bytes[0] >> wire::kEpochShift);
  const uint64_t counter = load_le<uint64_t>(&bytes[wire::kTransportCounterAt]);
  if (counter > wire::kMaxCounter) return refuse(counters_.dropped_forged);
  if (session->window.seen(counter)) {
    on_repeated(*session, now);
    return refuse(counters_.dropped_replayed);
  }
  const ByteView header = bytes.first(wire::kTransportHeaderBytes);
  const uint8_t epoch_before = session->keys.epoch();
  if (!session->keys.open(epoch, counter, header, bytes.subspan(wire::kTransportHeaderBytes), now.mono))
    return refuse(counters_.dropped_forged);
  session->window.mark(counter);
  if (session->keys.epoch() != epoch_before) rekeyed(*session, now);
  if (session->keys.due() != kNever) schedule_at(*session, session->keys.due());
  session->last_received = now.mono;
  ++session->stats.datagrams_received;
  session->stats.bytes_received += bytes.size();
  return session;
}

// A sealed datagram under the new keys: whoever sent the request can read the answer, so it was no replay.
void LinkCore::prove(Session& session, Now now) {
  if (!session.handshake->resent) session.stats.rtt_us = static_cast<uint32_t>((now.mono - session.handshake->sent_at).count());
  session.state = SessionState::kOpen;
  session.keyed_at = now.mono;
  session.handshake.reset();
  --gate_->half_open;
  start_reliability(session, Micros(session.stats.rtt_us));
  // What went out early and isn't acked by this very datagram is missing, unless the two crossed.
  if (session.reliability) session.reliability->queue.expect_acks_by(now.mono + session.reliability->rtt.reordering());
  schedule(session);
}

}  // namespace parley::link
