// SPDX-License-Identifier: Apache-2.0
// One ENetHost with a fixed number of peers, each of them free or of one session. All of ENet's calls about peers are here, each for one
// peer and at a cost that doesn't depend on how many the host has (peer_window.h). Owned by the transport's thread; every call but the
// destructor's inside an EnetScope, which HostPool provides.
#pragma once

#include <enet/enet.h>

#include <memory>
#include <vector>

#include "core/base/ids.h"
#include "net/transport/enet_wire.h"

namespace parley::transport {

class EnetHost {
 public:
  // nullptr when there is no memory.
  static std::unique_ptr<EnetHost> create(size_t peers, EnetWire& wire, uint32_t seed);

  bool full() const { return free_.empty(); }
  bool empty() const { return free_.size() == host_->peerCount; }

  // Server: a peer for the client that sent this CONNECT; `verify` gets ENet's answer. nullptr if the CONNECT isn't one of ours.
  ENetPeer* accept(SessionId id, ByteView connect, EarlyDatagram& verify);
  // Client: a peer under way; `connect` gets ENet's CONNECT. Its address is set when the session has its number.
  ENetPeer* connect(EarlyDatagram& connect);
  // Server: the link has proof that the client holds the VERIFY, which is what ENet waits to have acknowledged; so acknowledge it here,
  // instead of waiting for a datagram that may be lost.
  void confirm(ENetPeer& peer, SessionId id);
  // After confirm() without the proof: that acknowledgement took no time, so the next one counts as ENet's first.
  static void forget_round_trip(ENetPeer& peer);
  // Gives ENet one datagram from that peer. Sends nothing.
  void deliver(ENetPeer& peer, SessionId id, ByteView datagram);
  // Sends what the peer has waiting.
  void flush(ENetPeer& peer);
  // Resends what is due, and gives the peer up after kEnetTimeout.
  void run_timeouts(ENetPeer& peer);
  // Takes the next thing that happened. False if there is none.
  bool next_event(ENetEvent& event) { return enet_host_check_events(host_.get(), &event) > 0; }
  // Frees the peer; its session is over.
  void release(ENetPeer& peer);

  // After the connection is made, on both sides.
  static void configure(ENetPeer& peer);

 private:
  struct Destroy {
    void operator()(ENetHost* host) const { enet_host_destroy(host); }
  };
  EnetHost(ENetHost* host, EnetWire& wire);
  ENetPeer& claim();
  void service(ENetPeer& peer);

  std::unique_ptr<ENetHost, Destroy> host_;
  EnetWire& wire_;
  std::vector<uint16_t> free_;
};

// Whether a datagram names the peer that it came from, and nobody else: its first two bytes carry the number of the peer.
bool addressed_to(const ENetPeer& peer, ByteView datagram);

}  // namespace parley::transport
