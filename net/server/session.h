// SPDX-License-Identifier: Apache-2.0
// What an I/O thread keeps for each of its sessions. Small on purpose: ten thousand of them wait idle for most of their life, so what only
// a busy session needs (joins under way, a hello not yet proven) hangs on vectors that are empty in between. Owned by one I/O thread.
//
// Numbers of sends: `next` is the number the session accepts next, 0 until its first send, which may be any number above the producer's
// last (the client's earlier ones may have been refused for good in another session). After a refusal (`resend_from` set) everything above
// that number is skipped until that number comes again, as it was or void: the client goes back to it, in order. So a number at or below
// the producer's last was either applied, or its client knows that it was refused.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/limits.h"
#include "core/base/time.h"
#include "core/bus/record.h"
#include "core/history/store.h"
#include "core/identity/rate_limit.h"
#include "core/identity/ticket.h"
#include "net/link/endpoint.h"
#include "wire_generated.h"

namespace parley::server {

// A session's membership in a room.
struct Seat {
  RoomId room;
  Sequence floor;  // history before this isn't for this session; 1 = all of it
  GapReason floor_reason = GapReason::kLateJoiner;
  Sequence lagging_from;  // 0: gets entries live. Else it was too slow: entries from here on it catches up from the history
  uint32_t tag = 0;       // of the join that made it: answers for an earlier stay in the room don't belong to this one
  bool may_send = false;
  bool may_moderate = false;
  bool catching_up = false;      // Pages owes it entries
  bool another_follows = false;  // of what it owes, see CatchUp
};

// A send that waits for what the store says of its target, see targets.h.
struct WaitingSend {
  std::vector<uint64_t> send;  // a wire::Send as its buffer's root, aligned
  ProducerNumber number;
  bus::BusPosition after = 0;  // asked once all before this is stored
  bool skipped = false;        // sends behind it came meanwhile
  const wire::Send& message() const { return *flatbuffers::GetRoot<wire::Send>(send.data()); }
};
std::vector<uint64_t> pack_send(const wire::Send& send);

// A join between the client's wish and its record coming back off the bus.
struct PendingJoin {
  uint32_t tag = 0;      // ours, unique within the session
  uint32_t request = 0;  // the client's
  std::string room;
  Epoch epoch;             // in which the client learned `since`
  Sequence since;          // 0: no resume
  Sequence valid_through;  // of `since`; known once the join is published
  Sequence joined_at;      // where this user's view begins in a room that shows what was said since he came; 0: now
  uint16_t last = 0;
  Sequence early_next;  // what was shown before the proof (early_joins.h) ends before this; 0: nothing was
};

// Where the session stands in the order of its producer's sessions: the one whose first join comes last on the bus replaces the others.
enum class Birth : uint8_t { kNoJoin, kOnBus, kSeen };

struct Session {
  SessionId id;
  ProducerId producer;      // as the client says; what its entries carry
  ProducerId producer_key;  // bound to the user: what exactly-once is counted on, see core/identity/producer_key.h
  identity::Ticket ticket;
  MonoTime expires = kNever;  // the ticket's end; monotonic, so a stepping wall clock doesn't end sessions
  MonoTime since{};
  link::Endpoint from;
  std::optional<identity::TokenBucket> sends, requests;  // none: no limit

  identity::TokenBucket signals{{kSignalsPerSecond, kSignalBurst}};
  uint32_t talk_number = 0;  // of its newest talk signal

  ProducerNumber next;         // see above
  ProducerNumber resend_from;  // see above; 0: none

  std::unique_ptr<WaitingSend> waiting;

  std::vector<Seat> seats;
  std::vector<std::unique_ptr<PendingJoin>> joins;  // asking the store or on the bus; before on_ready: the hello's
  uint32_t last_tag = 0;
  Birth birth = Birth::kNoJoin;
  bool ready = false;    // proven by a sealed datagram
  bool lagging = false;  // some of its seats are, see Seat::lagging_from
  bool closing = false;  // on the list of IoState::closing
  uint8_t malformed = 0;
  uint8_t pages_asked = 0;     // HistoryRequests without an answer yet
  uint8_t searches_asked = 0;  // SearchRequests, likewise

  std::string_view user() const { return ticket.user; }
  std::string_view name() const { return ticket.name; }
  Seat* seat(RoomId room);
  PendingJoin* pending(uint32_t tag);
  PendingJoin* pending(std::string_view room);
  void drop_pending(uint32_t tag);
};

}  // namespace parley::server
