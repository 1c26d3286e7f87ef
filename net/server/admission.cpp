// SPDX-License-Identifier: Apache-2.0
#include "net/server/admission.h"

#include <algorithm>

#include "core/base/text.h"
#include "net/server/decode.h"

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

struct Rules {
  const identity::KeySet& keys;
  const std::string& audience;
  WallTime wall;
};

Result<Admitted> admit(const wire::Hello& hello, const std::array<uint8_t, 32>& device_key, const Rules& rules) {
  const uint16_t protocol = std::min(hello.protocol_max(), kProtocolVersionMax);
  if (protocol < std::max(hello.protocol_min(), kProtocolVersionMin)) {
    return fail(ErrorCode::kProtocolVersion, "client and server have no protocol version in common (the server speaks " +
                                                 std::to_string(kProtocolVersionMin) + " to " + std::to_string(kProtocolVersionMax) +
                                                 "); update the older of the two");
  }
  auto ticket = identity::verify_ticket(hello.ticket()->string_view(), rules.keys, rules.audience, rules.wall);
  if (!ticket) return std::unexpected(std::move(ticket.error()));
  if (ticket->device_key && *ticket->device_key != device_key) {
    return fail(ErrorCode::kTicketForged, "the ticket belongs to another device; ask for one for this device");
  }
  if (auto valid = validate_name(ticket->user, "user name"); !valid) return std::unexpected(std::move(valid.error()));
  if (auto valid = validate_display_name(ticket->name); !valid) return std::unexpected(std::move(valid.error()));
  return Admitted{protocol, std::move(*ticket)};
}

}  // namespace

std::unique_ptr<link::RequestVerdict> HelloJudge::judge(const link::OpenedRequest& request, WallTime wall) {
  auto verdict = std::make_unique<HelloVerdict>();
  const wire::Hello* const hello = decode_hello(request.application);
  verdict->understood = hello != nullptr;
  if (hello != nullptr) verdict->admitted = admit(*hello, request.device_key, {keys_, audience_, wall});
  return verdict;
}

}  // namespace parley::server
