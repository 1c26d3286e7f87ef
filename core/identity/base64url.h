// SPDX-License-Identifier: Apache-2.0
// base64url without padding (RFC 4648 §5), as JWT and Parley's addresses use it. Strict: padding, white space, other alphabets and unused
// bits that aren't zero are refused, so a byte string has exactly one text. Stateless; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"

namespace parley::identity {

std::string to_base64url(ByteView bytes);
std::optional<std::string> from_base64url(std::string_view text);
// Exactly out.size() bytes; false, and `out` wiped, if the text holds anything else. For keys: leaves no copy of them behind.
bool from_base64url(std::string_view text, MutableBytes out);

}  // namespace parley::identity
