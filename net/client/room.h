// SPDX-License-Identifier: Apache-2.0
// A room that the program joined, through all reconnects until it leaves. Plain state, changed by Rooms; the outbox and the requests only
// ask whether and under which number it can be spoken to. Owned by Rooms; the address is stable.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/ids.h"
#include "core/base/time.h"
#include "net/client/room_feed.h"
#include "net/client/roster.h"
#include "net/client/unread.h"

namespace parley::client {

enum class RoomPhase : uint8_t {
  kWanted,   // offline, or its turn to ask hasn't come
  kAsked,    // in the hello, or by Join; entries may come early
  kJoined,   // has a RoomId on this connection
  kLeaving,  // Leave is under way
};

struct JoinWish {
  uint16_t last = 0;  // without `since`
  Sequence since{};
  Epoch epoch{};  // in which `since` was learned; 0: a number from elsewhere
};

struct Room {
  Room(std::string room_name, FeedSink& sink) : name(std::move(room_name)), feed(sink) {}

  bool open() const { return phase == RoomPhase::kJoined; }

  std::string name;
  RoomPhase phase = RoomPhase::kWanted;
  RoomId id;    // of this connection
  Epoch epoch;  // in which the feed's position was learned
  JoinWish wish;
  bool may_send = true;        // on this connection
  bool early = false;          // kAsked, and the server told already what the room is like
  bool leave_wanted = false;   // the program left; the room stays until its sends are durable
  bool rejoin_wanted = false;  // ... and joined again while Leave was under way
  uint32_t join_request = 0;
  uint32_t fill_request = 0;  // our question for a hole
  MonoTime not_before{};      // the next join or question
  RoomFeed feed;
  Roster roster;

  Unread unread;
  Sequence mark_wanted, mark_sent;  // what the program read, and what of it the server was told
  MonoTime mark_not_before{};
  bool info_asked = false;
};

}  // namespace parley::client
