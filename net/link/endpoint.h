// SPDX-License-Identifier: Apache-2.0
// An address on the network: IPv6, or IPv4 mapped into it (RFC 4291 §2.5.5.2), and a port. A value; any thread.
// What DatagramSocket says of who sent a datagram and is told of where one goes; never part of a session's identity.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace parley::link {

struct Endpoint {
  std::array<uint8_t, 16> ip{};
  uint16_t port = 0;
  uint32_t scope = 0;  // IPv6 link-local only
  auto operator<=>(const Endpoint&) const = default;
  bool is_v4() const;  // an IPv4 address in its mapped form
};

// "1.2.3.4:7777", "[::1]:7777", "[fe80::1%2]:7777" (scope as a number). Numeric only; no look-up. Error: kInvalidArgument.
Result<Endpoint> parse_endpoint(std::string_view text);
std::string to_string(const Endpoint& endpoint);

}  // namespace parley::link
