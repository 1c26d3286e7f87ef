// SPDX-License-Identifier: Apache-2.0
#include "net/link/endpoint.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace parley::link {
namespace {

constexpr std::array<uint8_t, 12> kV4Prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

template <class T>
bool parse_number(std::string_view text, T& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool parse_v4(const std::string& text, Endpoint& out) {
  std::copy(kV4Prefix.begin(), kV4Prefix.end(), out.ip.begin());
  return inet_pton(AF_INET, text.c_str(), out.ip.data() + kV4Prefix.size()) == 1;
}

bool parse_v6(std::string text, Endpoint& out) {
  if (const size_t percent = text.find('%'); percent != std::string::npos) {
    if (!parse_number(std::string_view(text).substr(percent + 1), out.scope)) return false;
    text.resize(percent);
  }
  return inet_pton(AF_INET6, text.c_str(), out.ip.data()) == 1;
}

bool parse(std::string_view text, Endpoint& out) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || !parse_number(text.substr(colon + 1), out.port)) return false;
  const std::string_view host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') return parse_v6(std::string(host.substr(1, host.size() - 2)), out);
  return parse_v4(std::string(host), out);
}

}  // namespace

bool Endpoint::is_v4() const { return std::equal(kV4Prefix.begin(), kV4Prefix.end(), ip.begin()); }

Result<Endpoint> parse_endpoint(std::string_view text) {
  Endpoint endpoint;
  if (parse(text, endpoint)) return endpoint;
  return fail(ErrorCode::kInvalidArgument, "not a numeric address with a port: write 192.0.2.1:7777 or [2001:db8::1]:7777");
}

std::string to_string(const Endpoint& endpoint) {
  char text[INET6_ADDRSTRLEN] = "";
  const std::string port = ":" + std::to_string(endpoint.port);
  if (endpoint.is_v4()) {
    inet_ntop(AF_INET, endpoint.ip.data() + kV4Prefix.size(), text, sizeof text);
    return text + port;
  }
  inet_ntop(AF_INET6, endpoint.ip.data(), text, sizeof text);
  const std::string scope = endpoint.scope != 0 ? "%" + std::to_string(endpoint.scope) : "";
  return "[" + (text + scope) + "]" + port;
}

}  // namespace parley::link
