// SPDX-License-Identifier: Apache-2.0
// A thread that runs agents: calls do_work on each in turn, and when none had anything to do, idles as its mode says until the next
// deadline, a notify() of the wakeup, or a readable descriptor. The one place where agents' time comes from a clock and threads wait.
//
// Under load a blocking runner waits even when there may be work (`pace`), as network cards hold back interrupts: a wake-up for every
// datagram costs more than the datagram. Then each round finds many of them, and the system calls and task switches are shared.
//
// The constructor starts the thread; stop() ends it after the round under way and joins. What the agents need outlives the runner. Between
// construction and the return of stop() the agents belong to its thread. stop() and the destructor on the constructing thread.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "core/base/agent.h"
#include "core/base/time.h"
#include "core/bus/wakeup.h"

namespace parley::bus {

struct RunnerOptions {
  std::string thread_name{};  // at most 15 bytes (Linux): what top -H and a debugger show
  int nice = 0;  // 0 to 19: how much the thread gives way, beside the rest of the process, where processors are scarce. nice(2)
  IdleMode idle = IdleMode::kBlock;
  Micros spin{50};    // kSpinThenBlock: how long it spins before it blocks
  int extra_fd = -1;  // wakes a blocked runner when readable, e.g. the agent's socket; -1: none
  // kBlock: when there is much to do, a round begins at least so long after the one before; 0: never held back. It is the most that this
  // adds to a message's way through the agent.
  Micros pace{0};
  // A deadline that is at most so far away is slept for without listening: what comes meanwhile is found then. For an agent that collects.
  Micros deaf{0};
};

class AgentRunner {
 public:
  AgentRunner(std::vector<Agent*> agents, Wakeup& wakeup, Clock& clock, const RunnerOptions& options);
  ~AgentRunner();  // stop()
  AgentRunner(const AgentRunner&) = delete;
  AgentRunner& operator=(const AgentRunner&) = delete;

  void stop();

 private:
  void run();
  bool work();  // one round; true if anything was done
  void idle(MonoTime since);
  void block();
  void measure(int done);
  void hold_back();
  bool stopping() const;

  const std::vector<Agent*> agents_;
  Wakeup& wakeup_;
  Clock& clock_;  // the runner's thread; must be safe to share when several runners do
  const RunnerOptions options_;
  // The runner's thread:
  MonoTime worked_at_{};       // the last round's time
  MonoTime measured_since_{};  // what was done since then ...
  int measured_ = 0;
  bool busy_ = false;  // ... and whether it was much, the last time
  std::atomic<bool> stop_ = false;
  std::thread thread_;  // last: runs when all above is there
};

}  // namespace parley::bus
