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

 private:
  sigset_t before_{};
  int fd_ = -1;
};

}  // namespace parley::terminal
