// SPDX-License-Identifier: Apache-2.0
// What both transports share: sessions between the link below and ENet inside, timers, and who has to be flushed. The two halves that
// differ, how a session comes to be, are in server_transport.cpp and client_transport.cpp. Owned by one thread, its I/O thread.
//
// What must hold: a session in kReady has a connected ENet peer; one that has anything to send is in dirty_ until the next flush; one with
// unacknowledged commands has its timer armed. A handler call may close any session, so no Session* is used after one: it's looked up
// again.
#pragma once

#include <memory>
#include <vector>

#include "net/link/link.h"
#include "net/link/timer_wheel.h"
#include "net/transport/host_pool.h"
#include "net/transport/session_table.h"
#include "net/transport/transport.h"

namespace parley::transport {

// What the core tells its half.
class SessionEvents {
 public:
  virtual ~SessionEvents() = default;
  virtual void on_session_message(SessionId session, uint8_t channel, ByteView message) = 0;
  virtual void on_session_closed(SessionId session, CloseReason reason) = 0;
};

class TransportCore {
 public:
  struct Setup {
    link::LinkOptions link;
    size_t peers_per_host = 1;
    BorderTrace* trace = nullptr;
  };
  TransportCore(const Setup& setup, link::DatagramSocket& socket, Random& random, link::LinkHandler& half, SessionEvents& events);

  // transport.h
  void rebound(Now now) { link_.rebound(now); }
  int receive(Now now);
  int flush(Now now);
  MonoTime next_deadline() const;
  PacketPtr make_packet(ByteView message, Delivery delivery);
  PacketPtr make_entries(ByteView message, uint16_t entries);
  bool send(SessionId id, uint8_t channel, const PacketPtr& packet);
  bool send_early(SessionId id, uint8_t channel, const PacketPtr& packet);
  size_t early_room(SessionId id) const;
  void prefetch(std::span<const SessionId> sessions) const;
  void close(SessionId id);
  SessionStats stats(SessionId id) const;
  uint32_t queued_bytes(SessionId id) const;
  Backlog backlog(SessionId id) const;
  TransportCounters counters() const;

  // For the halves. `early` is what goes into the handshake; it lives until the next handshake.
  Session* accept(SessionId id, ByteView connect);
  SessionId connect(const link::Endpoint& server, const std::array<uint8_t, 32>& server_key, ByteView hello, Now now);
  ByteView early() const { return early_.view(); }
  // Completes ENet's handshake. False: it failed, and the session is gone; nobody was told.
  bool confirm(SessionId id);
  bool verify(SessionId id, ByteView datagram);
  Session* find(SessionId id) const { return sessions_.find(id); }
  void forget(SessionId id);
  void fail(SessionId id);

  // From the link.
  void on_payload(SessionId id, ByteView payload);
  void on_link_closed(SessionId id, link::LinkClose why);

 private:
  bool open_early(Session& session);
  bool queue(Session& session, uint8_t channel, ENetPacket& packet);
  bool become_ready(Session& session);
  void deliver(Session& session, ByteView payload);
  void hand_out_messages(SessionId id, EnetHost& host);
  void settle(SessionId id);
  void mark_dirty(Session& session);
  void arm_timer(Session& session);
  void run_timers(Now now);
  static void prefetch_lists(const Session& session);
  void prefetch_link(std::span<const SessionId> sessions) const;
  void flush_sessions();
  void flush_session(SessionId id);

  SessionEvents& events_;
  BorderTrace* const trace_;
  link::Link link_;
  HostPool pool_;
  SessionTable sessions_;
  link::TimerWheel timers_;
  EarlyDatagram early_;
  std::vector<SessionId> dirty_, flushing_;
  uint64_t dropped_foreign_ = 0;  // authentic, but addressed to another peer
};

}  // namespace parley::transport
