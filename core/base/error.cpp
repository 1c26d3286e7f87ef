// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"

namespace parley {

const char* error_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNone:
      return "none";
    case ErrorCode::kInternal:
      return "internal";
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kMessageTooLong:
      return "message_too_long";
    case ErrorCode::kNotUtf8:
      return "not_utf8";
    case ErrorCode::kForbiddenCharacter:
      return "forbidden_character";
    case ErrorCode::kNameTooLong:
      return "name_too_long";
    case ErrorCode::kNameEmpty:
      return "name_empty";
    case ErrorCode::kTicketMalformed:
      return "ticket_malformed";
    case ErrorCode::kTicketForged:
      return "ticket_forged";
    case ErrorCode::kTicketExpired:
      return "ticket_expired";
    case ErrorCode::kTicketForeign:
      return "ticket_foreign";
    case ErrorCode::kNotGranted:
      return "not_granted";
    case ErrorCode::kNotMember:
      return "not_member";
    case ErrorCode::kUnknownRoom:
      return "unknown_room";
    case ErrorCode::kTooManyRooms:
      return "too_many_rooms";
    case ErrorCode::kRateLimited:
      return "rate_limited";
    case ErrorCode::kBusy:
      return "busy";
    case ErrorCode::kStorageFull:
      return "storage_full";
    case ErrorCode::kStorageFailed:
      return "storage_failed";
    case ErrorCode::kServerFull:
      return "server_full";
    case ErrorCode::kDraining:
      return "draining";
    case ErrorCode::kProtocolVersion:
      return "protocol_version";
    case ErrorCode::kNumberGap:
      return "number_gap";
    case ErrorCode::kAddressInUse:
      return "address_in_use";
    case ErrorCode::kPermission:
      return "permission";
    case ErrorCode::kStoreVersion:
      return "store_version";
    case ErrorCode::kStoreLocked:
      return "store_locked";
    case ErrorCode::kStoreDamaged:
      return "store_damaged";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kTimeout:
      return "timeout";
    case ErrorCode::kOutboxFull:
      return "outbox_full";
    case ErrorCode::kLinkNotLinked:
      return "link_not_linked";
    case ErrorCode::kReplaced:
      return "replaced";
  }
  return "unknown";
}

}  // namespace parley
