// SPDX-License-Identifier: Apache-2.0
// Members whose network doesn't take what their rooms say. The bound is on what waits for a session beyond what it has under way
// (kMaxWaitingBytes, kMaxWaitingEntries), so a far but fast reader isn't slow; and on how long its oldest message isn't acknowledged
// (kMaxWaiting), so one that stopped reading is. It costs the server a bounded queue, isn't thrown out, and in the end misses nothing.
//
//   a quarter of the bound: no signals                       (signals.cpp)
//   a half: no presence changes; the whole list when it follows again       (presence.cpp, here)
//   the whole: no live entries, in any of its rooms. When one is left out, the room's Behind says after which it was (fan_out.cpp, here).
//
// Catching up is driven from here, not by the client: the server knows the queue, no page costs a round trip, and a client needn't know of
// it. When its queue is short, pages bring what it missed, one room after the other; a room whose rest is short goes live with its last
// pages, others get another round. Looked at 20 times a second while there are any.
// Whole lists of who is there are handed out here too, in turns (README.md). Owned by one I/O thread.
#pragma once

#include <vector>

#include "net/server/io_state.h"
#include "net/server/pages.h"
#include "net/server/presence.h"

namespace parley::server {

class SlowMembers {
 public:
  SlowMembers(IoState& state, Pages& pages, Presence& presence) : state_(state), pages_(pages), presence_(presence) {}

  int run();
  MonoTime next_deadline() const;

 private:
  // At most one a session that is slow.
  struct Slow {
    SessionId session;
    size_t turn = 0;  // seat that is looked at first
  };

  void hold_back_crowded();
  void hold_back(Session& session);
  void tell_behind();
  bool follows(SessionId session) const;
  bool catch_up(Slow& slow);
  bool start_round(Session& session, Seat& seat);
  int hand_out_lists();
  int hand_out(std::span<const IoState::OwedList> of_one_room, size_t& left);
  LocalMember* member_of(const IoState::OwedList& list);
  bool may_have(const IoState::OwedList& list);

  IoState& state_;
  Pages& pages_;
  Presence& presence_;
  MonoTime next_look_{}, next_lists_{};
  std::vector<Slow> slow_;
  std::vector<IoState::OwedList> turn_, postponed_;  // scratch
  std::vector<SessionId> receivers_;                 // likewise
};

}  // namespace parley::server
