// SPDX-License-Identifier: Apache-2.0
// The sealed datagram layer: handshake (Noise IK), sealing, replay window, sessions by receiver index. It carries opaque payloads (ENet's
// datagrams) and knows nothing of ENet's insides. A server's Link accepts, a client's connects; after the handshake both are alike.
// Owned by one thread, its I/O thread. Handler calls only from inside receive() and flush(). Formats: schema/WIRE.md.
//
// What must hold: nothing unauthenticated reaches a session; no memory for a stranger before proof; no (key, nonce) pair twice.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/base/limits.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/base/time.h"
#include "net/link/datagram_socket.h"
#include "net/link/handshake_rate.h"

namespace parley::link {

// Our own number of a link session, and ENet's "address" of the peer. Index and generation, so a late call for a closed one finds nothing.
// Never 0.
using LinkId = SessionId;

enum class LinkClose : uint8_t { kRemote, kTimeout, kRefused };

// What a RequestJudge found out about a request.
class RequestVerdict {
 public:
  virtual ~RequestVerdict() = default;
};

struct OpenedRequest {  // msg1, decrypted; may be a replay
  Endpoint from;
  std::array<uint8_t, 32> device_key{};
  ByteView application;               // hello, 8-byte aligned
  ByteView early;                     // ENet's CONNECT datagram
  RequestVerdict* verdict = nullptr;  // the judge's; nullptr if there is no judge
};

// The costly part of deciding about a request, such as a signature. Called where requests are opened, which may be another thread than the
// link's: judge() touches nothing but its arguments and what is constant. The verdict travels with the request to on_request.
class RequestJudge {
 public:
  virtual ~RequestJudge() = default;
  virtual std::unique_ptr<RequestVerdict> judge(const OpenedRequest& request, WallTime wall) = 0;
};
struct RequestReply {
  bool accept = false;
  ByteView application;  // answer; together with `early` at most kMaxReplyBytes
  ByteView early;        // ENet's VERIFY_CONNECT datagram(s concatenated are not allowed: one)
};
inline constexpr size_t kMaxReplyBytes = 1024;
inline constexpr size_t kMaxRequestBytes = 1024;  // application + early in msg1

class LinkHandler {
 public:
  virtual ~LinkHandler() = default;
  // Server: what to answer if the request is refused anyway, as by the judge's verdict. Asked before there is a session, so that a bad
  // ticket costs no slot and hears why also from a full server.
  virtual std::optional<RequestReply> refusal_of(const OpenedRequest&) { return std::nullopt; }
  virtual RequestReply on_request(LinkId id, const OpenedRequest& request) = 0;                // server
  virtual void on_proven(LinkId id) = 0;                                                       // server: first transport datagram opened
  virtual void on_answer(LinkId id, bool accepted, ByteView application, ByteView early) = 0;  // client; 8-byte aligned
  // Datagrams that name these sessions have come and are opened next, true or forged: time to fetch what is kept of them (prefetch.h).
  virtual void on_arriving(std::span<const LinkId>) {}
  virtual void on_payload(LinkId id, MutableBytes payload) = 0;  // valid until receive() returns
  virtual void on_closed(LinkId id, LinkClose why) = 0;          // after it the id is dead
};

struct LinkOptions {
  bool server = false;
  const Secret<32>* static_private = nullptr;  // server: its link key; client: the device key. Outlives the link
  size_t io_index = 0, io_count = 1;           // receiver indices handed out ≡ io_index mod io_count
  size_t max_sessions = kMaxSessionsPerIo;
  const Secret<32>* token_secret = nullptr;    // server: drawn at its start, shared by its links; nullptr: the link draws one. Outlives it
  RequestJudge* judge = nullptr;               // server
  class HandshakeLane* handshakes = nullptr;   // server: to the agent that opens requests (handshake_agent.h); nullptr: opened in place
  HandshakeLimits handshake_limits{};          // server
  uint8_t ciphers = 0xff;                      // of those that this machine has (seal.h), as bits
  Micros rekey_after = kRekeyAfter;            // client: it begins each change of keys
  uint64_t rekey_datagrams = kRekeyDatagrams;  // likewise
  bool reliability = true;  // acks, copies, early resend (RELIABILITY.md); false: each datagram goes once, for comparison
  double redundant_bytes_per_second = 12.5e6;  // of all sessions together: the share of the egress that copies and resends may take
};

struct LinkStats {
  uint32_t rtt_us = 0;        // smoothed; 0 = not known yet
  uint8_t cipher = 0;         // a value of Cipher (seal.h); 0: no keys yet
  uint32_t loss_out_ppm = 0;  // of what we send, by the peer's count, in millionths
  uint32_t loss_in_ppm = 0;   // of what the peer sends, as it says; 0: none, or not told yet
  uint64_t copies_sent = 0, resends_sent = 0, acks_only_sent = 0;
  uint64_t datagrams_sent = 0, datagrams_received = 0, bytes_sent = 0, bytes_received = 0;
};

struct LinkCounters {
  uint64_t sessions = 0;  // now; all others since the start
  uint64_t datagrams_in = 0, datagrams_out = 0, bytes_in = 0, bytes_out = 0;
  uint64_t dropped_short = 0;  // of a length that its kind can't have, or empty
  uint64_t dropped_kind = 0;   // of no kind that this side takes
  uint64_t dropped_version = 0;
  uint64_t dropped_mac1 = 0;  // a request by somebody who doesn't know the server's key
  uint64_t dropped_unknown_index = 0;
  uint64_t dropped_forged = 0;     // the tag doesn't verify, or no such key epoch
  uint64_t dropped_replayed = 0;   // the counter was seen, or is too old to tell
  uint64_t dropped_handshake = 0;  // a request or answer that doesn't decrypt, is stale or repeated, or has broken lengths
  uint64_t dropped_full = 0;       // a request when max_sessions is reached
  uint64_t dropped_malformed = 0;  // authentic, but not made of frames: the peer breaks the protocol
  uint64_t dropped_busy = 0;       // a request that found the handshake thread's queue full
  uint64_t dropped_rate = 0;       // a request beyond what its network gets, although its address is proven
  uint64_t cookies_sent = 0;       // server: requests answered with "again, please, and show that you are there"
  uint64_t cookies_answered = 0;   // client
  uint64_t handshakes_ok = 0, handshakes_refused = 0;
  uint64_t rekeys = 0;                             // changes of a session's keys
  uint64_t path_challenges = 0, path_changes = 0;  // server: addresses asked, and sessions that moved
};

// How much the link does so that a payload arrives soon.
enum class Care : uint8_t {
  kSoon,  // copies by measured loss, and again until acked
  kOnce,  // the sender can do without it for a while (ENet's own acknowledgements): never acked; twice where datagrams get lost
};

inline constexpr size_t kReceiveBatch = 64;
inline constexpr size_t kEarlyOverhead = 32;  // of an early payload's datagram

class Link {
 public:
  Link(const LinkOptions& options, DatagramSocket& socket, Random& random, LinkHandler& handler);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Client. Sends msg1, again every 250 ms ×1.5 with jitter until answered, for at most 5 s; then on_closed(kTimeout).
  // No LinkId: max_sessions is reached, or the server's key is a low-order point, which no true server has.
  LinkId connect(const Endpoint& server, const std::array<uint8_t, 32>& server_key, ByteView application, ByteView early, Now now);
  // Seals the payload (gathered from parts, ≤ kEnetMtu bytes in all) and queues the datagram; it leaves at the next flush or when the batch
  // is full. False: no such session, or not yet (client before the answer; server before the proof, beyond early_bytes()).
  bool send(LinkId id, std::span<const ByteView> parts, Now now, Care care = Care::kSoon);
  // Server, from its answer to the proof: so many bytes may go out by send() nevertheless; each payload counts kEarlyOverhead more. Only
  // the client can read them, so a replayed request gains nothing, and to an address that no token proved go no more bytes than came from
  // there. 0: none, or no such session.
  size_t early_bytes(LinkId id) const;
  // Hints that send() comes soon, to be given for some twenty sessions before the first of those; the second when the first had its time.
  void prefetch(LinkId id) const;
  void prefetch_parts(LinkId id) const;
  // Sealed goodbye, and forgets the session. on_closed isn't called.
  void close(LinkId id, Now now);

  // Client, after its socket got another address: lets the servers know.
  void rebound(Now now);

  int receive(Now now);  // up to kReceiveBatch datagrams
  int flush(Now now);    // timers, then the queued datagrams
  MonoTime next_deadline() const;
  LinkStats stats(LinkId id) const;
  const LinkCounters& counters() const;

 private:
  std::unique_ptr<class LinkCore> core_;
};

}  // namespace parley::link
