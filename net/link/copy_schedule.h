// SPDX-License-Identifier: Apache-2.0
// When the copies of a small datagram leave, by the loss measured for its direction (RELIABILITY: "How a small datagram travels", 2).
// Spread in time, because losses come in bursts; the later ones are seldom sent, as the ack of an earlier one cancels them. Pure; any
// thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/base/time.h"

namespace parley::link {

inline constexpr size_t kMaxCopiedPayload = 400;  // of ENet's bytes; larger datagrams go once
inline constexpr size_t kMaxCopies = 4;           // after the first

struct CopySchedule {
  std::array<Micros, kMaxCopies> offsets{};  // from the first sending
  size_t count = 0;
  std::span<const Micros> copies() const { return std::span(offsets).first(count); }
};

// `uplink`: from client to server, where one copy more costs nothing.
CopySchedule copy_schedule(double loss, Micros rtt, bool uplink);

}  // namespace parley::link
