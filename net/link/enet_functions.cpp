// SPDX-License-Identifier: Apache-2.0
// The definitions that ENet's platform layer leaves to its port (its own are unix.c and win32.c). See enet_platform.h for who gets here.
// Our sockets have handles that no kernel gives out; everything else goes to the next definition in the search order, if there is one.
#include <dlfcn.h>

#include "net/link/enet_platform.h"

namespace parley::link {
namespace {

bool is_ours(ENetSocket socket) { return socket >= kFirstVirtualSocket; }

// libenet's definition of the same name; nullptr in a build with a private copy of ENet, which has no other.
template <class Function>
Function* next_definition(Function*, const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

EnetEnvironment*& current_enet_environment() {
  static thread_local EnetEnvironment* current = nullptr;
  return current;
}

}  // namespace parley::link

using parley::link::current_enet_environment;
using parley::link::is_ours;
using parley::link::kFirstVirtualSocket;
using parley::link::next_definition;

// The body of a function that ours have no use for: hand it on, or answer `otherwise`.
#define PARLEY_NEXT(function, otherwise, ...)                      \
  static auto* const next = next_definition(&function, #function); \
  return next != nullptr ? next(__VA_ARGS__) : (otherwise)

extern "C" {
#ifdef PARLEY_PRIVATE_ENET
#pragma GCC visibility push(hidden)  // our own copy of ENet calls them; nobody else's may
#else
#pragma GCC visibility push(default)  // libenet must find them
#endif

int enet_initialize() { PARLEY_NEXT(enet_initialize, 0); }

void enet_deinitialize() {
  static auto* const next = next_definition(&enet_deinitialize, "enet_deinitialize");
  if (next != nullptr) next();
}

enet_uint32 enet_host_random_seed() {
  if (const auto* environment = current_enet_environment()) return environment->seed;
  PARLEY_NEXT(enet_host_random_seed, 0);
}

enet_uint32 enet_time_get() {
  if (const auto* environment = current_enet_environment()) return environment->now_ms;
  PARLEY_NEXT(enet_time_get, 0);
}

void enet_time_set(enet_uint32 time) {
  if (current_enet_environment() != nullptr) return;
  static auto* const next = next_definition(&enet_time_set, "enet_time_set");
  if (next != nullptr) next(time);
}

int enet_address_set_host_ip(ENetAddress* address, const char* name) { PARLEY_NEXT(enet_address_set_host_ip, -1, address, name); }
int enet_address_set_host(ENetAddress* address, const char* name) { PARLEY_NEXT(enet_address_set_host, -1, address, name); }
int enet_address_get_host_ip(const ENetAddress* address, char* name, size_t length) {
  PARLEY_NEXT(enet_address_get_host_ip, -1, address, name, length);
}
int enet_address_get_host(const ENetAddress* address, char* name, size_t length) {
  PARLEY_NEXT(enet_address_get_host, -1, address, name, length);
}

ENetSocket enet_socket_create(ENetSocketType type) {
  if (current_enet_environment() != nullptr) return kFirstVirtualSocket;  // one for all hosts: the scope knows the VirtualSocket
  PARLEY_NEXT(enet_socket_create, ENET_SOCKET_NULL, type);
}

int enet_socket_bind(ENetSocket socket, const ENetAddress* address) {
  if (is_ours(socket)) return 0;
  PARLEY_NEXT(enet_socket_bind, -1, socket, address);
}

int enet_socket_get_address(ENetSocket socket, ENetAddress* address) {
  if (is_ours(socket)) return -1;  // ENet then keeps the address it was given
  PARLEY_NEXT(enet_socket_get_address, -1, socket, address);
}

int enet_socket_listen(ENetSocket socket, int backlog) {
  if (is_ours(socket)) return -1;
  PARLEY_NEXT(enet_socket_listen, -1, socket, backlog);
}

ENetSocket enet_socket_accept(ENetSocket socket, ENetAddress* address) {
  if (is_ours(socket)) return ENET_SOCKET_NULL;
  PARLEY_NEXT(enet_socket_accept, ENET_SOCKET_NULL, socket, address);
}

int enet_socket_connect(ENetSocket socket, const ENetAddress* address) {
  if (is_ours(socket)) return -1;
  PARLEY_NEXT(enet_socket_connect, -1, socket, address);
}

// A host of ours outside of its scope is a mistake of the transport; ENet is told "nothing sent, nothing there".
int enet_socket_send(ENetSocket socket, const ENetAddress* to, const ENetBuffer* buffers, size_t count) {
  if (is_ours(socket)) {
    const auto* environment = current_enet_environment();
    return environment != nullptr ? environment->socket->send(*to, {buffers, count}) : 0;
  }
  PARLEY_NEXT(enet_socket_send, -1, socket, to, buffers, count);
}

int enet_socket_receive(ENetSocket socket, ENetAddress* from, ENetBuffer* buffers, size_t count) {
  if (is_ours(socket)) {
    const auto* environment = current_enet_environment();
    if (environment == nullptr || count == 0) return 0;
    return environment->socket->receive(*from, {static_cast<uint8_t*>(buffers->data), buffers->dataLength});
  }
  PARLEY_NEXT(enet_socket_receive, -1, socket, from, buffers, count);
}

int enet_socket_wait(ENetSocket socket, enet_uint32* condition, enet_uint32 timeout) {
  if (is_ours(socket)) {
    *condition = ENET_SOCKET_WAIT_NONE;  // never waits: waiting is decided outside
    return 0;
  }
  PARLEY_NEXT(enet_socket_wait, -1, socket, condition, timeout);
}

int enet_socket_set_option(ENetSocket socket, ENetSocketOption option, int value) {
  if (is_ours(socket)) return 0;
  PARLEY_NEXT(enet_socket_set_option, -1, socket, option, value);
}

int enet_socket_get_option(ENetSocket socket, ENetSocketOption option, int* value) {
  if (is_ours(socket)) return -1;
  PARLEY_NEXT(enet_socket_get_option, -1, socket, option, value);
}

int enet_socket_shutdown(ENetSocket socket, ENetSocketShutdown how) {
  if (is_ours(socket)) return 0;
  PARLEY_NEXT(enet_socket_shutdown, -1, socket, how);
}

void enet_socket_destroy(ENetSocket socket) {
  if (is_ours(socket)) return;
  static auto* const next = next_definition(&enet_socket_destroy, "enet_socket_destroy");
  if (next != nullptr) next(socket);
}

int enet_socketset_select(ENetSocket highest, ENetSocketSet* readable, ENetSocketSet* writable, enet_uint32 timeout) {
  PARLEY_NEXT(enet_socketset_select, -1, highest, readable, writable, timeout);
}

#pragma GCC visibility pop
}
