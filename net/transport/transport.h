// SPDX-License-Identifier: Apache-2.0
// Messages over sessions: ENet hosts (many small ones) on one sealed link on one datagram socket. What net/server and net/client see of
// the network. An I/O thread of the server owns one ServerTransport, a parley_client one ClientTransport.
//
// One duty cycle: receive(now) reads datagrams and calls the handler; the owner sends; flush(now) lets ENet and the link hand everything to
// the socket. Nothing blocks. All calls, and all handler calls, on the owner's thread; handler calls only from inside receive() and
// flush().
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/base/limits.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/base/time.h"
#include "net/link/datagram_socket.h"
#include "net/link/link.h"

namespace parley::transport {

enum class Delivery : uint8_t {
  kReliable,     // in order within its channel, until the session ends
  kUnsequenced,  // may be lost, may overtake; dropped rather than queued
};

// Channels: 0 carries control and everything from client to server; rooms are spread over the others, so a loss in one doesn't hold up
// another. Each costs 80 bytes a session on both sides; 8 of them were 0.3 KiB more, for what the link repairs in a round trip anyway.
inline constexpr uint8_t kControlChannel = 0;
inline constexpr uint8_t kChannels = 4;
constexpr uint8_t channel_of(RoomId room) { return static_cast<uint8_t>(1 + room.value % (kChannels - 1)); }

enum class CloseReason : uint8_t {
  kLocal,    // our own close()
  kRemote,   // the other side said goodbye (sealed)
  kTimeout,  // silence
  kRefused,  // client: the answer to the handshake refused us
  kFailed,   // ENet gave up or the peer broke the protocol
};

// Shared by all sessions that it is sent to: one copy in memory. Cheap to move; release by destruction.
class Packet;
struct PacketDeleter {
  void operator()(Packet*) const;
};
using PacketPtr = std::unique_ptr<Packet, PacketDeleter>;

// Of one session since it was made. Datagrams and bytes: of UDP payloads, handshake, copies and acks included; received ones count once.
struct SessionStats {
  uint32_t rtt_us = 0;                         // smoothed; 0: not known yet
  uint32_t loss_out_ppm = 0, loss_in_ppm = 0;  // of what we send, and of what the other side sends; in millionths, of the last minute or so
  uint64_t copies_sent = 0, resends_sent = 0;  // before, and after, it looked as if a datagram had been lost; both are in datagrams_sent
  uint64_t datagrams_sent = 0, datagrams_received = 0, bytes_sent = 0, bytes_received = 0;
  uint32_t queued_bytes = 0;  // reliable data not yet acknowledged or not yet sent
};

// What waits for a session: messages that were given to it in earlier duty cycles and aren't under way, because as much as it may have
// under way (ENet's window: up to 64 KiB) isn't acknowledged. Zeros for one that keeps up, however far away it is.
struct Backlog {
  uint32_t bytes = 0, entries = 0;
  Micros oldest{0};  // since the oldest message was given that isn't acknowledged, under way or not
};

struct HelloInfo {
  ByteView hello;  // the client's application bytes (wire.fbs Handshake), 8-byte aligned, unchecked
  link::Endpoint from;
  std::array<uint8_t, 32> device_key{};     // the client's static X25519 key, proven by the handshake
  link::RequestVerdict* verdict = nullptr;  // what ServerTransportOptions::judge made of it
};

// What the server says to a hello: the answer bytes (wire.fbs Handshake, ≤ kMaxAnswerBytes) and whether a session comes of it.
struct HelloReply {
  bool accept = false;
  ByteView answer;  // valid until the handler is called again
};
inline constexpr size_t kMaxHelloBytes = 960;
inline constexpr size_t kMaxAnswerBytes = 960;

class ServerHandler {
 public:
  virtual ~ServerHandler() = default;
  // What to answer if the hello is refused anyway, as by the judge's verdict; asked before there is a session. It stays valid as that of
  // on_hello does.
  virtual std::optional<HelloReply> refusal_of(const HelloInfo&) { return std::nullopt; }
  // msg1 opened. It may be a replay, so nothing of it may be shown to others, and no more than the answer and what fits by send_early()
  // goes to the client, before on_ready.
  virtual HelloReply on_hello(SessionId session, const HelloInfo& info) = 0;
  // The client proved itself by a sealed datagram: it can be sent to from here on.
  virtual void on_ready(SessionId session) = 0;
  virtual void on_message(SessionId session, uint8_t channel, ByteView message) = 0;  // 8-byte aligned
  virtual void on_closed(SessionId session, CloseReason reason) = 0;                  // also for sessions that never became ready
};

class ClientHandler {
 public:
  virtual ~ClientHandler() = default;
  // The server's answer. With accepted the session is ready for messages; else on_closed(kRefused) follows.
  virtual void on_answer(SessionId session, bool accepted, ByteView answer) = 0;
  virtual void on_message(SessionId session, uint8_t channel, ByteView message) = 0;
  virtual void on_closed(SessionId session, CloseReason reason) = 0;
};

struct TransportCounters {
  uint64_t sessions = 0;
  uint64_t datagrams_in = 0, datagrams_out = 0, bytes_in = 0, bytes_out = 0;
  // What was dropped, and why: net/link/link.h.
  uint64_t dropped_short = 0, dropped_kind = 0, dropped_version = 0, dropped_mac1 = 0, dropped_unknown_index = 0, dropped_forged = 0;
  uint64_t dropped_replayed = 0, dropped_handshake = 0, dropped_full = 0, dropped_busy = 0, dropped_rate = 0;
  uint64_t handshakes_ok = 0, handshakes_refused = 0, cookies_sent = 0;
  uint64_t rekeys = 0, path_challenges = 0, path_changes = 0;
  uint64_t dropped_malformed = 0;                        // authentic, but not what the protocol allows
  uint64_t hosts = 0;                                    // ENet hosts now
  uint64_t enet_live_bytes = 0;                          // memory that ENet holds now
  uint64_t enet_allocations = 0, enet_fresh_blocks = 0;  // blocks that ENet asked for; of these not recycled: stands still after warm-up
};

using link::kReceiveBatch;

// Sees datagrams cross the border between ENet and the link, which no other interface shows: for measurements (parley-bench stages).
// Without one, a datagram pays for a null pointer's test. Called on the owner's thread.
class BorderTrace {
 public:
  virtual ~BorderTrace() = default;
  virtual void on_from_link(SessionId session) = 0;  // opened, and about to be given to ENet
  virtual void on_to_link(SessionId session) = 0;    // made by ENet, and about to be sealed
};

// Both sides, once they have sessions.
class Transport {
 public:
  virtual ~Transport() = default;
  // Reads up to kReceiveBatch datagrams and handles all that follows from them. Returns how many; with fewer than that the socket is empty.
  virtual int receive(Now now) = 0;
  // Runs timers and hands everything that waits to the socket. Returns how many datagrams left.
  virtual int flush(Now now) = 0;
  // When flush() has something to do again although nothing arrives or is sent.
  virtual MonoTime next_deadline() const = 0;

  // nullptr if the message is longer than kMaxTransportMessage. Every packet is released before the transport is.
  virtual PacketPtr make_packet(ByteView message, Delivery delivery) = 0;
  // A reliable one, of so many entries: what Backlog counts.
  virtual PacketPtr make_entries(ByteView message, uint16_t entries) = 0;
  // Queues the packet for one more session. False if the session is gone or not ready, or the packet is nullptr. A session that has
  // kMaxSessionQueuedBytes waiting takes nothing in any more: false, and on_closed(kFailed) at the next flush().
  virtual bool send(SessionId session, uint8_t channel, const PacketPtr& packet) = 0;
  // Server, when on_hello has returned and until on_ready: as send(), for what the client alone learns of it. Only the true client can read
  // it; how much may go to an address before that has shown itself is bounded (link.h). False: no such session, or no room for it.
  virtual bool send_early(SessionId session, uint8_t channel, const PacketPtr& packet) = 0;
  // So long may a message be that the next send_early() takes.
  virtual size_t early_room(SessionId session) const = 0;
  // A hint that these, some twenty, are going to be sent to.
  virtual void prefetch(std::span<const SessionId>) const {}
  // Says goodbye (sealed) and forgets the session; on_closed(kLocal) is not called. What was queued may not arrive.
  virtual void close(SessionId session) = 0;

  virtual SessionStats stats(SessionId session) const = 0;
  virtual uint32_t queued_bytes(SessionId session) const = 0;  // that of stats(); these two are asked at each delivery
  virtual Backlog backlog(SessionId session) const = 0;
  virtual TransportCounters counters() const = 0;
};

struct ServerTransportOptions {
  size_t io_index = 0, io_count = 1;  // receiver indices ≡ io_index mod io_count, for steering by the socket filter
  size_t max_sessions = kMaxSessionsPerIo;
  const Secret<32>* link_private = nullptr;  // outlives the transport
  const Secret<32>* token_secret = nullptr;  // this and the next three: link.h
  link::RequestJudge* judge = nullptr;
  link::HandshakeLane* handshakes = nullptr;
  link::HandshakeLimits handshake_limits{};
  bool link_reliability = true;  // link.h; false only to measure what it brings (parley-bench loss)
  BorderTrace* trace = nullptr;  // outlives the transport
};
// Errors: kLinkNotLinked.
Result<std::unique_ptr<Transport>> make_server_transport(const ServerTransportOptions& options, link::DatagramSocket& socket,
                                                         Random& random, ServerHandler& handler);

class ClientTransport : public Transport {
 public:
  // Starts a handshake: `hello` (≤ kMaxHelloBytes) rides in msg1, resent until answered. on_answer or on_closed(kTimeout, after 5 s)
  // follows.
  virtual SessionId connect(const link::Endpoint& server, const std::array<uint8_t, 32>& server_key, ByteView hello, Now now) = 0;
  // The socket has another address now: tells the servers by a sealed word, so that the sessions go on from there.
  virtual void rebound(Now now) = 0;
};
struct ClientTransportOptions {
  const Secret<32>* device_private = nullptr;  // the installation's X25519 key; outlives the transport
  bool link_reliability = true;                // as above
  BorderTrace* trace = nullptr;                // likewise
};
Result<std::unique_ptr<ClientTransport>> make_client_transport(const ClientTransportOptions& options, link::DatagramSocket& socket,
                                                               Random& random, ClientHandler& handler);

}  // namespace parley::transport
