// SPDX-License-Identifier: Apache-2.0
#include "net/server/admission.h"

#include <algorithm>

#include "core/base/text.h"

namespace parley::server {
namespace {

// Shown to others and printed, but not an identity: unlike user names it may have spaces.
Result<void> validate_display_name(std::string_view name) {
  if (name.size() > kMaxNameBytes) {
    return fail(ErrorCode::kNameTooLong, "the ticket's display name is over " + std::to_string(kMaxNameBytes) + " bytes; shorten it");
  }
  if (auto valid = validate_message(name); !valid) return valid;
  if (name.find_first_of("\n\t") != std::string_view::npos) {
    return fail(ErrorCode::kForbiddenCharacter, "the ticket's display name has a line break or a tab; leave them out");
  }
  return {};
}

}  // namespace

Result<Admitted> admit(const IoWorld& world, const AdmissionFacts& facts) {
  const uint16_t protocol = std::min(facts.hello.protocol_max(), kProtocolVersionMax);
  if (protocol < std::max(facts.hello.protocol_min(), kProtocolVersionMin)) {
    return fail(ErrorCode::kProtocolVersion, "client and server have no protocol version in common (the server speaks " +
                                                 std::to_string(kProtocolVersionMin) + " to " + std::to_string(kProtocolVersionMax) +
                                                 "); update the older of the two");
  }
  auto ticket = identity::verify_ticket(facts.hello.ticket()->string_view(), world.ticket_keys, world.config.audience, facts.wall);
  if (!ticket) return std::unexpected(std::move(ticket.error()));
  if (ticket->device_key && *ticket->device_key != facts.device_key) {
    return fail(ErrorCode::kTicketForged, "the ticket belongs to another device; ask for one for this device");
  }
  if (auto valid = validate_name(ticket->user, "user name"); !valid) return std::unexpected(std::move(valid.error()));
  if (auto valid = validate_display_name(ticket->name); !valid) return std::unexpected(std::move(valid.error()));
  return Admitted{protocol, std::move(*ticket)};
}

}  // namespace parley::server
