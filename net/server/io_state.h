// SPDX-License-Identifier: Apache-2.0
// What the parts of one I/O thread share: its sessions, its copy of the rooms and rosters, its encoder, its way to the bus and to the
// network. IoAgent owns it and hands it to the parts; everything in it belongs to that thread. IoWorld is what all I/O threads have in
// common.
#pragma once

#include <span>
#include <vector>

#include "core/bus/broadcast_ring.h"
#include "core/history/page_reader.h"
#include "core/history/writer.h"
#include "core/identity/producer_key.h"
#include "core/identity/ticket.h"
#include "core/room/room_table.h"
#include "core/room/roster.h"
#include "core/search/searcher.h"
#include "net/server/config.h"
#include "net/server/counters.h"
#include "net/server/encode.h"
#include "net/server/local_rooms.h"
#include "net/server/publisher.h"
#include "net/server/session_table.h"
#include "net/server/user_sessions.h"
#include "net/transport/transport.h"

namespace parley::server {

// Constant after the server is built, or safe to call from any thread. Outlives every IoAgent.
struct IoWorld {
  const ServerConfig& config;
  const size_t io_count;
  const identity::KeySet& ticket_keys;
  const identity::ProducerKeys& producer_keys;
  const room::Snapshot& snapshot;
  bus::BroadcastRing& ring;
  history::Writer& writer;               // durable_through(), state(), and erasures().take() with our own index only
  history::PageReader& page_reader;      // ask() and take() with our own index only
  search::Searcher* searcher = nullptr;  // likewise; null: this server has no search
};

class IoState {
 public:
  IoState(const IoWorld& shared, size_t io_index, BusReaders readers, uint64_t hash_key);
  IoState(const IoState&) = delete;
  IoState& operator=(const IoState&) = delete;

  // Queues a message for one session. False if the session is gone.
  bool post(SessionId session, uint8_t channel, ByteView message);
  // On the room's own channel, so that it keeps its order among all that concerns the room.
  bool post_to_room(SessionId session, RoomId room, ByteView message) { return post(session, transport::channel_of(room), message); }
  // The same for a message with so many entries in it.
  bool post_entries(SessionId session, RoomId room, ByteView message, size_t entries);
  void refuse_request(SessionId session, uint32_t request, const Refusal& refusal);
  // Closes it at the start of the next duty cycle: what was posted before gets one flush, and no caller has it vanish under its hands.
  void close_later(Session& session);
  // Header of a record that this thread publishes for a session.
  bus::RecordHeader header(bus::RecordKind kind, const Session& session) const;

  const IoWorld& world;
  const uint8_t io;
  transport::Transport* transport = nullptr;  // set once, before the first duty cycle
  bus::BroadcastRing::Reader& reader;
  Now now{};
  bool draining = false;

  room::RoomTable rooms;
  room::Roster roster;
  SessionTable sessions;
  LocalRooms local_rooms;
  UserSessions users;
  Encoder encode;
  Publisher bus;
  IoCounters counters;
  std::vector<SessionId> closing;
  struct OwedInfo {
    SessionId session;
    RoomId room;
    bus::BusPosition after = 0;  // once the store has all before this, a mark of a moment ago among it
  };
  std::vector<OwedInfo> info_owed;  // RoomInfo, see reading.h
  // Notes of this cycle for SlowMembers, bounded by its deliveries: who got an entry though too much waits for it; whom one was left out
  // for, for the first time; who missed a presence change, likewise.
  std::vector<SessionId> crowded;
  std::vector<std::pair<SessionId, RoomId>> left_out;
  struct OwedList {
    SessionId session;
    RoomId room;
    MonoTime not_before{};
  };
  std::vector<OwedList> lists_owed;
};

}  // namespace parley::server
