// SPDX-License-Identifier: Apache-2.0
// What a session does because time passes. Each has one timer, armed for the earliest thing that may be due. Deadlines that only move
// away (silence, keep-alive) don't touch the wheel: the timer fires at the old one, sees that nothing is due, and is armed anew.
#include <algorithm>

#include "net/link/link_core.h"

namespace parley::link {

MonoTime LinkCore::deadline_of(const Session& session) const {
  switch (session.state) {
    case SessionState::kConnecting:
      return std::min(session.last_sent + session.handshake->interval, session.opened_at + kHandshakeTimeout);
    case SessionState::kWaiting:
      return session.opened_at + kHandshakeTimeout;
    case SessionState::kOpen:
      return std::min({next_ask(session), session.last_received + silence_limit(session), reliability_due(session), keys_due(session),
                       path_due(session)});
    case SessionState::kClosing:
      return session.next_goodbye;
  }
  return kNever;
}

// A client that hasn't heard a sealed word yet gives up as early as one that got no answer.
Micros LinkCore::silence_limit(const Session& session) {
  return session.client && !session.confirmed ? kHandshakeTimeout : kSilenceTimeout;
}

MonoTime LinkCore::next_ask(const Session& session) {
  if (!session.client) return kNever;
  if (!session.confirmed) return session.next_ask;
  return std::max(session.next_ask, std::min(session.last_sent, session.last_received) + kKeepAliveAfter);
}

MonoTime LinkCore::reliability_due(const Session& session) {
  const Reliability* const r = session.reliability.get();
  return r == nullptr ? kNever : std::min(r->acks.due(), r->queue.due());
}

void LinkCore::schedule(Session& session) { schedule_at(session, deadline_of(session)); }

void LinkCore::schedule_at(Session& session, MonoTime due) {
  if (!session.timer.armed() || due < session.timer.due) wheel_.arm(session.timer, due);
}

void LinkCore::run_timer(Session& session, Now now) {
  if (deadline_of(session) > now.mono) return schedule(session);
  switch (session.state) {
    case SessionState::kConnecting:
      return resend_request(session, now);
    case SessionState::kWaiting:
      return end_and_tell(session, LinkClose::kTimeout);
    case SessionState::kOpen:
      return run_open(session, now);
    case SessionState::kClosing:
      return repeat_goodbye(session, now);
  }
}

void LinkCore::resend_request(Session& session, Now now) {
  if (now.mono >= session.opened_at + kHandshakeTimeout) return end_and_tell(session, LinkClose::kTimeout);
  Handshake& handshake = *session.handshake;
  handshake.interval = stretched(handshake.interval);
  handshake.resent = true;
  session.last_sent = now.mono;
  transmit(session, handshake.message, now);
  schedule(session);
}

// × 1.5, ± 10 %: clients that lost their server together don't come back in step.
Micros LinkCore::stretched(Micros interval) {
  const auto base = static_cast<uint64_t>(interval.count()) * 3 / 2;
  return Micros(static_cast<int64_t>(base - base / 10 + random_.below(base / 5 + 1)));
}

void LinkCore::run_open(Session& session, Now now) {
  if (now.mono >= session.last_received + silence_limit(session)) return end_and_tell(session, LinkClose::kTimeout);
  if (session.reliability && reliability_due(session) <= now.mono) run_reliability(session, now);
  if (keys_due(session) <= now.mono) run_keys(session, now);
  if (path_due(session) <= now.mono) run_path(session, now);
  if (next_ask(session) > now.mono) return schedule(session);
  if (session.confirmed) {
    send_keep_alive(session, true, now);
    session.next_ask = now.mono + kKeepAliveAfter;
    return schedule(session);
  }
  // The first proof is due as soon as the answer is in; a payload that has just been sent is proof enough.
  const bool payload_proves = session.next_counter > 0 && session.last_sent == now.mono;
  if (!payload_proves) send_keep_alive(session, true, now);
  session.next_ask = now.mono + session.ask_interval;
  session.ask_interval = stretched(session.ask_interval);
  schedule(session);
}

void LinkCore::repeat_goodbye(Session& session, Now now) {
  transmit(session, session.goodbye, now);
  if (--session.goodbyes == 0) return end(session);
  session.next_goodbye = now.mono + 2 * kGoodbyeInterval;
  schedule(session);
}

}  // namespace parley::link
