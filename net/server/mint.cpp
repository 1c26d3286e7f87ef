// SPDX-License-Identifier: Apache-2.0
#include "net/server/mint.h"

#include "core/base/text.h"

namespace parley::server {
namespace {

Result<uint8_t> rights_of(const std::vector<std::string>& words) {
  uint8_t rights = 0;
  for (const std::string& word : words) {
    if (word == "join") {
      rights |= static_cast<uint8_t>(identity::Right::kJoin);
    } else if (word == "send") {
      rights |= static_cast<uint8_t>(identity::Right::kSend);
    } else if (word == "history") {
      rights |= static_cast<uint8_t>(identity::Right::kHistory);
    } else if (word == "moderate") {
      rights |= static_cast<uint8_t>(identity::Right::kModerate);
    } else {
      return fail(ErrorCode::kInvalidArgument, "there is no right \"" + printable(word) + "\"; use join, send, history or moderate");
    }
  }
  return rights;
}

}  // namespace

Result<std::string> mint_ticket(const identity::Signer& signer, const TicketWish& wish, WallTime now) {
  const auto rights = rights_of(wish.rights);
  if (!rights) return std::unexpected(rights.error());
  if (wish.rooms.empty())
    return fail(ErrorCode::kInvalidArgument, "a ticket is for at least one room; name it, or a pattern like 'team-*'");
  if (wish.valid <= Micros(0)) return fail(ErrorCode::kInvalidArgument, "a ticket must be valid for some time, e.g. 24h");
  identity::Ticket ticket;
  ticket.user = wish.user;
  ticket.name = wish.name.empty() ? wish.user : wish.name;
  ticket.audience = wish.audience;
  ticket.expires = now + wish.valid;
  for (const std::string& pattern : wish.rooms) ticket.grants.push_back({pattern, *rights});
  return signer.mint(ticket, now);
}

}  // namespace parley::server
