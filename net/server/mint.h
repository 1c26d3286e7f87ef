// SPDX-License-Identifier: Apache-2.0
// Tickets by the server's own key, for a first try and for tests: what parleyctl ticket asks for, through the admin socket or, when no
// server runs, with the key files themselves. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/identity/ticket.h"

namespace parley::server {

struct TicketWish {
  std::string user, name;           // name empty: the user's
  std::vector<std::string> rooms;   // patterns
  std::vector<std::string> rights;  // "join", "send", "history", "moderate"
  std::string audience;
  Micros valid = std::chrono::hours(24);
};

// Errors: kInvalidArgument (no room, unknown right, not in the future), those of Signer::mint.
Result<std::string> mint_ticket(const identity::Signer& signer, const TicketWish& wish, WallTime now);

}  // namespace parley::server
