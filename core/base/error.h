// SPDX-License-Identifier: Apache-2.0
// What can go wrong in the world, as values: std::expected<T, Error>. Any thread.
// `text` is one line a user can act on: cause, then cure. Codes travel on the wire (schema/wire.fbs Refusal) and through the C API
// (parley.h), so a number is never reused or changed; refusal_codes_test compares all three.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace parley {

enum class ErrorCode : uint16_t {
  kNone = 0,
  kInternal = 1,
  kInvalidArgument = 2,     // a call's argument is out of its documented range
  kMessageTooLong = 3,      // above kMaxMessageBytes
  kNotUtf8 = 4,             // text isn't valid UTF-8
  kForbiddenCharacter = 5,  // a control character other than newline and tab, or one that names may not have
  kNameTooLong = 6,         // room or user name above kMaxNameBytes
  kNameEmpty = 7,
  kTicketMalformed = 8,  // not a JWT, or a field is missing
  kTicketForged = 9,     // signature doesn't verify, or its key is unknown
  kTicketExpired = 10,
  kTicketForeign = 11,  // for another audience (server)
  kNotGranted = 12,     // the ticket doesn't allow it
  kNotMember = 13,      // the session isn't in that room
  kUnknownRoom = 14,
  kTooManyRooms = 15,   // the session's or the server's bound
  kRateLimited = 16,    // retry after retry_ms
  kBusy = 17,           // a queue is full; retry after retry_ms
  kStorageFull = 18,    // the disk or the store's size limit is reached: reading goes on
  kStorageFailed = 19,  // any other error of the store
  kServerFull = 20,
  kDraining = 21,         // the server is going down; come back after retry_ms
  kProtocolVersion = 22,  // no common protocol version
  kNumberGap = 23,        // a send's number isn't the one after its producer's last
  kAddressInUse = 24,
  kPermission = 25,
  kStoreVersion = 26,  // written by another version of Parley
  kStoreLocked = 27,   // another server has it open
  kStoreDamaged = 28,
  kNotFound = 29,
  kTimeout = 30,
  kOutboxFull = 31,     // client side: too many sends wait
  kLinkNotLinked = 32,  // ENet's platform functions don't arrive in net/link, see enet_platform.h
  kReplaced = 33,       // another session of the same producer took over
};

struct Error {
  ErrorCode code = ErrorCode::kNone;
  std::string text;
};

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string text) { return std::unexpected(Error{code, std::move(text)}); }

// Stable lower-case name of a code, e.g. "message_too_long"; for JSON, logs and counters.
const char* error_name(ErrorCode code);

}  // namespace parley
