// SPDX-License-Identifier: Apache-2.0
// The part of the Transport interface that is the same on both sides, by way of the core. See transport.h for threads and duties.
// A layer of forwarding only: what differs between server and client stays in their own files.
#pragma once

#include "net/transport/transport_core.h"

namespace parley::transport {

template <class Interface>
class CoreTransport : public Interface, protected link::LinkHandler, protected SessionEvents {
 public:
  CoreTransport(const TransportCore::Setup& setup, link::DatagramSocket& socket, Random& random)
      : core_(setup, socket, random, *this, *this) {}

  int receive(Now now) final { return core_.receive(now); }
  int flush(Now now) final { return core_.flush(now); }
  MonoTime next_deadline() const final { return core_.next_deadline(); }
  PacketPtr make_packet(ByteView message, Delivery delivery) final { return core_.make_packet(message, delivery); }
  PacketPtr make_entries(ByteView message, uint16_t entries) final { return core_.make_entries(message, entries); }
  bool send(SessionId session, uint8_t channel, const PacketPtr& packet) final { return core_.send(session, channel, packet); }
  bool send_early(SessionId session, uint8_t channel, const PacketPtr& packet) final { return core_.send_early(session, channel, packet); }
  size_t early_room(SessionId session) const final { return core_.early_room(session); }
  void close(SessionId session) final { core_.close(session); }
  void prefetch(std::span<const SessionId> sessions) const final { core_.prefetch(sessions); }
  SessionStats stats(SessionId session) const final { return core_.stats(session); }
  uint32_t queued_bytes(SessionId session) const final { return core_.queued_bytes(session); }
  Backlog backlog(SessionId session) const final { return core_.backlog(session); }
  TransportCounters counters() const final { return core_.counters(); }

 protected:
  void on_arriving(std::span<const link::LinkId> ids) final { core_.prefetch(ids); }
  void on_payload(link::LinkId id, MutableBytes payload) final { core_.on_payload(id, payload); }
  void on_closed(link::LinkId id, link::LinkClose why) final { core_.on_link_closed(id, why); }

  TransportCore core_;
};

}  // namespace parley::transport
