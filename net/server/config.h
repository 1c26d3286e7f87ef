// SPDX-License-Identifier: Apache-2.0
// What an operator can set, with the defaults that parleyd runs on. A value, filled by tools/parleyd (flags and TOML) or by a test, and
// constant once the server is built; read by every thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/base/limits.h"
#include "core/base/time.h"
#include "core/bus/wakeup.h"
#include "core/identity/rate_limit.h"
#include "core/room/room_rules.h"

namespace parley::server {

struct ServerConfig {
  std::string host = "0.0.0.0";  // numeric address to bind; "::" takes IPv4 and IPv6
  uint16_t port = 7777;          // 0: any free one
  std::string public_host;       // in the printed address; empty: `host`, or 127.0.0.1 where that means "any"
  std::filesystem::path data_dir = "parley-data";
  size_t io_threads = 1;  // 1..kMaxIoThreads
  bus::IdleMode idle = bus::IdleMode::kBlock;
  bool fast = false;   // StoreOptions::skip_meta_sync
  bool search = true;  // keep a search index in data_dir/search, and answer searches
  uint64_t store_max_bytes = uint64_t{1} << 40;
  std::string audience = "parley";          // tickets for another one are foreign
  identity::RateLimit sends{10, 50};        // of each session; per_second 0 = no limit
  identity::RateLimit requests{20, 100};    // joins, searches and who, of each session; likewise
  size_t max_sessions = kMaxSessionsPerIo;  // of the whole server
  size_t max_rooms_per_session = kMaxRoomsPerSession;
  room::RoomRules rooms;     // how long which room's history is kept, and who sees what of it
  Millis drain_retry{2000};  // told to clients: come back after this
  Millis drain_limit{5000};  // the longest a drain waits for disk and clients
};

}  // namespace parley::server
