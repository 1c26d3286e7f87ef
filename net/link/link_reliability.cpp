// SPDX-License-Identifier: Apache-2.0
// Makes a lossy path feel loss-free (RELIABILITY: "How a small datagram travels"): acks ride on what leaves, what isn't acked goes again,
// small datagrams before anything shows that they were lost. All of it is the same sealed bytes; the peer's replay window drops what it
// has.
#include <algorithm>

#include "net/link/link_core.h"

namespace parley::link {

void LinkCore::start_reliability(Session& session, Micros handshake_rtt) {
  if (!options_.reliability) return;
  if (session.reliability == nullptr) session.reliability = std::make_unique<Reliability>();
  if (handshake_rtt > Micros(0)) session.reliability->rtt.add(handshake_rtt);
}

// A datagram that opened; its counter has just been marked. False: it acks what was never sent.
bool LinkCore::on_arrival(Session& session, const InDatagram& datagram, const Frames& frames, Now now) {
  Reliability* const r = session.reliability.get();
  if (r == nullptr) return true;
  const bool is_highest = load_le<uint64_t>(&datagram.bytes[wire::kTransportCounterAt]) == session.window.highest();
  r->acks.on_datagram(is_highest, (frames.has_data && !frames.once) || frames.wants_reply, now.mono);
  schedule_at(session, r->acks.due());
  return frames.ack.empty() || on_ack(session, frames.ack, now);
}

// Either a copy that came second, or the ack of the first got lost and the peer probes: then it must be told again.
void LinkCore::on_repeated(Session& session, Now now) {
  Reliability* const r = session.reliability.get();
  if (r == nullptr) return;
  r->acks.on_duplicate(now.mono, std::max(r->rtt.smoothed() / kAcksOfCopiesARoundTrip, Micros(Millis(10))));
  schedule_at(session, r->acks.due());
}

// The ack frame in front of what leaves now; returns its size, 0 if there is no news.
size_t LinkCore::write_ack(Session& session, const Plain& plain, MutableBytes out, Now now) {
  Reliability* const r = session.reliability.get();
  if (r == nullptr || !session.window.any() || !(r->acks.has_news() || r->acks.due() != kNever)) return 0;
  out[0] = static_cast<uint8_t>(wire::Frame::kAck);
  out[1] = wire::kAckBytes;
  write_ack_block(r->acks.take(session.window, now.mono, plain.copied && goes_often(session, plain)), &out[wire::kFrameHeaderBytes]);
  constexpr size_t kAck = wire::kFrameHeaderBytes + wire::kAckBytes;
  return kAck + write_loss(session, out.subspan(kAck));
}

// Who receives can't see what was lost on the way to it, as copies hide it; who sends can (loss_estimate.h), and says so now and then.
size_t LinkCore::write_loss(Session& session, MutableBytes out) {
  if (session.next_counter < session.loss_due) return 0;
  session.loss_due = session.next_counter + kLossWordEvery;
  out[0] = static_cast<uint8_t>(wire::Frame::kLoss);
  out[1] = wire::kLossBytes;
  store_le(&out[wire::kFrameHeaderBytes], static_cast<uint16_t>(std::clamp(session.reliability->loss.loss(), 0.0, 1.0) * UINT16_MAX));
  return wire::kFrameHeaderBytes + wire::kLossBytes;
}

// Whether what may go more than once before anything shows its loss does so now: not on a path that loses next to nothing. ENet's acks (not
// `copied`) only on one that is known to lose: with 10,000 sessions that had said little yet, 1.34 datagrams came up for each delivery,
// not 1.1.
bool LinkCore::goes_often(const Session& session, const Plain& plain) {
  const Reliability* const r = session.reliability.get();
  if (r == nullptr || (!plain.copied && r->loss.loss() <= LossEstimate::kUnknownLoss)) return false;
  return copy_schedule(r->loss.loss(), r->rtt.smoothed(), session.client && plain.copied).count > 0;
}

// What the next datagrams must reckon with. Where nothing was lost for long, the first loss is taken for a path that has turned bad: then
// there is no time to wait for more of them. The peer's losses count as well, seen as gaps in its counters: who mostly listens sends too
// little to learn of its own path.
double LinkCore::expected_loss(const Session& session) {
  const LossEstimate& loss = session.reliability->loss;
  const bool turned = loss.turned() || (loss.quiet() && session.window.turned());
  return turned ? std::max(loss.loss(), kTurnedLoss) : loss.loss();
}

// Called with the finished bytes of a datagram that leaves for the first time.
void LinkCore::on_sealed(Session& session, uint64_t counter, ByteView datagram, const Plain& plain, Now now) {
  Reliability* const r = session.reliability.get();
  if (r == nullptr) return;
  r->loss.on_sent(now.mono);
  r->guard.on_sent(datagram.size(), now.mono);
  if (!plain.wants_ack) return;
  const RetainedPool::Block block = pool_.keep(datagram);
  if (!block) return;
  const bool of_use = lateness_.patience() == Micros(0) || r->loss.loss() > kDenseAbove;
  const bool copies = plain.copied && of_use && r->queue.size() < kManyInFlight && r->guard.allows_copies(now.mono);
  const CopySchedule schedule = copies ? copy_schedule(expected_loss(session), r->rtt.smoothed(), session.client) : CopySchedule{};
  schedule_at(session, r->queue.add({counter, block, schedule, now.mono}, r->rtt, pool_));  // the timer knows of those before it
}

// False: the peer acks what was never sent.
bool LinkCore::on_ack(Session& session, ByteView body, Now now) {
  Reliability* const r = session.reliability.get();
  if (r == nullptr) return true;
  const auto ack = read_ack_block(body, session.next_counter);
  if (!ack) return false;
  const ResendQueue::Acked acked = r->queue.on_ack(*ack, r->rtt, now.mono, pool_);
  // What was acked has had its time; what came after all that the peer knows of hasn't: it may wait unread.
  const MonoTime round_trip_ago = now.mono - r->rtt.smoothed() - ack->delay;
  const int64_t lost_before = r->loss.lost();
  r->loss.on_ack(static_cast<uint16_t>(ack->arrived), std::min(std::max(round_trip_ago, acked.sent), acked.next_sent - Micros(1)));
  learn_round_trip(*r, acked, lost_before, now.mono);
  r->guard.on_ack(r->loss, now.mono);
  // Moved away at once when nothing waits any more: else it would fire for nothing, and most sessions are out of the cache by then.
  r->queue.size() == 0 ? wheel_.arm(session.timer, deadline_of(session)) : schedule_at(session, r->queue.due());
  return true;
}

void LinkCore::learn_round_trip(Reliability& r, const ResendQueue::Acked& acked, int64_t lost_before, MonoTime now) {
  if (const auto proven = r.late.resolve(r.loss)) r.rtt.add(*proven);
  if (!acked.rtt) return;
  if (r.late.may_vote(now)) lateness_.add(std::max(*acked.rtt - r.rtt.probe_timeout(), Micros(0)));
  if (acked.certain) return r.rtt.add(*acked.rtt);
  // Never believed at once: on a silent path what was lost isn't known to be, and a first sending that was lost looks like a slow peer. (At
  // 20 % loss keep-alives then waited ever longer, until a session was given up.)
  const bool late = r.rtt.known() && *acked.rtt > r.rtt.probe_timeout();
  r.rtt.add_uncertain(*acked.rtt);
  if (late) r.late.wait(*acked.rtt, lost_before, r.loss);
}

void LinkCore::run_reliability(Session& session, Now now) {
  Reliability& r = *session.reliability;
  behind_ ? r.queue.postpone(now.mono, now.mono + kBehindPause) : resend_due(session, now);
  if (r.acks.due() > now.mono) return;
  ++session.stats.acks_only_sent;
  seal_and_send(session, {}, now);
}

void LinkCore::resend_due(Session& session, Now now) {
  Reliability& r = *session.reliability;
  while (InFlight* const flight = r.queue.first_due(now.mono)) {
    if (now.mono - flight->first_sent > ResendQueue::kGiveUpAfter) {
      r.queue.drop(*flight, pool_);
      continue;
    }
    const bool copy = ResendQueue::is_copy(*flight, r.rtt, now.mono);
    if (!copy && lateness_.patience() > Micros(0) && ResendQueue::wait_for(*flight, r.rtt, lateness_.patience(), now.mono)) continue;
    const ByteView datagram = flight->block.bytes();
    const bool allowed =
        (!copy || r.guard.allows_copies(now.mono)) && within_budget(session, datagram.size(), {now, copy ? kKeptByCopies : kKeptByResends});
    if (allowed) {
      copy ? ++session.stats.copies_sent : ++session.stats.resends_sent;
      r.loss.on_sent(now.mono);
      r.guard.on_sent(datagram.size(), now.mono);
      transmit(session, datagram, now);
    }
    ResendQueue::advance(*flight, {allowed, r.loss.loss() > kDenseAbove}, r.rtt, now.mono);
  }
}

bool LinkCore::within_budget(Session& session, size_t bytes, const Spending& spending) {
  const MonoTime now = spending.now.mono;
  return session.reliability->budget.take(bytes, now, spending.kept) && egress_.take(bytes, now, spending.kept);
}

}  // namespace parley::link
