// SPDX-License-Identifier: Apache-2.0
// What the system calls of a UDP socket take and give, from and to Endpoint. Pure functions; for udp_socket.cpp and udp_sender.h.
// An IPv4 endpoint fits a socket of either family: an IPv6 one takes it mapped.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "net/link/endpoint.h"

namespace parley::link {

union SocketAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

// For a socket of that family; an IPv4 endpoint fits both (mapped), an IPv6 one only AF_INET6. Returns the length.
inline socklen_t to_address(const Endpoint& endpoint, int family, SocketAddress& out) {
  std::memset(&out, 0, sizeof out);
  if (family == AF_INET) {
    out.v4.sin_family = AF_INET;
    out.v4.sin_port = htons(endpoint.port);
    std::memcpy(&out.v4.sin_addr, endpoint.ip.data() + 12, 4);
    return sizeof out.v4;
  }
  out.v6.sin6_family = AF_INET6;
  out.v6.sin6_port = htons(endpoint.port);
  out.v6.sin6_scope_id = endpoint.scope;
  std::memcpy(&out.v6.sin6_addr, endpoint.ip.data(), 16);
  return sizeof out.v6;
}

inline Endpoint from_address(const SocketAddress& address) {
  Endpoint endpoint;
  if (address.any.sa_family == AF_INET) {
    endpoint.ip[10] = endpoint.ip[11] = 0xff;
    std::memcpy(endpoint.ip.data() + 12, &address.v4.sin_addr, 4);
    endpoint.port = ntohs(address.v4.sin_port);
    return endpoint;
  }
  std::memcpy(endpoint.ip.data(), &address.v6.sin6_addr, 16);
  endpoint.port = ntohs(address.v6.sin6_port);
  endpoint.scope = address.v6.sin6_scope_id;
  return endpoint;
}

}  // namespace parley::link
