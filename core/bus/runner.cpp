// SPDX-License-Identifier: Apache-2.0
#include "core/bus/runner.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "core/base/check.h"

namespace parley::bus {

namespace {

inline constexpr size_t kMaxThreadName = 15;             // pthread_setname_np(3): 16 with its end
inline constexpr unsigned long kTimerSlackNanos = 1000;  // prctl(2): the default of 50 µs would be added to every deadline

// Load is measured over so many paces, and is much when a pace of it is worth so many pieces of work (datagrams, records). At 1 ms that
// is 8,000 a second; a thread that wakes for each spends a third of a core on waking.
inline constexpr int kMeasuredPaces = 8;
inline constexpr int kMuchPerPace = 8;

void name_thread(const std::string& name) {
  if (!name.empty()) CHECK(::pthread_setname_np(::pthread_self(), name.c_str()) == 0, "a name of at most 15 bytes is accepted");
}

// Best effort: without it all still works.
void give_way(int nice) {
  if (nice > 0) (void)!::nice(nice);
}

// Tells the core that we spin: the other hyperthread gets its resources.
void pause_core() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

AgentRunner::AgentRunner(std::vector<Agent*> agents, Wakeup& wakeup, Clock& clock, const RunnerOptions& options)
    : agents_(std::move(agents)), wakeup_(wakeup), clock_(clock), options_(options) {
  CHECK(options_.thread_name.size() <= kMaxThreadName, "Linux takes 15 bytes");
  thread_ = std::thread([this] { run(); });
}

AgentRunner::~AgentRunner() { stop(); }

void AgentRunner::stop() {
  if (!thread_.joinable()) return;
  CHECK(thread_.get_id() != std::this_thread::get_id(), "a runner can't be stopped from inside");
  stop_.store(true, std::memory_order_release);  // to the acquire in stopping()
  wakeup_.notify();
  thread_.join();
}

// Acquire pairs with the release in stop(): the last round sees what the stopping thread did before.
bool AgentRunner::stopping() const { return stop_.load(std::memory_order_acquire); }

void AgentRunner::run() {
  name_thread(options_.thread_name);
  give_way(options_.nice);
  ::prctl(PR_SET_TIMERSLACK, kTimerSlackNanos, 0, 0, 0);  // only makes timers exact; without it all still works
  while (!stopping()) {
    if (!work()) {
      idle(worked_at_);
    } else if (busy_) {
      hold_back();
    }
  }
}

bool AgentRunner::work() {
  const Now now = clock_.now();
  worked_at_ = now.mono;
  int done = 0;
  for (Agent* agent : agents_) done += agent->do_work(now);
  if (options_.pace > Micros{0}) measure(done);
  return done > 0;
}

void AgentRunner::measure(int done) {
  measured_ += done;
  const Micros span = worked_at_ - measured_since_;
  if (span < kMeasuredPaces * options_.pace) return;
  busy_ = options_.idle == IdleMode::kBlock && measured_ * options_.pace >= kMuchPerPace * span;
  measured_ = 0;
  measured_since_ = worked_at_;
}

// Nobody needs to wake us: the next round comes soon enough.
void AgentRunner::hold_back() {
  const Micros left = worked_at_ + options_.pace - clock_.now().mono;
  if (left > Micros{0}) Wakeup::pause(left);
}

// Goes on until there was work: each round of spinning is a do_work.
void AgentRunner::idle(MonoTime since) {
  do {
    if (options_.idle == IdleMode::kBlock) return block();
    if (options_.idle == IdleMode::kSpinThenBlock && worked_at_ - since >= options_.spin) return block();
    pause_core();
  } while (!stopping() && !work());
}

// As wakeup.h says: announce, look once more, sleep.
void AgentRunner::block() {
  wakeup_.prepare_sleep();
  if (work() || stopping()) return wakeup_.cancel_sleep();
  MonoTime deadline = kNever;
  for (const Agent* agent : agents_) deadline = std::min(deadline, agent->next_deadline());
  if (deadline == kNever) return wakeup_.wait(options_.extra_fd, Micros{-1});
  if (deadline <= worked_at_) return wakeup_.cancel_sleep();
  if (deadline - worked_at_ <= options_.deaf) {
    wakeup_.cancel_sleep();
    Wakeup::pause(deadline - worked_at_);
    return;
  }
  wakeup_.wait(options_.extra_fd, deadline - worked_at_);
}

}  // namespace parley::bus
