// SPDX-License-Identifier: Apache-2.0
// `parley-bench link`: what the sealed link costs on a network that loses nothing, two links in one process over a memory socket, so that
// no kernel is in it. CPU per datagram beyond the AEAD itself, bytes down beside those of a link without acks, copies and resends, the
// server's CPU per handshake (Noise and the ticket's signature), and how many garbage datagrams a core refuses in a second.
#pragma once

#include <cstdint>

#include "tools/bench/measure/report.h"

namespace parley::bench {

struct LinkCostOptions {
  int sessions = 512;       // between the two links, so that a datagram finds its session as cold as on a server
  int rounds = 400;         // of one datagram down and one small answer up on each session
  int payload_bytes = 150;  // down: a chat message of 64 bytes with its entry, envelope and ENet header
  int handshakes = 2'000;
  int garbage = 400'000;  // datagrams of each kind
  uint64_t seed = 1;
};

// False when the sessions didn't come up; the reason is on stderr.
bool run_link_cost(const LinkCostOptions& options, Report& report);

}  // namespace parley::bench
