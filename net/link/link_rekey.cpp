// SPDX-License-Identifier: Apache-2.0
// New keys while the session goes on (key_ring.h says how they come to be). The client begins, when time or datagrams say so, and repeats
// its offer until the server's word is there; so both never begin at once. The first datagram under the new keys goes out at once: only
// that lets the server change, too.
#include <algorithm>

#include "net/link/link_core.h"

namespace parley::link {
namespace {

constexpr Micros kLongestOfferInterval = Seconds(5);

using OfferFrame = std::array<uint8_t, wire::kFrameHeaderBytes + wire::kRekeyBytes>;

OfferFrame frame_of(wire::Frame kind, const KeyRing::Offer& offer) {
  OfferFrame frame{static_cast<uint8_t>(kind), wire::kRekeyBytes, offer.epoch};
  std::copy(offer.key.begin(), offer.key.end(), frame.begin() + wire::kFrameHeaderBytes + 1);
  return frame;
}

KeyRing::Offer offer_of(ByteView body) {
  KeyRing::Offer offer{body[0], {}};
  std::copy_n(body.begin() + 1, offer.key.size(), offer.key.begin());
  return offer;
}

}  // namespace

bool LinkCore::used_up(const Session& session) const {
  if (!session.client) return false;
  return session.next_counter - session.keyed_sent >= options_.rekey_datagrams ||
         session.window.highest() - session.keyed_received >= options_.rekey_datagrams;
}

// When run_keys() has something to do.
MonoTime LinkCore::keys_due(const Session& session) const {
  if (!session.client || !session.confirmed) return session.keys.due();
  if (session.keys.offer()) return session.next_offer;
  if (!session.keys.can_begin()) return session.keys.due();
  return used_up(session) ? session.last_sent : session.keyed_at + options_.rekey_after;
}

void LinkCore::run_keys(Session& session, Now now) {
  session.keys.expire(now.mono);
  if (!session.client || !session.confirmed) return;
  if (!session.keys.offer()) {
    if (!session.keys.can_begin() || keys_due(session) > now.mono) return;
    Secret<32> ephemeral;
    random_.fill(ephemeral.bytes());
    session.keys.begin(std::move(ephemeral));
    session.offer_interval = kHandshakeResend;
  } else if (session.next_offer > now.mono) {
    return;
  }
  session.next_offer = now.mono + session.offer_interval;
  session.offer_interval = std::min(stretched(session.offer_interval), kLongestOfferInterval);
  const OfferFrame frame = frame_of(wire::Frame::kRekey, *session.keys.offer());
  seal_and_send(session, {frame, {}}, now);
}

// An offer that doesn't fit is one that came late, or somebody's who loses nothing but his own new keys.
void LinkCore::on_offer(Session& session, ByteView body, Now now) {
  session.keys.expire(now.mono);
  if (session.client) return;
  const auto answer = session.keys.answer(offer_of(body), random_);
  if (!answer) return;
  const OfferFrame frame = frame_of(wire::Frame::kRekeyed, *answer);
  seal_and_send(session, {frame, {}}, now);
}

void LinkCore::on_offer_answer(Session& session, ByteView body, Now now) {
  if (!session.client || !session.keys.finish(offer_of(body))) return;
  rekeyed(session, now);
  send_keep_alive(session, true, now);
}

void LinkCore::rekeyed(Session& session, Now now) {
  ++counters_.rekeys;
  session.keyed_at = now.mono;
  session.keyed_sent = session.next_counter;
  session.keyed_received = session.window.highest();
  schedule(session);
}

}  // namespace parley::link
