// SPDX-License-Identifier: Apache-2.0
// One end of one link session: where its peer is, its keys, counters and clocks. Plain data; what may be done with it in which state is
// decided in link_*.cpp. Lives in the SessionTable; owned by the link's thread. What only the handshake needs is freed when that is over.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/base/time.h"
#include "net/link/key_ring.h"
#include "net/link/link.h"
#include "net/link/noise.h"
#include "net/link/reliability.h"
#include "net/link/replay_window.h"
#include "net/link/timer_wheel.h"

namespace parley::link {

enum class SessionState : uint8_t {
  kConnecting,  // client: msg1 sent, no answer yet
  kWaiting,     // server: msg2 sent, the client hasn't proved that it is no replay
  kOpen,        // both: payloads flow
  kClosing,     // goodbye said once, its repetitions are due; dead for the handler
};

inline constexpr uint64_t kFirstLossWord = 8, kLossWordEvery = 32;  // datagrams between two loss frames: an eighth of a byte each

struct Handshake {
  std::optional<NoiseInitiator> noise;  // client
  PublicKey server_key{};               // client
  std::vector<uint8_t> payload;         // client: of msg1, for saying it again with a cookie
  uint8_t cookies = 0;                  // client: how often that was asked for
  std::vector<uint8_t> message;         // client: msg1; server: msg2; the very bytes, for sending again
  MonoTime sent_at{};                   // first time
  Micros interval{0};                   // until it is sent again
  bool resent = false;                  // then the round trip can't be told
  size_t early_bytes = 0;               // server: of datagrams that may still go to an address that has sent nothing but its request
};

// Server: an address that the client may have moved to (link_path.cpp).
struct PathProbe {
  Endpoint to;
  std::array<uint8_t, 8> nonce{};
  uint8_t sent = 0;
  bool starved = false;   // it hasn't sent enough to be asked
  size_t bytes_owed = 0;  // what came from there, less what went there
  MonoTime next = kNever;
};

struct Session {
  struct OwnTimer : TimerWheel::Timer {
    explicit OwnTimer(Session& session) : owner(session) {}
    Session& owner;
  };

  LinkId id;
  SessionState state = SessionState::kConnecting;
  bool client = false;
  bool confirmed = false;  // client: something sealed came back in return, so the server knows that we are real
  uint8_t goodbyes = 0;    // repetitions left
  uint32_t local_index = 0, remote_index = 0;
  Endpoint address;
  KeyRing keys;
  MonoTime keyed_at{};                          // when these keys came into use ...
  uint64_t keyed_sent = 0, keyed_received = 0;  // ... and at which counters
  MonoTime next_offer = kNever;                 // client: of new keys, again
  Micros offer_interval{0};
  uint64_t next_counter = 0;
  uint64_t loss_due = kFirstLossWord;  // the counter from which on the peer is told our loss

  MonoTime opened_at{}, last_sent{}, last_received{};
  MonoTime next_ask = kNever;      // client: when it asks the server for a sign of life
  Micros ask_interval{0};          // client, until confirmed
  MonoTime next_goodbye = kNever;  // closing
  OwnTimer timer{*this};
  LinkStats stats;
  std::unique_ptr<Handshake> handshake;
  std::unique_ptr<PathProbe> probe;
  std::unique_ptr<Reliability> reliability;  // of an open session, unless LinkOptions switched it off
  ReplayWindow window;                       // from here on each datagram needs little

  PublicKey device_key{};        // server: whose session it is
  PublicKey ephemeral{};         // server: msg1's e, by which a repeated msg1 is known
  std::vector<uint8_t> goodbye;  // the sealed close, the same bytes each time
};

}  // namespace parley::link
