// SPDX-License-Identifier: Apache-2.0
// Typing, talk state and map pings of a session, both ways. Out: what the program says at each key press goes out once in kTypingRepeat;
// talk goes out at each change and again while it is on. In: others' typing and talk as a state that begins and ends with one event each,
// by what they say, by time, or because they wrote, left, or the connection went. Nothing is queued: what can't go out now is dropped, but
// talk, which is a state and goes out when the room is open, and what is said in a room between its being told early and its opening (a
// round trip): the program was told that it is there.
//
// Bound: kMaxTrackedSignals states of others; what doesn't fit is dropped and counted. Owned by its session.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/client/context.h"
#include "net/client/room.h"
#include "net/client/session_events.h"
#include "net/client/uplink.h"
#include "wire_generated.h"

namespace parley::client {

class Signals {
 public:
  Signals(Context& context, Uplink& uplink, SessionEvents& events) : context_(context), uplink_(uplink), events_(events) {}

  // The program's calls; see parley.h.
  void typing(Room& room);
  void talk(Room& room, bool on);
  void ping(Room& room, const MapPing& ping);

  // An own message left: the next key press is news again.
  void on_sent(const Room& room);
  // A room that was told early is open.
  void on_open(Room& room);
  void on_offline();
  void do_timers();
  void drop_room(const Room& room);

  void on_signals(Room& room, const wire::Signals& signals);
  // An entry of this user, live.
  void on_entry(const Room& room, std::string_view user, Sequence sequence);
  void on_member_left(const Room& room, std::string_view user);

 private:
  // What we say in a room.
  struct Own {
    Room* room = nullptr;
    MonoTime typing_not_before{};
    MonoTime talk_repeat = kNever;  // never: doesn't talk
    bool typed_early = false;
    std::optional<MapPing> pinged_early;  // the newest
  };
  // What somebody else does there. One that is off stays until `ends`, so that what comes late finds that it is.
  struct Other {
    Room* room = nullptr;
    wire::SignalKind kind = wire::SignalKind::Typing;
    std::string user, name;
    bool on = false;
    uint64_t order = 0;  // of the newest signal
    Sequence wrote;      // the user's last entry since
    MonoTime ends{};
  };

  Own& own(Room& room);
  bool can_send(const Room& room) const { return room.open() && room.may_send && uplink_.online(); }
  void send_talk(Own& own, bool on);
  void on_state(Room& room, const wire::UserSignal& signal, std::string_view user, std::string_view name);
  Other* other(const Room& room, wire::SignalKind kind, std::string_view user);
  void tell(Other& other, bool on);
  template <class Match>
  void end_where(Match match);

  Context& context_;
  Uplink& uplink_;
  SessionEvents& events_;
  std::vector<Own> own_;  // at most one a room
  std::vector<Other> others_;
  uint32_t number_ = 0;
};

}  // namespace parley::client
