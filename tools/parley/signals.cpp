// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <initializer_list>

#include "core/base/check.h"

namespace parley::terminal {

Signals::Signals() {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t mask;
  sigemptyset(&mask);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&mask, number);
  CHECK(::sigprocmask(SIG_BLOCK, &mask, &before_) == 0, "the mask is valid");
  fd_ = ::signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
  CHECK(fd_ >= 0, "a fresh process has a descriptor to spare");
}

bool Signals::take() {
  bool any = false;
  for (signalfd_siginfo what; ::read(fd_, &what, sizeof what) == sizeof what;) any = true;
  return any;
}

Signals::~Signals() {
  take();
  ::close(fd_);
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace parley::terminal
