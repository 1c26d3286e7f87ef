// SPDX-License-Identifier: Apache-2.0
// History for sessions: the pages that a client asked for, and the catch-up that follows each join, which the server drives page by page up
// to the head that Joined named. Reading happens on the page reader's thread; here are only questions and answers. Owned by one I/O thread.
//
// A catch-up waits until the store holds all up to its head (the durable watermark), at most a commit. When the storage is full or failed
// it doesn't wait: what is stored is sent at once and the rest when the storage works again, so joining and reading go on with a full disk.
//
// Bounds: one catch-up a seat; kMaxPagesAsked page requests a session (more: busy); kMaxPendingPages questions at the reader (a full queue:
// a catch-up tries again in the next cycle, a client's request is refused, busy); a session with kCatchUpQueueBytes unacknowledged gets its
// next page when that has gone down, a slow one
// (slow_members.h) shorter pages with kSlowCatchUpBytes.
#pragma once

#include <vector>

#include "net/server/fifo.h"
#include "net/server/io_state.h"

namespace parley::server {

inline constexpr uint8_t kMaxPagesAsked = 4;
inline constexpr uint32_t kCatchUpQueueBytes = 96 * 1024;

// What a member is still owed: entries [next, up_to] of a room. next > up_to: nothing, only the page that says so.
struct CatchUp {
  SessionId session;
  RoomId room;
  uint32_t tag = 0;  // Seat::tag
  Sequence next, up_to;
  Sequence gap_from;                           // [gap_from, next) will never come ...
  GapReason gap_reason = GapReason::kUnknown;  // ... for this reason
  bus::BusPosition after = 0;                  // the store has all of it once everything before this is durable
  MonoTime not_before{};                       // after a read error
  bool another_follows = false;                // of a slow member, which isn't live after it: the last page isn't called complete
  bool tried = false;                          // got what the store has; now it needs `after`
};

class Pages {
 public:
  explicit Pages(IoState& state) : state_(state) {}

  void start(CatchUp catch_up);
  // Asks the store what it knows of who joins: how much of what his client learned in an earlier epoch is true, and since when he is in
  // the room. False: busy.
  bool ask_join(const Session& session, const PendingJoin& join, RoomId room);
  void request(Session& session, const wire::HistoryRequest& request);
  void on_answer(const history::PageAnswer& answer);
  // Asks what may be asked now; returns how many questions that were.
  int run();
  MonoTime next_deadline() const;

 private:
  bool may_ask(const CatchUp& catch_up) const;
  bool ask(const CatchUp& catch_up);
  void park(CatchUp catch_up);
  void on_catch_up_answer(const history::PageAnswer& answer);
  bool is_lagging(SessionId session) const;
  Seat* seat_of(const CatchUp& catch_up);
  void send_complete(const CatchUp& catch_up);
  void send_gap(CatchUp& catch_up, bool complete);
  void send_page(const history::PageAnswer& answer, const Seat& seat);

  IoState& state_;
  Fifo<CatchUp> new_;            // in the order of `after`, so the front is ready first
  std::vector<CatchUp> parked_;  // waiting for something else than their turn
  size_t scan_from_ = 0;         // a duty cycle looks at a bounded part of parked_
};

}  // namespace parley::server
