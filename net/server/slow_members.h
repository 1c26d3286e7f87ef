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
// pages, others get another round. Looked at 20 times a second while there are any. Owned by one I/O thread.
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
  MonoTime next_deadline() const { return slow_.empty() && without_presence_.empty() ? kNever : next_look_; }

 private:
  // At most one a session that is slow, and one a member that missed presence.
  struct Slow {
    SessionId session;
    size_t turn = 0;  // seat that is looked at first
  };
  struct WithoutPresence {
    SessionId session;
    RoomId room;
    MonoTime not_before{};
  };

  void hold_back_crowded();
  void hold_back(Session& session);
  void tell_behind();
  void note_presence();
  bool follows(SessionId session) const;
  bool catch_up(Slow& slow);
  bool start_round(Session& session, Seat& seat);
  bool renew_presence(const WithoutPresence& member);

  IoState& state_;
  Pages& pages_;
  Presence& presence_;
  MonoTime next_look_{};
  std::vector<Slow> slow_;
  std::vector<WithoutPresence> without_presence_;
};

}  // namespace parley::server
