// SPDX-License-Identifier: Apache-2.0
// The payload of Join and Leave records on the bus: three short strings, each a length byte and its bytes. In-process only, never stored
// or sent, so no schema. Stateless; any thread.
#pragma once

#include <string_view>

#include "core/base/bytes.h"
#include "core/base/limits.h"

namespace parley::room {

struct Names {
  std::string_view room;  // empty in a Leave
  std::string_view user;
  std::string_view name;  // display name
};

inline constexpr size_t kMaxNamesBytes = 3 * (1 + kMaxNameBytes);
static_assert(kMaxNameBytes <= 255, "a length is one byte");

// Writes into `out` (≥ kMaxNamesBytes) and returns the used part. Each string is at most kMaxNameBytes long.
ByteView encode_names(const Names& names, MutableBytes out);
// The views point into `payload`, which encode_names() made (CHECKed).
Names decode_names(ByteView payload);

}  // namespace parley::room
