// SPDX-License-Identifier: Apache-2.0
#include "net/transport/enet_host.h"

#include <cstddef>
#include <cstring>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "net/transport/transport.h"

#if ENET_VERSION < ENET_VERSION_CREATE(1, 3, 17)
#error "ENet 1.3.17 or later: older ones have no bound on what a peer may make them allocate"
#endif

namespace parley::transport {
namespace {

// The link ends a session after 45 s of silence; ENet's own patience only has to be longer.
constexpr enet_uint32 kEnetTimeoutMs = 60'000;
constexpr enet_uint32 kNoAttemptLimit = 1 << 16;
// Idle sessions cost nothing: the link has its own sign of life, and ENet's would be a sealed datagram and its answer every few seconds.
constexpr enet_uint32 kNoPings = 0xffffffff;

constexpr size_t kConnectBytes = sizeof(ENetProtocolHeader) + sizeof(ENetProtocolConnect);
constexpr uint16_t kPeerNumberMask = ENET_PROTOCOL_MAXIMUM_PEER_ID;
constexpr enet_uint8 kHandshakeChannel = 0xff;  // ENet's CONNECT and VERIFY_CONNECT, each the first command of its side
constexpr enet_uint16 kVerifySequence = 1;

uint16_t peer_number(ByteView datagram) { return load_be<uint16_t>(datagram.data()) & kPeerNumberMask; }

// Exactly one CONNECT: further commands in the same datagram would be handled before anything is proven.
bool is_connect(ByteView datagram) {
  return datagram.size() == kConnectBytes && peer_number(datagram) == ENET_PROTOCOL_MAXIMUM_PEER_ID &&
         (datagram[sizeof(ENetProtocolHeader)] & ENET_PROTOCOL_COMMAND_MASK) == ENET_PROTOCOL_COMMAND_CONNECT;
}

}  // namespace

bool addressed_to(const ENetPeer& peer, ByteView datagram) { return datagram.size() >= 2 && peer_number(datagram) == peer.incomingPeerID; }

std::unique_ptr<EnetHost> EnetHost::create(size_t peers, EnetWire& wire, uint32_t seed) {
  ENetHost* host = enet_host_create(nullptr, peers, kChannels, 0, 0);
  if (host == nullptr) return nullptr;
  host->randomSeed = seed;  // ENet adds the host's address to the platform's seed, which no simulation could repeat
  host->mtu = kEnetMtu;
  host->maximumPacketSize = kEnetMaximumPacketSize;
  host->maximumWaitingData = kEnetMaximumWaitingData;
  host->duplicatePeers = 1;  // one connection a session
  for (size_t i = 0; i < peers; ++i) host->peers[i].mtu = kEnetMtu;
  return std::unique_ptr<EnetHost>(new EnetHost(host, wire));
}

EnetHost::EnetHost(ENetHost* host, EnetWire& wire) : host_(host), wire_(wire) {
  for (size_t i = host->peerCount; i > 0; --i) free_.push_back(static_cast<uint16_t>(i - 1));
}

ENetPeer& EnetHost::claim() {
  CHECK(!free_.empty(), "a host without a free peer was asked for one");
  ENetPeer& peer = host_->peers[free_.back()];
  free_.pop_back();
  return peer;
}

void EnetHost::release(ENetPeer& peer) {
  enet_peer_reset(&peer);
  peer.data = nullptr;
  free_.push_back(peer.incomingPeerID);
}

ENetPeer* EnetHost::accept(SessionId id, ByteView connect, EarlyDatagram& verify) {
  verify.size = 0;
  if (!is_connect(connect)) return nullptr;
  ENetPeer& peer = claim();
  const PeerWindow only_this(*host_, &peer, 1);  // stays closed: a CONNECT goes to the first free peer of those that ENet sees
  wire_.offer(id, connect, nullptr);
  service(peer);
  if (peer.state != ENET_PEER_STATE_ACKNOWLEDGING_CONNECT || peer.channelCount != kChannels) {
    release(peer);
    return nullptr;
  }
  configure(peer);
  wire_.capture(&verify);
  enet_host_flush(host_.get());
  wire_.capture(nullptr);
  return &peer;
}

ENetPeer* EnetHost::connect(EarlyDatagram& connect) {
  connect.size = 0;
  ENetPeer& peer = claim();
  const PeerWindow only_this(*host_, &peer, 1);
  const ENetAddress not_yet_known = enet_address({});
  if (enet_host_connect(host_.get(), &not_yet_known, kChannels, 0) == nullptr) {
    release(peer);
    return nullptr;
  }
  wire_.capture(&connect);
  enet_host_flush(host_.get());
  wire_.capture(nullptr);
  return &peer;
}

void EnetHost::confirm(ENetPeer& peer, SessionId id) {
  struct Datagram {
    enet_uint16 peer;
    ENetProtocolAcknowledge command;
  } __attribute__((packed)) datagram{};
  const bool verify_waits = !enet_list_empty(&peer.sentReliableCommands);
  if (!verify_waits) return;
  const auto* verify = reinterpret_cast<const ENetOutgoingCommand*>(enet_list_front(&peer.sentReliableCommands));
  datagram.peer = htons(static_cast<uint16_t>(peer.incomingPeerID | peer.incomingSessionID << ENET_PROTOCOL_HEADER_SESSION_SHIFT));
  datagram.command.header.command = ENET_PROTOCOL_COMMAND_ACKNOWLEDGE;
  datagram.command.header.channelID = kHandshakeChannel;
  datagram.command.header.reliableSequenceNumber = htons(kVerifySequence);
  datagram.command.receivedReliableSequenceNumber = htons(kVerifySequence);
  datagram.command.receivedSentTime = htons(static_cast<uint16_t>(verify->sentTime));  // gives ENet its first round trip time
  uint8_t bytes[sizeof datagram];
  std::memcpy(bytes, &datagram, sizeof bytes);
  deliver(peer, id, bytes);
}

// As enet_peer_reset() leaves it.
void EnetHost::forget_round_trip(ENetPeer& peer) {
  peer.lastReceiveTime = 0;
  peer.roundTripTime = peer.lastRoundTripTime = peer.lowestRoundTripTime = ENET_PEER_DEFAULT_ROUND_TRIP_TIME;
  peer.roundTripTimeVariance = peer.lastRoundTripTimeVariance = peer.highestRoundTripTimeVariance = 0;
  peer.packetThrottleEpoch = 0;
}

void EnetHost::deliver(ENetPeer& peer, SessionId id, ByteView datagram) {
  PeerWindow none(*host_, &peer, 0);  // nobody has anything to send meanwhile; opens when the datagram is received
  wire_.offer(id, datagram, &none);
  service(peer);
  wire_.offer({}, {}, nullptr);
}

void EnetHost::flush(ENetPeer& peer) {
  const PeerWindow only_this(*host_, &peer, 1);
  enet_host_flush(host_.get());
}

void EnetHost::run_timeouts(ENetPeer& peer) {
  const PeerWindow only_this(*host_, &peer, 1);
  service(peer);
}

// With an event to fill in, ENet connects a peer in the middle of a datagram, so that what follows the acknowledgement in it already
// counts. Connects and disconnects are read off the peer's state by the caller; messages wait for next_event().
void EnetHost::service(ENetPeer& peer) {
  host_->bandwidthThrottleEpoch = enet_time_get();  // no walk for bandwidth shares, which we don't use
  ENetEvent event;
  enet_host_service(host_.get(), &event, 0);
  DCHECK(event.type != ENET_EVENT_TYPE_RECEIVE && (event.peer == nullptr || event.peer == &peer),
         "an event was left over from another call");
  (void)peer;
}

void EnetHost::configure(ENetPeer& peer) {
  // Set on both sides directly; enet_peer_throttle_configure would send a command for it. Without deceleration jitter never makes ENet drop
  // unreliable packets or shrink the window.
  peer.packetThrottleInterval = 5000;
  peer.packetThrottleAcceleration = ENET_PEER_PACKET_THROTTLE_SCALE;
  peer.packetThrottleDeceleration = 0;
  enet_peer_timeout(&peer, kNoAttemptLimit, kEnetTimeoutMs, kEnetTimeoutMs);
  enet_peer_ping_interval(&peer, kNoPings);
}

}  // namespace parley::transport
