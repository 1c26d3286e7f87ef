// SPDX-License-Identifier: Apache-2.0
// A key set from JSON: {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"2026-11","x":"…"}]} (RFC 7517, RFC 8037).
// At start only, main thread.
#pragma once

#include <string_view>

#include "core/base/error.h"
#include "core/identity/ticket.h"

namespace parley::identity {

// Keys of other types and uses are skipped, as RFC 7517 §5 asks. Error: kStoreDamaged for broken JSON, an Ed25519 key without kid or of the
// wrong length, two keys of one kid, more than kMaxTicketKeys, or a private key ("d"), which has no business on this machine.
Result<KeySet> parse_key_set(std::string_view json);

}  // namespace parley::identity
