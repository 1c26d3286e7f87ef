// SPDX-License-Identifier: Apache-2.0
// What a client's rooms are like, told right behind the answer to its hello, before it has proven itself: so the first messages are there
// after one round trip. The hello may be somebody's replay, so nothing here changes anything: no seat, no record, nothing in a roster; it
// reads the store, one page a room, and sends what the client alone can read and what fits (transport.h, send_early()). The join itself
// starts with the proof, as if this hadn't been, and its catch-up goes on behind what was shown: what comes early is the beginning of what
// comes anyway, so nothing is doubled or left out when the proof is late or never comes.
//
// Left to the proof: rooms that aren't there yet, that show only a part of their history to this user, or of which he learned in an earlier
// epoch (the store must be asked how much of that is true), and whatever is refused. Bounds: kMaxRoomsInHello pages of a session,
// kMaxEarlyPages at the reader. Owned by one I/O thread.
#pragma once

#include <vector>

#include "net/server/membership.h"

namespace parley::server {

class EarlyJoins {
 public:
  EarlyJoins(IoState& state, const Membership& membership) : state_(state), membership_(membership) {}

  // It wants its rooms early; they stand in its joins.
  void on_hello(const Session& session) { greeted_.push_back(session.id); }
  // Once the answers of this cycle are out. Returns how many rooms were looked at.
  int run();
  void on_answer(const history::PageAnswer& answer);

 private:
  Session* unproven(SessionId id);
  bool may_show(const Session& session, const PendingJoin& join) const;
  void start(Session& session, PendingJoin& join);
  bool ask(Session& session, PendingJoin& join, const room::RoomState& room);
  bool show_room(const Session& session, PendingJoin& join);
  void show_page(const Session& session, PendingJoin& join, const history::Page& page);

  IoState& state_;
  const Membership& membership_;
  std::vector<SessionId> greeted_;  // in this cycle
  size_t asked_ = 0;                // pages, without an answer yet
};

}  // namespace parley::server
