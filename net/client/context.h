// SPDX-License-Identifier: Apache-2.0
// What all sessions of a Client share: the transport, the event queue, the encoder, the time of the poll in progress. Owned by the Client,
// used on its thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/base/time.h"
#include "net/client/encode.h"
#include "net/client/event_queue.h"
#include "net/transport/transport.h"

namespace parley::client {

// What the network brought and the client didn't use.
struct Counters {
  uint64_t malformed = 0;         // didn't verify, or a string wasn't UTF-8
  uint64_t unknown_kinds = 0;     // message or content of a kind this version doesn't know
  uint64_t unexpected = 0;        // for a room, request or number that isn't open
  uint64_t repeated_entries = 0;  // delivered before
  uint64_t holes = 0;             // live entries that didn't follow the one before
  uint64_t held_dropped = 0;      // live entries that came during a catch-up and didn't fit; they are asked for afterwards
  uint64_t signals_dropped = 0;   // somebody began to type or talk, and kMaxTrackedSignals others do
};

struct Context {
  transport::ClientTransport* transport = nullptr;  // null when it couldn't be made
  Random* random = nullptr;
  EventQueue events;
  Encoder encoder;
  Counters counters;
  std::string agent;
  std::vector<uint64_t> scratch;  // decode_entry's
  Content said;                   // the one being sent: the next one has its memory
  Now now{};                      // of the poll in progress, or of the last one
  MonoTime wake_at{};             // when some session's timer is due; the first poll starts what waits

  void wake(MonoTime at) { wake_at = std::min(wake_at, at); }
};

}  // namespace parley::client
