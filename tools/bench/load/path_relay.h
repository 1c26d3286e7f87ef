// SPDX-License-Identifier: Apache-2.0
// A network path that can be made bad while it is in use: a process of our own between the clients and the server, which gives each
// datagram the fate that link::PathModel decides, in both directions. Each client socket gets a socket of its own towards the server, so
// addresses may change on either side. Loopback only. The object lives on the main thread; the path in its child process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>

#include "core/base/error.h"
#include "net/link/path_model.h"

namespace parley::bench {

class PathRelay {
 public:
  // Towards a server on 127.0.0.1. It ends with this object, or with this process.
  static Result<std::unique_ptr<PathRelay>> start(uint16_t server_port, uint64_t seed, int cpu);
  ~PathRelay();
  PathRelay(const PathRelay&) = delete;
  PathRelay& operator=(const PathRelay&) = delete;

  uint16_t port() const { return port_; }
  // From now on, for each direction by itself. False when the process is gone.
  bool set(const link::PathConditions& conditions) const;

 private:
  PathRelay() = default;
  pid_t pid_ = -1;
  int orders_ = -1;  // a pipe of PathConditions
  uint16_t port_ = 0;
};

}  // namespace parley::bench
