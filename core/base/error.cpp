// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"

#include <utility>

namespace parley {
namespace {

// Each code once; the style test compares it with the enumeration and with parley.h.
constexpr std::pair<ErrorCode, const char*> kNames[] = {
    {ErrorCode::kNone, "none"},
    {ErrorCode::kInternal, "internal"},
    {ErrorCode::kInvalidArgument, "invalid_argument"},
    {ErrorCode::kMessageTooLong, "message_too_long"},
    {ErrorCode::kNotUtf8, "not_utf8"},
    {ErrorCode::kForbiddenCharacter, "forbidden_character"},
    {ErrorCode::kNameTooLong, "name_too_long"},
    {ErrorCode::kNameEmpty, "name_empty"},
    {ErrorCode::kTicketMalformed, "ticket_malformed"},
    {ErrorCode::kTicketForged, "ticket_forged"},
    {ErrorCode::kTicketExpired, "ticket_expired"},
    {ErrorCode::kTicketForeign, "ticket_foreign"},
    {ErrorCode::kNotGranted, "not_granted"},
    {ErrorCode::kNotMember, "not_member"},
    {ErrorCode::kUnknownRoom, "unknown_room"},
    {ErrorCode::kTooManyRooms, "too_many_rooms"},
    {ErrorCode::kRateLimited, "rate_limited"},
    {ErrorCode::kBusy, "busy"},
    {ErrorCode::kStorageFull, "storage_full"},
    {ErrorCode::kStorageFailed, "storage_failed"},
    {ErrorCode::kServerFull, "server_full"},
    {ErrorCode::kDraining, "draining"},
    {ErrorCode::kProtocolVersion, "protocol_version"},
    {ErrorCode::kNumberGap, "number_gap"},
    {ErrorCode::kAddressInUse, "address_in_use"},
    {ErrorCode::kPermission, "permission"},
    {ErrorCode::kStoreVersion, "store_version"},
    {ErrorCode::kStoreLocked, "store_locked"},
    {ErrorCode::kStoreDamaged, "store_damaged"},
    {ErrorCode::kNotFound, "not_found"},
    {ErrorCode::kTimeout, "timeout"},
    {ErrorCode::kOutboxFull, "outbox_full"},
    {ErrorCode::kLinkNotLinked, "link_not_linked"},
    {ErrorCode::kReplaced, "replaced"},
};

}  // namespace

const char* error_name(ErrorCode code) {
  for (const auto& [known, name] : kNames)
    if (known == code) return name;
  return "unknown";
}

}  // namespace parley
