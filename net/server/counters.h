// SPDX-License-Identifier: Apache-2.0
// What one I/O thread counted since its start, for parleyctl status. Plain numbers that only go up, owned by that thread; others get a copy
// by a question (io_snapshot.h). What the transport and the link count is theirs (TransportCounters).
#pragma once

#include <cstdint>

namespace parley::server {

struct IoCounters {
  uint64_t hellos_accepted = 0, hellos_refused = 0;
  uint64_t messages_in = 0;           // from clients, well-formed
  uint64_t dropped_malformed = 0;     // failed the verifier or a range check
  uint64_t skipped_unknown_kind = 0;  // newer clients
  uint64_t closed_malformed = 0;      // sessions closed for too many malformed messages
  uint64_t closed_replaced = 0, closed_expired = 0;
  uint64_t sends_accepted = 0;  // published on the bus
  uint64_t sends_repeated = 0;  // answered with the receipt they got before
  uint64_t sends_refused = 0;   // SendRefused
  uint64_t sends_skipped = 0;   // behind a number that must come again first
  uint64_t signals_accepted = 0, signals_dropped = 0,
           signal_deliveries = 0;  // dropped: no right, too many, too late, or no room on the bus
  uint64_t joins_accepted = 0, requests_refused = 0;
  uint64_t marks = 0;          // read marks published
  uint64_t records = 0;        // read from the bus
  uint64_t deliveries = 0;     // entry × local member
  uint64_t pages = 0;          // sent, catch-up and asked for
  uint64_t searches = 0;       // answered
  uint64_t search_errors = 0;  // the store or the index couldn't be read
  uint64_t page_errors = 0;    // the store couldn't read; tried again
  uint64_t lagging = 0;        // times a slow member was taken off live delivery to catch up later
};

}  // namespace parley::server
