// SPDX-License-Identifier: Apache-2.0
#include "net/transport/transport_core.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/base/prefetch.h"
#include "net/transport/packet.h"

namespace parley::transport {
namespace {

// As many as the link below is ready for (kRetainedAtStart); 0.2 MiB.
constexpr size_t kSessionsAtStart = 1024;

constexpr size_t kPrefetched = 16;  // sessions at a time: 16 times 3 kB are in the cache when their turn comes

CloseReason reason_of(link::LinkClose why) {
  switch (why) {
    case link::LinkClose::kRemote:
      return CloseReason::kRemote;
    case link::LinkClose::kTimeout:
      return CloseReason::kTimeout;
    case link::LinkClose::kRefused:
      return CloseReason::kRefused;
  }
  return CloseReason::kFailed;
}

enet_uint32 flags_of(Delivery delivery) {
  if (delivery == Delivery::kReliable) return ENET_PACKET_FLAG_RELIABLE;
  return ENET_PACKET_FLAG_UNSEQUENCED | ENET_PACKET_FLAG_UNRELIABLE_FRAGMENT;  // the second for those that need several datagrams
}

// At most so much is added to an early message on its way: ENet's header and a fragment's, and the link's, for each datagram.
constexpr size_t kEarlyPerDatagram = sizeof(ENetProtocolHeader) + sizeof(ENetProtocolSendFragment) + link::kEarlyOverhead;
constexpr size_t early_overhead(size_t bytes) { return (bytes / (kEnetMtu - kEarlyPerDatagram) + 1) * kEarlyPerDatagram; }

// ENet 1.3.18 has a second list for reliable messages; 1.3.17 has one for all.
template <class Peer>
bool has_commands(Peer& peer) {
  if constexpr (requires { peer.outgoingSendReliableCommands; }) {
    if (!enet_list_empty(&peer.outgoingSendReliableCommands)) return true;
  }
  return !enet_list_empty(&peer.outgoingCommands);
}
bool has_something_to_send(ENetPeer& peer) { return !enet_list_empty(&peer.acknowledgements) || has_commands(peer); }

}  // namespace

void PacketDeleter::operator()(Packet* packet) const {
  auto* const enet = reinterpret_cast<ENetPacket*>(packet);
  if (--enet->referenceCount == 0) enet_packet_destroy(enet);
}

TransportCore::TransportCore(const Setup& setup, link::DatagramSocket& socket, Random& random, link::LinkHandler& half,
                             SessionEvents& events)
    : events_(events),
      trace_(setup.trace),
      link_(setup.link, socket, random, half),
      pool_(setup.peers_per_host, link_, random, setup.trace) {
  if (setup.link.server) pool_.prepare(kSessionsAtStart);
}

int TransportCore::receive(Now now) {
  pool_.set_now(now);
  return link_.receive(now);
}

int TransportCore::flush(Now now) {
  pool_.set_now(now);
  run_timers(now);
  flush_sessions();
  pool_.trim();
  return link_.flush(now);
}

MonoTime TransportCore::next_deadline() const {
  if (!dirty_.empty()) return pool_.now().mono;
  return std::min(link_.next_deadline(), timers_.next());
}

PacketPtr TransportCore::make_packet(ByteView message, Delivery delivery) {
  if (message.size() > kMaxTransportMessage) return nullptr;
  const auto in = pool_.scope();
  return make_enet_packet(message, flags_of(delivery));
}

PacketPtr TransportCore::make_entries(ByteView message, uint16_t entries) {
  PacketPtr packet = make_packet(message, Delivery::kReliable);
  if (packet != nullptr) set_entries(packet, entries);
  return packet;
}

bool TransportCore::send(SessionId id, uint8_t channel, const PacketPtr& packet) {
  Session* const session = sessions_.find(id);
  if (session == nullptr || session->state != SessionState::kReady || packet == nullptr) return false;
  ENetPacket* const enet = enet_packet(packet);
  const bool reliable = (enet->flags & ENET_PACKET_FLAG_RELIABLE) != 0;
  if (!reliable && session->queued_bytes > kMaxQueuedForUnsequenced) return true;  // dropped rather than queued
  if (session->queued_bytes + enet->dataLength > kMaxSessionQueuedBytes) session->overflowed = true;
  mark_dirty(*session);
  if (session->overflowed) return false;
  return queue(*session, channel, *enet);
}

bool TransportCore::queue(Session& session, uint8_t channel, ENetPacket& packet) {
  const auto in = pool_.scope();
  if (enet_peer_send(&session.peer, channel, &packet) != 0) return false;
  if ((packet.flags & ENET_PACKET_FLAG_RELIABLE) == 0) return true;
  session.queued_bytes += static_cast<uint32_t>(packet.dataLength);
  session.unacknowledged.add(static_cast<uint32_t>(packet.dataLength), entries_in(packet), pool_.now().mono);
  return true;
}

size_t TransportCore::early_room(SessionId id) const {
  const Session* const session = sessions_.find(id);
  if (session == nullptr || session->state != SessionState::kConnecting) return 0;
  const size_t may_go = link_.early_bytes(id);
  const size_t left = may_go - std::min<size_t>(may_go, session->early_waiting);
  return left - std::min(left, early_overhead(left));
}

bool TransportCore::send_early(SessionId id, uint8_t channel, const PacketPtr& packet) {
  if (packet == nullptr || enet_packet(packet)->dataLength > early_room(id)) return false;
  Session& session = *sessions_.find(id);
  if (!open_early(session) || !queue(session, channel, *enet_packet(packet))) return false;
  const size_t bytes = enet_packet(packet)->dataLength;
  session.early_waiting += static_cast<uint32_t>(bytes + early_overhead(bytes));
  mark_dirty(session);
  return true;
}

// ENet only sends to a peer that is connected. That changes nothing for what comes in: the link opens nothing for us before the proof.
bool TransportCore::open_early(Session& session) {
  if (session.early) return true;
  const auto in = pool_.scope();
  session.host.confirm(session.peer, session.id);
  if (session.peer.state != ENET_PEER_STATE_CONNECTED) return false;
  EnetHost::forget_round_trip(session.peer);
  EnetHost::configure(session.peer);
  session.early = true;
  return true;
}

void TransportCore::close(SessionId id) {
  Session* const session = sessions_.find(id);
  if (session == nullptr) return;
  if (session->state == SessionState::kReady) {
    const auto in = pool_.scope();
    session->host.flush(session->peer);
  }
  forget(id);
  link_.close(id, pool_.now());
}

SessionStats TransportCore::stats(SessionId id) const {
  const link::LinkStats link = link_.stats(id);
  SessionStats out;
  out.rtt_us = link.rtt_us;
  out.loss_out_ppm = link.loss_out_ppm;
  out.loss_in_ppm = link.loss_in_ppm;
  out.copies_sent = link.copies_sent;
  out.resends_sent = link.resends_sent;
  out.datagrams_sent = link.datagrams_sent;
  out.datagrams_received = link.datagrams_received;
  out.bytes_sent = link.bytes_sent;
  out.bytes_received = link.bytes_received;
  out.queued_bytes = queued_bytes(id);
  return out;
}

uint32_t TransportCore::queued_bytes(SessionId id) const {
  const Session* const session = sessions_.find(id);
  return session != nullptr ? session->queued_bytes : 0;
}

Backlog TransportCore::backlog(SessionId id) const {
  const Session* const session = sessions_.find(id);
  if (session == nullptr) return {};
  return session->unacknowledged.waiting(session->peer.reliableDataInTransit, pool_.now().mono);
}

TransportCounters TransportCore::counters() const {
  const link::LinkCounters& from = link_.counters();
  TransportCounters out;
  out.sessions = sessions_.size();
  out.datagrams_in = from.datagrams_in;
  out.datagrams_out = from.datagrams_out;
  out.bytes_in = from.bytes_in;
  out.bytes_out = from.bytes_out;
  out.dropped_short = from.dropped_short;
  out.dropped_kind = from.dropped_kind;
  out.dropped_version = from.dropped_version;
  out.dropped_mac1 = from.dropped_mac1;
  out.dropped_unknown_index = from.dropped_unknown_index;
  out.dropped_forged = from.dropped_forged;
  out.dropped_replayed = from.dropped_replayed;
  out.dropped_handshake = from.dropped_handshake;
  out.dropped_full = from.dropped_full;
  out.dropped_busy = from.dropped_busy;
  out.dropped_rate = from.dropped_rate;
  out.dropped_malformed = from.dropped_malformed + dropped_foreign_;
  out.handshakes_ok = from.handshakes_ok;
  out.handshakes_refused = from.handshakes_refused;
  out.cookies_sent = from.cookies_sent;
  out.rekeys = from.rekeys;
  out.path_challenges = from.path_challenges;
  out.path_changes = from.path_changes;
  out.hosts = pool_.hosts();
  out.enet_live_bytes = pool_.memory().live_bytes;
  out.enet_allocations = pool_.memory().allocations;
  out.enet_fresh_blocks = pool_.memory().fresh;
  return out;
}

Session* TransportCore::accept(SessionId id, ByteView connect) {
  const auto in = pool_.scope();
  EnetHost* const host = pool_.with_room();
  ENetPeer* const peer = host != nullptr ? host->accept(id, connect, early_) : nullptr;
  if (peer == nullptr) return nullptr;
  if (early_.size > 0) return &sessions_.add(id, *host, *peer);
  pool_.release(*host, *peer);
  return nullptr;
}

SessionId TransportCore::connect(const link::Endpoint& server, const std::array<uint8_t, 32>& server_key, ByteView hello, Now now) {
  CHECK(hello.size() <= kMaxHelloBytes, "a hello longer than kMaxHelloBytes");
  pool_.set_now(now);
  const auto in = pool_.scope();
  EnetHost* const host = pool_.with_room();
  ENetPeer* const peer = host != nullptr ? host->connect(early_) : nullptr;
  if (peer == nullptr) return {};
  const SessionId id = link_.connect(server, server_key, hello, early_.view(), now);
  if (!id) {
    pool_.release(*host, *peer);
    return {};
  }
  peer->address = enet_address(id);
  sessions_.add(id, *host, *peer);
  return id;
}

bool TransportCore::confirm(SessionId id) {
  Session* const session = sessions_.find(id);
  if (session == nullptr || session->state != SessionState::kConnecting) return false;
  const auto in = pool_.scope();
  if (!session->early) session->host.confirm(session->peer, id);
  if (!become_ready(*session)) return false;
  if (session->early) {
    session->unacknowledged.give_anew(pool_.now().mono);  // it isn't slow for what it couldn't acknowledge yet
    mark_dirty(*session);                                 // for the timer of what went out
  }
  return true;
}

bool TransportCore::verify(SessionId id, ByteView datagram) {
  Session* const session = sessions_.find(id);
  if (session == nullptr || session->state != SessionState::kConnecting || !addressed_to(session->peer, datagram)) return false;
  const auto in = pool_.scope();
  session->host.deliver(session->peer, id, datagram);
  return become_ready(*session);
}

bool TransportCore::become_ready(Session& session) {
  if (session.peer.state != ENET_PEER_STATE_CONNECTED || session.peer.channelCount != kChannels) return false;
  EnetHost::configure(session.peer);
  session.state = SessionState::kReady;
  if (has_something_to_send(session.peer)) mark_dirty(session);
  return true;
}

void TransportCore::forget(SessionId id) {
  Session* const session = sessions_.find(id);
  if (session == nullptr) return;
  timers_.cancel(session->timer);
  const auto in = pool_.scope();
  pool_.release(session->host, session->peer);
  sessions_.remove(*session);
}

void TransportCore::fail(SessionId id) {
  forget(id);
  link_.close(id, pool_.now());
  events_.on_session_closed(id, CloseReason::kFailed);
}

void TransportCore::on_link_closed(SessionId id, link::LinkClose why) {
  if (sessions_.find(id) == nullptr) return;
  forget(id);
  events_.on_session_closed(id, reason_of(why));
}

void TransportCore::on_payload(SessionId id, ByteView payload) {
  Session* const session = sessions_.find(id);
  if (session == nullptr || session->state != SessionState::kReady) return;
  if (trace_ != nullptr) trace_->on_from_link(id);
  if (!addressed_to(session->peer, payload)) {
    ++dropped_foreign_;
    return;
  }
  deliver(*session, payload);
}

void TransportCore::deliver(Session& session, ByteView payload) {
  const SessionId id = session.id;
  EnetHost& host = session.host;
  {
    const auto in = pool_.scope();
    const uint32_t before = session.peer.reliableDataInTransit;
    host.deliver(session.peer, id, payload);
    // Nothing is sent meanwhile, so what went out of transit was acknowledged.
    const uint32_t acknowledged = before - std::min(before, session.peer.reliableDataInTransit);
    session.queued_bytes -= std::min(session.queued_bytes, acknowledged);
    session.unacknowledged.acknowledge(acknowledged);
  }
  hand_out_messages(id, host);
  settle(id);
}

// The host lives until the next trim(), even if a handler closes its last session.
void TransportCore::hand_out_messages(SessionId id, EnetHost& host) {
  ENetEvent event;
  while (host.next_event(event)) {
    if (event.type != ENET_EVENT_TYPE_RECEIVE) continue;
    events_.on_session_message(id, event.channelID, {event.packet->data, event.packet->dataLength});
    enet_packet_destroy(event.packet);
  }
}

// After ENet was given something: whoever has something to say is flushed, whoever waits for an acknowledgement gets a timer, and whoever
// isn't connected any more broke the protocol or was given up.
void TransportCore::settle(SessionId id) {
  Session* const session = sessions_.find(id);
  if (session == nullptr) return;
  if (session->peer.state != ENET_PEER_STATE_CONNECTED) return fail(id);
  if (has_something_to_send(session->peer)) mark_dirty(*session);
  arm_timer(*session);
}

void TransportCore::mark_dirty(Session& session) {
  if (session.dirty) return;
  session.dirty = true;
  dirty_.push_back(session.id);
}

void TransportCore::arm_timer(Session& session) {
  if (enet_list_empty(&session.peer.sentReliableCommands)) {
    timers_.cancel(session.timer);
    if (has_commands(session.peer)) return;
    session.queued_bytes = 0;
    session.unacknowledged.clear();
    return;
  }
  const auto wait_ms = static_cast<int32_t>(session.peer.nextTimeout - pool_.enet_now());
  const MonoTime due = std::chrono::floor<Millis>(pool_.now().mono) + Millis(std::max(wait_ms, 1));
  if (!session.timer.armed() || due < session.timer.due) timers_.arm(session.timer, due);
}

void TransportCore::run_timers(Now now) {
  while (auto* const timer = timers_.expire(now.mono)) {
    Session& session = static_cast<Session::ResendTimer*>(timer)->owner;
    {
      const auto in = pool_.scope();
      session.host.run_timeouts(session.peer);
    }
    settle(session.id);
  }
}

void TransportCore::prefetch(std::span<const SessionId> sessions) const {
  for (const SessionId id : sessions) {
    if (const Session* const session = sessions_.peek(id)) parley::prefetch(session, sizeof *session);
  }
  for (const SessionId id : sessions) {
    if (const Session* const session = sessions_.peek(id)) parley::prefetch(&session->peer, sizeof session->peer);
  }
  for (const SessionId id : sessions) {
    if (const Session* const session = sessions_.peek(id)) prefetch_lists(*session);
  }
}

// What a message or its acknowledgement needs besides the peer itself: numbers of channels, and the oldest of what is under way.
void TransportCore::prefetch_lists(const Session& session) {
  parley::prefetch(session.peer.channels, session.peer.channelCount * sizeof(ENetChannel));
  parley::prefetch(enet_list_front(&session.peer.sentReliableCommands), sizeof(ENetOutgoingCommand));
  session.unacknowledged.prefetch();
}

void TransportCore::prefetch_link(std::span<const SessionId> sessions) const {
  for (const SessionId id : sessions) link_.prefetch(id);
  for (const SessionId id : sessions) link_.prefetch_parts(id);
}

void TransportCore::flush_sessions() {
  flushing_.swap(dirty_);
  for (size_t from = 0; from < flushing_.size(); from += kPrefetched) {
    const auto some = std::span<const SessionId>(flushing_).subspan(from, std::min(kPrefetched, flushing_.size() - from));
    prefetch(some);
    prefetch_link(some);
    for (const SessionId id : some) flush_session(id);
  }
  flushing_.clear();
}

void TransportCore::flush_session(SessionId id) {
  Session* const session = sessions_.find(id);
  if (session == nullptr) return;
  session->dirty = false;
  session->early_waiting = 0;
  if (session->overflowed) return fail(id);
  {
    const auto in = pool_.scope();
    session->host.flush(session->peer);
  }
  if (session->peer.state != ENET_PEER_STATE_CONNECTED) return fail(id);
  if (session->state == SessionState::kReady) arm_timer(*session);  // before the proof nothing goes a second time
}

}  // namespace parley::transport
