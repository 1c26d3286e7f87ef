// SPDX-License-Identifier: Apache-2.0
// How an idle agent's thread sleeps and how others wake it: an eventfd that can be waited for together with a socket.
// notify() is a fence and a load when the sleeper is awake, a write(2) when it sleeps. Protocol, on the sleeper's thread: prepare_sleep();
// look for work once more; wait or cancel_sleep(). Any thread may notify() after it made work visible.
//
// No wake-up is lost: the sleeper says "I sleep", fences, and then looks for work; the notifier makes work visible, fences, and then looks
// whether somebody sleeps. Of two such fences one is first, so at least one side sees the other. A notify that comes late (the sleeper woke
// for another reason meanwhile) leaves the eventfd set and costs one empty round. tests/core/bus/wakeup_model_test.cpp explores it.
#pragma once

#include <atomic>

#include "core/base/time.h"
#include "core/bus/cache_line.h"

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
  // Sleeps until notify(), until `extra_fd` (or -1) is readable, or for at most `timeout` (negative: forever). Sleeper's thread, after
  // prepare_sleep(). May also return early for no reason (a signal, a late notify): the caller looks for work anyway.
  void wait(int extra_fd, Micros timeout);
  // Sleeps for that long and hears nothing meanwhile; awake for notify(), which then costs nothing. A signal may end it early.
  static void pause(Micros time);

 private:
  alignas(kCacheLine) std::atomic<bool> asleep_ = false;
  int event_fd_;
};

}  // namespace parley::bus
