// SPDX-License-Identifier: Apache-2.0
#include "net/client/resolve.h"

#include <netdb.h>
#include <netinet/in.h>

#include <cstring>
#include <memory>

namespace parley::client {
namespace {

struct FreeAddrinfo {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

link::Endpoint endpoint_of(const addrinfo& found, uint16_t port) {
  link::Endpoint endpoint;
  endpoint.port = port;
  if (found.ai_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, found.ai_addr, sizeof v4);
    endpoint.ip[10] = endpoint.ip[11] = 0xff;  // mapped, RFC 4291 §2.5.5.2
    std::memcpy(&endpoint.ip[12], &v4.sin_addr, 4);
  } else {
    sockaddr_in6 v6;
    std::memcpy(&v6, found.ai_addr, sizeof v6);
    std::memcpy(endpoint.ip.data(), &v6.sin6_addr, 16);
    endpoint.scope = v6.sin6_scope_id;
  }
  return endpoint;
}

}  // namespace

Result<link::Endpoint> resolve(const identity::Address& address, bool ipv4_only) {
  const bool v6 = address.host.find(':') != std::string::npos;
  const std::string port = std::to_string(address.port);
  if (auto numeric = link::parse_endpoint(v6 ? "[" + address.host + "]:" + port : address.host + ":" + port)) return *numeric;

  addrinfo wanted{};
  wanted.ai_family = ipv4_only ? AF_INET : AF_UNSPEC;
  wanted.ai_socktype = SOCK_DGRAM;
  wanted.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  const int failed = getaddrinfo(address.host.c_str(), nullptr, &wanted, &list);
  const std::unique_ptr<addrinfo, FreeAddrinfo> found(list);
  if (failed != 0) return fail(ErrorCode::kNotFound, "the server's name \"" + address.host + "\" has no address: " + gai_strerror(failed));
  return endpoint_of(*found, address.port);
}

}  // namespace parley::client
