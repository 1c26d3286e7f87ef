// SPDX-License-Identifier: Apache-2.0
// The JSON inside of a ticket, both ways. parse_header sees bytes that nobody vouched for; parse_claims only what a known key signed, and
// checks it all the same, since a backend may be wrong. Internal to core/identity. Stateless; any thread.
//
//   header  {"alg":"EdDSA","kid":KEY}
//   claims  {"sub":USER, "name":DISPLAY, "iat":SECONDS, "nbf":SECONDS, "exp":SECONDS, "aud":SERVER or [SERVER,…],
//            "grants":[{"room":PATTERN,"can":["join","send","history","moderate"]},…], "cnf":{"x25519":DEVICE KEY}}
//   name, iat, nbf and cnf may be missing. Unknown members are skipped; so are unknown words in "can", which grant nothing here. But a
//   "cnf" that we can't read is an error: a ticket bound to something must not pass as unbound.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/time.h"
#include "core/identity/ticket.h"

namespace parley::identity {

struct Claims {
  Ticket ticket;                       // but for `audience`
  std::vector<std::string> audiences;  // aud
  WallTime not_before{};               // nbf
};

// The kid of a header that asks for EdDSA. Errors: kTicketMalformed, kTicketForged (any other alg).
Result<std::string> parse_header(std::string_view json);
std::string header_json(std::string_view key_id);

// Error: kTicketMalformed.
Result<Claims> parse_claims(std::string_view json);
std::string claims_json(const Ticket& ticket, WallTime issued);

// What parse_claims accepts as user, display name and grants. Errors: as validate_name; kInvalidArgument.
Result<void> validate_ticket(const Ticket& ticket);

}  // namespace parley::identity
