// SPDX-License-Identifier: Apache-2.0
#include "core/identity/address.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>

#include "core/identity/base64url.h"

namespace parley::identity {
namespace {

constexpr std::string_view kScheme = "parley://";
constexpr size_t kMaxHost = 253;  // RFC 1035 §2.3.4, without the dot at the end

std::unexpected<Error> wrong(std::string_view why) {
  return fail(ErrorCode::kInvalidArgument,
              "the server's address " + std::string(why) + ": it looks like parley://host:port#key, take the line that parleyd prints");
}

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > kMaxHost || host.front() == '-') return false;
  return std::all_of(host.begin(), host.end(), [](char c) { return is_alphanumeric(c) || c == '.' || c == '-' || c == '_'; });
}

// Its shape only: inet_pton decides when it is used.
bool is_ipv6_shape(std::string_view host) {
  const std::string_view digits = host.substr(0, host.find('%'));
  const std::string_view scope = host.substr(std::min(host.size(), digits.size() + 1));
  if (digits.size() != host.size() && !is_host_name(scope)) return false;
  if (digits.size() > 45 || std::count(digits.begin(), digits.end(), ':') < 2) return false;
  return digits.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

// With such a point every agreement comes out as zero, so no server has one; a client would call for ever without an answer.
bool is_low_order(const std::array<uint8_t, 32>& key) {
  constexpr std::array<uint8_t, 32> kAnyScalar{1};
  std::array<uint8_t, 32> agreed;
  return crypto_scalarmult(agreed.data(), kAnyScalar.data(), key.data()) != 0;
}

Result<uint16_t> parse_port(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return wrong("has no port between 1 and 65535");
  return port;
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
  if (!text.starts_with(kScheme)) return wrong("doesn't begin with parley://");
  text.remove_prefix(kScheme.size());
  const size_t hash = text.find('#');
  if (hash == std::string_view::npos) return wrong("has no #key, which proves that it is your server that answers");
  Address out;
  if (!from_base64url(text.substr(hash + 1), out.key)) return wrong("has a key that isn't 43 characters of base64url");
  if (is_low_order(out.key)) return wrong("has a key that no server can have (a point of low order)");
  const std::string_view place = text.substr(0, hash);
  const size_t colon = place.rfind(':');
  if (colon == std::string_view::npos || place.ends_with(']')) return wrong("has no port");
  auto port = parse_port(place.substr(colon + 1));
  if (!port) return std::unexpected(port.error());
  out.port = *port;
  std::string_view host = place.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (bracketed ? !is_ipv6_shape(host) : !is_host_name(host)) return wrong("has no usable host (an IPv6 host stands in [brackets])");
  out.host = host;
  return out;
}

std::string to_string(const Address& address) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  const std::string host = ipv6 ? "[" + address.host + "]" : address.host;
  return std::string(kScheme) + host + ":" + std::to_string(address.port) + "#" + to_base64url(address.key);
}

}  // namespace parley::identity
