// SPDX-License-Identifier: Apache-2.0
// The ENet hosts of one transport: made when the others are full, kept once empty as long as there is only one such, else freed. Gives
// every call into ENet its environment (time, memory, socket). Owned by the transport's thread; it goes after all packets.
#pragma once

#include <memory>
#include <vector>

#include "core/base/random.h"
#include "net/link/enet_memory.h"
#include "net/transport/enet_host.h"

namespace parley::transport {

class HostPool {
 public:
  HostPool(size_t peers_per_host, link::Link& link, Random& random, BorderTrace* trace = nullptr);
  ~HostPool();
  HostPool(const HostPool&) = delete;
  HostPool& operator=(const HostPool&) = delete;

  // Has ready what ENet needs for a message to so many sessions at once and their acknowledgements.
  void prepare(size_t sessions);
  // Before anything else in a duty cycle.
  void set_now(Now now);
  Now now() const { return wire_.now(); }
  uint32_t enet_now() const { return environment_.now_ms; }
  // Around calls of EnetHost and ENet.
  link::EnetScope scope() { return link::EnetScope(environment_); }

  // One with a free peer; nullptr when there is no memory. In a scope.
  EnetHost* with_room();
  // Ends the session that has this peer. In a scope.
  void release(EnetHost& host, ENetPeer& peer);
  // Frees empty hosts but one, if any session ended since. Not while a call into one of them is on the stack.
  void trim();

  size_t hosts() const { return hosts_.size(); }
  const link::EnetMemory::Counters& memory() const { return memory_.counters(); }

 private:
  const size_t peers_per_host_;
  Random& random_;
  EnetWire wire_;
  link::EnetMemory memory_;
  link::EnetEnvironment environment_;
  std::vector<std::unique_ptr<EnetHost>> hosts_;
  bool some_released_ = false;
};

}  // namespace parley::transport
