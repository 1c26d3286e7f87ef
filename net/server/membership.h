// SPDX-License-Identifier: Apache-2.0
// Joining and leaving. A join is a record on the bus: when it comes back, all I/O threads agree on who is in the room from which entry on,
// and the session's own thread seats it: Joined names the head, live entries follow it, the catch-up brings what came before. Also who
// replaces whom when a client reconnects before its old session is gone. Owned by one I/O thread.
//
// Replacing: of two sessions with one producer on one thread, the one that was proven later stays. Across threads the bus decides: the
// record of a session's first join is marked, and a session whose own mark came earlier (or that never joined) is closed when it sees
// another's.
#pragma once

#include <memory>

#include "core/room/names.h"
#include "net/server/io_state.h"
#include "net/server/pages.h"
#include "net/server/presence.h"

namespace parley::server {

// RecordHeader::number of a kJoin record: the session's first.
inline constexpr ProducerNumber kFirstJoin{1};

class Membership {
 public:
  Membership(IoState& state, Pages& pages, Presence& presence) : state_(state), pages_(pages), presence_(presence) {}

  static std::unique_ptr<PendingJoin> pending_of(const wire::JoinRequest& request);

  // The client proved itself: its hello's joins start, and an older session of the same producer on this thread goes.
  void on_ready(Session& session);
  void request_join(Session& session, const wire::JoinRequest& request);
  void request_leave(Session& session, RoomId room);
  // The session is gone: gives up its seats. The caller removes it from the table afterwards.
  void on_closed(Session& session);

  // The first entry that a join brings its client.
  static Sequence first_owed(const PendingJoin& join, Sequence head);
  // In an epoch before this one, so the store must say how much of it is true.
  bool learned_earlier(const PendingJoin& join) const;

  // From the bus, applied to the RoomTable already.
  void on_join(const bus::Record& record, const room::Applied& applied);
  void on_leave(const bus::Record& record);
  // The store's answer to Pages::ask_join.
  void on_store_answer(const history::PageAnswer& answer);

 private:
  void start(Session& session, std::unique_ptr<PendingJoin> join);
  void publish(Session& session, PendingJoin& join);
  void refuse(Session& session, const PendingJoin& join, const Refusal& refusal);
  void replace_older(const bus::RecordHeader& header);
  void replace(Session& session);
  void seat_own(const bus::Record& record, const room::Applied& applied);
  void seat(Session& session, const PendingJoin& join, const room::RoomState& room);
  Seat make_seat(const Session& session, const PendingJoin& join, const room::RoomState& room) const;
  void give_up_seat(Session& session, RoomId room);

  IoState& state_;
  Pages& pages_;
  Presence& presence_;
};

}  // namespace parley::server
