// SPDX-License-Identifier: Apache-2.0
// Who comes in: a hello's protocol versions and ticket against what this server speaks and whom it trusts. Costs an Ed25519 verification,
// about 0.1 ms. Decides only; on the I/O thread.
#pragma once

#include "net/server/io_state.h"

namespace parley::server {

struct Admitted {
  uint16_t protocol = 0;
  identity::Ticket ticket;
};

struct AdmissionFacts {
  const wire::Hello& hello;
  const std::array<uint8_t, 32>& device_key;  // proven by the handshake
  WallTime wall{};
};

// Refusals: kProtocolVersion; kTicketMalformed, -Forged, -Expired, -Foreign; a bad user name's codes.
Result<Admitted> admit(const IoWorld& world, const AdmissionFacts& facts);

}  // namespace parley::server
