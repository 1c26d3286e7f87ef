// SPDX-License-Identifier: Apache-2.0
// The best that any retransmission could do on a path: each hop sends a copy every millisecond until one is there. The same simulated
// network, without ENet, link or anything else of ours. Pure but for its argument's seed; any thread.
#pragma once

#include "net/link/sim_network.h"
#include "tools/bench/measure/histogram.h"

namespace parley::bench {

// Delivery times in ns of that many messages over two hops with these conditions.
Histogram loss_bound(const link::PathConditions& conditions, uint64_t messages, uint64_t seed);

}  // namespace parley::bench
