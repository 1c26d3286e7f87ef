// SPDX-License-Identifier: Apache-2.0
// Questions of the main thread to an I/O thread and its answers, through two SPSC queues: nobody reads a foreign thread's state.
// Values; moved from thread to thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/time.h"
#include "net/server/counters.h"
#include "net/transport/transport.h"

namespace parley::server {

enum class IoQuestion : uint8_t {
  kCounters,  // counters only
  kSessions,
  kRooms,  // all rooms of the server, with the members on all threads
  kDrain,  // answered when all sessions of the thread are closed
};

struct SessionRow {
  std::string user, name, from;
  uint64_t producer = 0;
  std::vector<std::string> rooms;
  MonoTime since{}, expires = kNever;
  transport::SessionStats stats;
};

struct RoomRow {
  uint64_t id = 0;
  std::string name;
  uint64_t head = 0;
  uint64_t members = 0;  // users, over all I/O threads
};

struct IoSnapshot {
  IoQuestion question = IoQuestion::kCounters;
  size_t io = 0;
  IoCounters counters;
  transport::TransportCounters transport;
  std::vector<SessionRow> sessions;
  std::vector<RoomRow> rooms;
  uint64_t room_count = 0;
};

}  // namespace parley::server
