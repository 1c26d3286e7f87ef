// SPDX-License-Identifier: Apache-2.0
// A client whose address changed (another network, a NAT that forgot) keeps its session. An authentic datagram that is newer than all
// before and comes from elsewhere starts a challenge to that address; until its answer comes from there, the old address is used, and the
// new one gets at most three datagrams, and no more bytes than came from it. Who only copies the client's datagrams under another address
// so gains nothing but a few sealed bytes, and can't point them at others with gain.
#include <sodium.h>

#include <algorithm>
#include <utility>

#include "net/link/link_core.h"

namespace parley::link {
namespace {

constexpr Micros kChallengeInterval = Millis(100);
constexpr Micros kChallengeGivenUp = Seconds(1);  // after the last one; then the address may be tried again
constexpr uint8_t kMaxChallenges = 3;
constexpr size_t kChallengeFrameBytes = wire::kFrameHeaderBytes + wire::kPathBytes;
constexpr size_t kChallengeDatagramBytes = wire::kTransportHeaderBytes + kChallengeFrameBytes + wire::kTagBytes;

using PathFrame = std::array<uint8_t, kChallengeFrameBytes>;

PathFrame frame_of(wire::Frame kind, ByteView body) {
  PathFrame frame{static_cast<uint8_t>(kind), wire::kPathBytes};
  std::copy_n(body.begin(), wire::kPathBytes, frame.begin() + wire::kFrameHeaderBytes);
  return frame;
}

}  // namespace

// An authentic datagram arrived; its counter has just been marked.
void LinkCore::watch_path(Session& session, const InDatagram& datagram, Now now) {
  if (session.client || datagram.from == session.address) return;
  const bool known = session.probe && session.probe->to == datagram.from;
  if (!known) {
    if (load_le<uint64_t>(&datagram.bytes[wire::kTransportCounterAt]) != session.window.highest()) return;
    session.probe = std::make_unique<PathProbe>();
    session.probe->to = datagram.from;
    session.probe->next = now.mono;
    random_.fill(session.probe->nonce);
  }
  session.probe->bytes_owed += datagram.bytes.size();
  if (std::exchange(session.probe->starved, false)) session.probe->next = now.mono;
  run_path(session, now);
}

MonoTime LinkCore::path_due(const Session& session) { return session.probe ? session.probe->next : kNever; }

void LinkCore::run_path(Session& session, Now now) {
  if (!session.probe || session.probe->next > now.mono) return;
  PathProbe& probe = *session.probe;
  if (probe.sent == kMaxChallenges || probe.starved) return session.probe.reset();
  if (probe.bytes_owed < kChallengeDatagramBytes) {  // it must say more first
    probe.starved = true;
    probe.next = now.mono + kChallengeGivenUp;
    return schedule(session);
  }
  probe.bytes_owed -= kChallengeDatagramBytes;
  ++probe.sent;
  probe.next = now.mono + (probe.sent < kMaxChallenges ? kChallengeInterval : kChallengeGivenUp);
  ++counters_.path_challenges;
  const PathFrame frame = frame_of(wire::Frame::kPathChallenge, probe.nonce);
  const Endpoint to = probe.to;
  seal_and_send(session, {frame, {}, false, false, &to}, now);
  schedule(session);
}

// Client. Only the server's own address may ask: one who passes its datagrams on from elsewhere isn't helped.
void LinkCore::on_path_challenge(Session& session, ByteView body, const Endpoint& from, Now now) {
  if (!session.client || from != session.address) return;
  const PathFrame frame = frame_of(wire::Frame::kPathAnswer, body);
  seal_and_send(session, {frame, {}}, now);
}

// What went to the old address since the client left it is lost. The dense probes have sent it there again and again meanwhile, so the
// budget and the guard begin anew: else a stream 50 ms from its peer stood still for up to 2.4 s. What a client that moves all the time can
// gain by that is a burst of the budget (16 kB) each challenged round trip, within the egress that all sessions share.
void LinkCore::on_path_answer(Session& session, ByteView body, const Endpoint& from, Now now) {
  if (!session.probe || session.probe->to != from) return;
  if (sodium_memcmp(body.data(), session.probe->nonce.data(), wire::kPathBytes) != 0) return;
  session.address = from;
  session.probe.reset();
  ++counters_.path_changes;
  if (!session.reliability) return;
  Reliability& r = *session.reliability;
  r.budget = ByteBudget(kRedundantBytesPerSecond, kRedundantBurstBytes);
  r.guard = CongestionGuard();
  r.queue.start_over(now.mono);
  schedule_at(session, r.queue.due());
}

// Client: its socket has another address now. A word to each server, so that what comes next finds its way.
void LinkCore::rebound(Now now) {
  sessions_.for_each([&](Session& session) {
    if (session.client && session.state == SessionState::kOpen) send_keep_alive(session, true, now);
  });
}

}  // namespace parley::link
