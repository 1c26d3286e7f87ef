// SPDX-License-Identifier: Apache-2.0
// Where a server is and which key pins it: "parley://host:port#key", the key being its X25519 public key in base64url (43 characters).
// parleyd prints it, clients are given it. An IPv6 host stands in brackets. The host is text: resolving names is the caller's. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace parley::identity {

struct Address {
  std::string host;  // name, IPv4, or IPv6 without brackets (with %scope where it has one)
  uint16_t port = 0;
  std::array<uint8_t, 32> key{};
  bool operator==(const Address&) const = default;
};

// Error: kInvalidArgument; the text says which part is wrong and how it should look.
Result<Address> parse_address(std::string_view text);
std::string to_string(const Address& address);

}  // namespace parley::identity
