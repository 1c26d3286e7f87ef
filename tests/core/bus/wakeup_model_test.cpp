// SPDX-License-Identifier: Apache-2.0
// The protocol of Wakeup over all interleavings of one sleeper and two notifiers that make work twice each. Every thread has a store
// buffer: its stores reach the others some time later, in order, unless a fence (or an atomic exchange, or a system call) empties the
// buffer first. That is x86, and it is what makes the fences necessary. A lost wake-up is a state from which the work is never taken. Then
// the same with flaws put in, to see that the search would have found them.
#include <gtest/gtest.h>

#include <array>

#include "tests/core/bus/explorer.h"

namespace parley::bus {
namespace {

enum class WakeupFlaw { kNone, kNoFenceBeforeLooking, kNoFenceBeforeNotify, kNoSecondLook, kEmptiesBeforeWaiting };

class WakeupModel {
 public:
  static constexpr uint8_t kNotifiers = 2, kWorks = 2, kSleeper = kNotifiers;

  enum SleeperStep : uint8_t { kLook, kPrepare, kFence, kLookAgain, kEmptyEarly, kWait, kWoken, kEmpty };
  enum NotifierStep : uint8_t { kMakeWork, kNotifyFence, kLoad, kExchange, kWrite, kFinished };

  struct Thread {
    uint8_t step = 0;
    uint8_t made = 0;                 // works of this notifier
    uint8_t buffered = 0;             // stores that others don't see yet ...
    std::array<uint8_t, 3> buffer{};  // ... oldest first: the sleeper's to `asleep`, a notifier's to its own work count
  };
  struct State {
    std::array<Thread, kNotifiers + 1> threads;
    std::array<uint8_t, kNotifiers> work{};   // as memory has it
    std::array<uint8_t, kNotifiers> taken{};  // by the sleeper
    uint8_t asleep = 0;
    uint8_t event = 0;
    uint8_t other_wakes = 1;  // a timeout or the socket ends a wait this often
  };

  explicit WakeupModel(WakeupFlaw flaw) : flaw_(flaw) {}

  State initial() const { return {}; }
  const char* violation(const State&) const { return nullptr; }
  bool done(const State& state) const { return state.taken == std::array<uint8_t, kNotifiers>{kWorks, kWorks}; }

  template <class Emit>
  void successors(const State& state, Emit emit) const {
    for (uint8_t who = 0; who <= kSleeper; ++who) {
      if (state.threads[who].buffered == 0) continue;
      State next = state;
      drain_one(next, who);
      emit(next, Step{"thread", who, "lets a store out:", state.threads[who].buffer[0]});
    }
    for (uint8_t who = 0; who < kNotifiers; ++who) notify(state, who, emit);
    sleep(state, emit);
  }

 private:
  static void store(State& state, uint8_t who, uint8_t value) {
    Thread& self = state.threads[who];
    if (self.buffered == self.buffer.size()) drain_one(state, who);  // a full buffer lets its oldest out
    self.buffer[self.buffered++] = value;
  }
  static void drain_one(State& state, uint8_t who) {
    Thread& self = state.threads[who];
    (who == kSleeper ? state.asleep : state.work[who]) = self.buffer[0];
    self.buffer = {self.buffer[1], self.buffer[2], 0};
    --self.buffered;
  }
  static void drain(State& state, uint8_t who) {
    while (state.threads[who].buffered > 0) drain_one(state, who);
  }

  template <class Emit>
  void notify(const State& state, uint8_t who, Emit emit) const {
    State next = state;
    Thread& self = next.threads[who];
    const auto again = static_cast<uint8_t>(self.made == kWorks ? kFinished : kMakeWork);
    switch (state.threads[who].step) {
      case kMakeWork:
        store(next, who, ++self.made);
        self.step = flaw_ == WakeupFlaw::kNoFenceBeforeNotify ? kLoad : kNotifyFence;
        return emit(next, Step{"notifier", who, "makes work", self.made});
      case kNotifyFence:
        drain(next, who);
        self.step = kLoad;
        return emit(next, Step{"notifier", who, "fences; work", self.made});
      case kLoad:
        self.step = state.asleep ? static_cast<uint8_t>(kExchange) : again;
        return emit(next, Step{"notifier", who, "loads asleep =", state.asleep});
      case kExchange:
        drain(next, who);
        self.step = state.asleep ? static_cast<uint8_t>(kWrite) : again;
        next.asleep = 0;
        return emit(next, Step{"notifier", who, "exchanges asleep, which was", state.asleep});
      case kWrite:
        next.event = 1;
        self.step = again;
        return emit(next, Step{"notifier", who, "writes the eventfd, which was", state.event});
      default:
        return;
    }
  }

  // Takes the work that is visible; true if there was any.
  static bool look(State& state) {
    const bool found = state.work != state.taken;
    state.taken = state.work;
    return found;
  }

  template <class Emit>
  void sleep(const State& state, Emit emit) const {
    State next = state;
    uint8_t& step = next.threads[kSleeper].step;
    switch (step) {
      case kLook:
        step = look(next) ? kLook : kPrepare;
        return emit(next, Step{"sleeper", 0, "looks for work; asleep =", state.asleep});
      case kPrepare:
        store(next, kSleeper, 1);
        step = flaw_ == WakeupFlaw::kNoFenceBeforeLooking ? kLookAgain : kFence;
        return emit(next, Step{"sleeper", 0, "prepares; event =", state.event});
      case kFence:
        drain(next, kSleeper);
        step = flaw_ == WakeupFlaw::kNoSecondLook ? kWait : kLookAgain;
        return emit(next, Step{"sleeper", 0, "fences; event =", state.event});
      case kLookAgain:
        step = flaw_ == WakeupFlaw::kEmptiesBeforeWaiting ? kEmptyEarly : kWait;
        if (look(next)) {
          store(next, kSleeper, 0);
          step = kLook;
        }
        return emit(next, Step{"sleeper", 0, "looks again; event =", state.event});
      case kEmptyEarly:
        next.event = 0;
        step = kWait;
        return emit(next, Step{"sleeper", 0, "empties the eventfd, which was", state.event});
      default:
        return wait(state, emit);
    }
  }

  template <class Emit>
  void wait(const State& state, Emit emit) const {
    State next = state;
    Thread& self = next.threads[kSleeper];
    if (self.step == kWait) {
      drain(next, kSleeper);  // a system call
      self.step = kWoken;
      if (state.event) emit(next, Step{"sleeper", 0, "is woken; event =", state.event});
      if (state.event || state.other_wakes == 0) return;
      --next.other_wakes;
      return emit(next, Step{"sleeper", 0, "wakes by itself; event =", state.event});
    }
    if (self.step == kWoken) {
      store(next, kSleeper, 0);
      self.step = state.event ? kEmpty : kLook;  // decided by what poll said; a later event only wakes once too often
      return emit(next, Step{"sleeper", 0, "says that it is awake; event =", state.event});
    }
    next.event = 0;
    drain(next, kSleeper);
    self.step = kLook;
    emit(next, Step{"sleeper", 0, "empties the eventfd, which was", state.event});
  }

  const WakeupFlaw flaw_;
};

TEST(WakeupModelTest, NoWakeupIsLost) {
  const Exploration found = explore(WakeupModel(WakeupFlaw::kNone));
  EXPECT_EQ(found.stuck, "");
  EXPECT_GT(found.states, 1000u) << "the case is too small to say anything";
}

void expect_lost_wakeup(WakeupFlaw flaw) { EXPECT_TRUE(explore(WakeupModel(flaw)).stuck.starts_with("can't finish")); }

TEST(WakeupModelTest, FindsThatTheSleeperNeedsItsFence) { expect_lost_wakeup(WakeupFlaw::kNoFenceBeforeLooking); }

TEST(WakeupModelTest, FindsThatTheNotifierNeedsItsFence) { expect_lost_wakeup(WakeupFlaw::kNoFenceBeforeNotify); }

TEST(WakeupModelTest, FindsThatTheSleeperMustLookOnceMore) { expect_lost_wakeup(WakeupFlaw::kNoSecondLook); }

TEST(WakeupModelTest, FindsThatTheEventMustNotBeEmptiedBetweenLookingAndWaiting) { expect_lost_wakeup(WakeupFlaw::kEmptiesBeforeWaiting); }

}  // namespace
}  // namespace parley::bus
