// SPDX-License-Identifier: Apache-2.0
// SIGINT, SIGTERM and SIGHUP as a descriptor to poll (signalfd), so that no handler and no global is needed; SIGPIPE is ignored, since
// writes report it. For the life of the object. Main thread, before other threads start.
#pragma once

#include <signal.h>

namespace parley::terminal {

class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  int fd() const { return fd_; }
  // True if one came since the last call. One that isn't taken would still be delivered when this goes.
  bool take();

 private:
  sigset_t before_{};
  int fd_ = -1;
};

}  // namespace parley::terminal
