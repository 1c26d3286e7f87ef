// SPDX-License-Identifier: Apache-2.0
// An agent is one owner of mutable state with a duty cycle (the term of Aeron's agrona). A runner on its own thread, or the simulator
// in virtual time, calls do_work again and again; waiting is decided outside. All calls on the agent's thread.
#pragma once

#include "core/base/time.h"

namespace parley {

class Agent {
 public:
  virtual ~Agent() = default;
  // Does what there is to do, bounded, without blocking (the history writer's commit excepted). Returns how much it did; 0 = idle.
  virtual int do_work(Now now) = 0;
  // The next time at which do_work has something to do although nothing arrives; kNever if there is none.
  virtual MonoTime next_deadline() const { return kNever; }
};

}  // namespace parley
