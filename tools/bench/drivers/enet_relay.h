// SPDX-License-Identifier: Apache-2.0
// What a game gets when it takes plain ENet and writes its chat itself, as little as can be: a process that sends each reliable packet of a
// member on to all members of its room, unsealed, unstored. With ENet's own platform functions: a fork of this program, in which Parley's
// pass on whatever happens outside of an EnetScope (net/link/enet_platform.h). Main thread.
#pragma once

#include <sys/types.h>

#include <memory>

#include "core/base/error.h"

namespace parley::bench {

class EnetRelay {
 public:
  // For so many peers, at most 4095 (ENet's own bound), pinned to `cpu` (-1: anywhere). It ends with this object, or with this process.
  static Result<std::unique_ptr<EnetRelay>> start(int peers, int cpu);
  ~EnetRelay();
  EnetRelay(const EnetRelay&) = delete;
  EnetRelay& operator=(const EnetRelay&) = delete;

  pid_t pid() const { return pid_; }
  uint16_t port() const { return port_; }

 private:
  EnetRelay() = default;
  pid_t pid_ = -1;
  uint16_t port_ = 0;
};

}  // namespace parley::bench
