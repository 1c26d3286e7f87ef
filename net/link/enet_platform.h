// SPDX-License-Identifier: Apache-2.0
// ENet's platform functions, defined by us: ENet asks enet_socket_*, enet_time_get and a few more of whoever defines them, and in this
// program or library that's enet_functions.cpp. So ENet's datagrams land in a VirtualSocket, and its time is the caller's `Now`.
//
// How ours are told from a game's own use of ENet: only while an EnetScope lives on the thread do sockets, time, seed and memory come from
// us. Everything else is passed to the next definition (libenet's). The scope is a thread_local because ENet's functions take no context.
//
// Linking: the object that holds enet_functions.cpp must stand before libenet in the symbol search order, that is: link Parley (statically,
// or libparley before -lenet) in front of ENet. If it loses, calls silently go to the real network, so check_enet_platform() must be asked
// first.
#pragma once

#include <enet/enet.h>

#include <cstdint>
#include <span>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "net/link/enet_memory.h"

namespace parley::link {

// Handles of our sockets start here; the kernel bounds descriptors far below (fs.nr_open).
inline constexpr ENetSocket kFirstVirtualSocket = 0x40000000;

// What an ENetHost made inside a scope believes to be its socket. All hosts of one environment share it.
class VirtualSocket {
 public:
  virtual ~VirtualSocket() = default;
  // Bytes sent. Below zero makes ENet give up the flush, so a datagram that can't leave is reported as sent: it's lost, as UDP may.
  virtual int send(const ENetAddress& to, std::span<const ENetBuffer> parts) = 0;
  // Bytes put into `out`; 0: nothing there; below zero: ENet ends this enet_host_service() at once, without sending (used to batch acks).
  virtual int receive(ENetAddress& from, MutableBytes out) = 0;
};

// What ENet gets on this thread while a scope lives.
struct EnetEnvironment {
  VirtualSocket* socket = nullptr;
  EnetMemory* memory = nullptr;
  uint32_t now_ms = 0;
  uint32_t seed = 0;
};

// Around each call into ENet that concerns our hosts. Scopes nest; same thread. Cost: two stores.
class EnetScope {
 public:
  explicit EnetScope(EnetEnvironment& environment);
  ~EnetScope();
  EnetScope(const EnetScope&) = delete;
  EnetScope& operator=(const EnetScope&) = delete;

 private:
  EnetEnvironment* outer_;
};

// The environment of the innermost scope on this thread, or nullptr. Defined beside ENet's functions.
EnetEnvironment*& current_enet_environment();

// Initialises ENet once per process (with our allocator hook) and proves by a host made through ENet that its calls arrive here.
// Any thread. Error: kLinkNotLinked, with a line that says how to link. A game that gives ENet an allocator of its own must build Parley
// with PARLEY_ENET_SOURCE_DIR (a private copy of ENet), since ENet has one allocator for all.
Result<void> check_enet_platform();

}  // namespace parley::link
