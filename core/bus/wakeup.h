// SPDX-License-Identifier: Apache-2.0
// How an idle agent's thread sleeps and how others wake it: an eventfd that can be waited for together with a socket (poll/epoll).
// notify() is a load when the sleeper is awake, a write(2) when it sleeps. Protocol, on the sleeper's thread: prepare_sleep(); look for
// work once more; wait or cancel_sleep(). Any thread may notify() after it made work visible.
#pragma once

#include "core/base/time.h"

namespace parley::bus {

// What an agent's runner does when do_work found nothing.
enum class IdleMode { kBlock, kSpinThenBlock, kSpin };

class Wakeup {
 public:
  Wakeup();
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  void notify();         // any thread
  void prepare_sleep();  // sleeper's thread
  void cancel_sleep();   // sleeper's thread: awake again without having waited
  // Sleeps until notify(), until `extra_fd` (or -1) is readable, or for at most `timeout` (negative: forever). Sleeper's thread, after prepare_sleep().
  void wait(int extra_fd, Micros timeout);
};

}  // namespace parley::bus
