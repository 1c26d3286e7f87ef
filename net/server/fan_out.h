// SPDX-License-Identifier: Apache-2.0
// Reads the bus for one I/O thread: applies each record to the thread's rooms and hands it on, entries to the members on this thread.
// Consecutive entries of one room become one message; a message is encoded once and shared by all members. A join or leave ends
// the batch first, so that who joins gets exactly what comes after its head. Owned by one I/O thread.
#pragma once

#include <span>

#include "net/server/announcements.h"
#include "net/server/direct_rooms.h"
#include "net/server/io_state.h"
#include "net/server/membership.h"
#include "net/server/reading.h"
#include "net/server/sends.h"
#include "net/server/signals.h"

namespace parley::server {

// Who is told of what comes off the bus.
struct RecordSinks {
  Membership& membership;
  Sends& sends;
  DirectRooms& direct;
  Reading& reading;
  Signals& signals;
  Announcements& announcements;
};

class FanOut {
 public:
  FanOut(IoState& state, const RecordSinks& sinks) : state_(state), to_(sinks) {}

  // A bounded number of records; returns how many.
  int poll();

 private:
  void add_to_batch(const bus::Record& record, const room::Applied& applied);
  void send_batch();
  void send_to(std::span<LocalMember> members, const transport::PacketPtr& packet);

  IoState& state_;
  RecordSinks to_;
  RoomId batch_room_;  // none: no batch is open
  size_t batch_entries_ = 0;
};

}  // namespace parley::server
