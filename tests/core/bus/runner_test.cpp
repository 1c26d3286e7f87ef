// SPDX-License-Identifier: Apache-2.0
// AgentRunner with a clock that the test moves. Nothing here waits for time: the agents tell by semaphores what they did.
#include "core/bus/runner.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <functional>
#include <semaphore>

namespace parley::bus {
namespace {

class TestClock final : public Clock {
 public:
  Now now() override { return {.mono = MonoTime(Micros(time_.load())), .wall = {}}; }
  void set(int64_t micros) { time_ = micros; }

 private:
  std::atomic<int64_t> time_ = 0;
};

// Each do_work reports to `rounds`, runs `work` and returns what that returns.
class TestAgent final : public Agent {
 public:
  explicit TestAgent(std::function<int(Now)> work = [](Now) { return 0; }) : work_(std::move(work)) {}
  int do_work(Now now) override {
    const int done = work_(now);
    rounds.release();
    return done;
  }
  MonoTime next_deadline() const override { return deadline; }

  std::counting_semaphore<> rounds{0};
  MonoTime deadline = kNever;

 private:
  std::function<int(Now)> work_;
};

// A blocked runner has done two rounds without work: the last one, and one after prepare_sleep().
void wait_until_idle(TestAgent& agent) {
  agent.rounds.acquire();
  agent.rounds.acquire();
}

class RunnerTest : public testing::Test {
 protected:
  TestClock clock_;
  Wakeup wakeup_;
};

TEST_F(RunnerTest, RunsItsAgentOnAThreadOfThatName) {
  char name[16] = {};
  TestAgent agent([&](Now) { return ::pthread_getname_np(::pthread_self(), name, sizeof name); });
  AgentRunner runner({&agent}, wakeup_, clock_, {.thread_name = "test-runner"});
  agent.rounds.acquire();
  runner.stop();
  EXPECT_STREQ(name, "test-runner");
}

TEST_F(RunnerTest, GivesWayAsMuchAsItIsToldAndTheOthersDont) {
  const auto own_nice = [] { return ::getpriority(PRIO_PROCESS, 0); };  // Linux: of the calling thread
  const int before = own_nice();
  if (before > 15) GTEST_SKIP() << "this test gives way itself, almost as far as it goes";
  int there = 0;
  TestAgent agent([&](Now) {
    there = own_nice();
    return 0;
  });
  AgentRunner runner({&agent}, wakeup_, clock_, {.nice = 4});
  agent.rounds.acquire();
  runner.stop();
  EXPECT_EQ(there, before + 4);
  EXPECT_EQ(own_nice(), before);
}

TEST_F(RunnerTest, ANotifyWakesABlockedRunner) {
  TestAgent agent;
  AgentRunner runner({&agent}, wakeup_, clock_, {});
  wait_until_idle(agent);
  wakeup_.notify();
  wait_until_idle(agent);
}

TEST_F(RunnerTest, ADeadlineThatIsReachedKeepsItFromSleeping) {
  TestAgent agent;
  agent.deadline = MonoTime(Micros(5));
  clock_.set(10);
  AgentRunner runner({&agent}, wakeup_, clock_, {});
  for (int round = 0; round < 100; ++round) agent.rounds.acquire();
}

TEST_F(RunnerTest, ADeadlineEndsTheSleep) {
  TestAgent agent;
  agent.deadline = MonoTime(Micros(1));  // a sleep of 1 µs again and again, because this clock stands still
  AgentRunner runner({&agent}, wakeup_, clock_, {});
  for (int round = 0; round < 10; ++round) agent.rounds.acquire();
}

TEST_F(RunnerTest, AReadableDescriptorWakesABlockedRunner) {
  const int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  TestAgent agent([fd](Now) {
    uint64_t count = 0;
    return ::read(fd, &count, sizeof count) == sizeof count ? 1 : 0;
  });
  AgentRunner runner({&agent}, wakeup_, clock_, {.extra_fd = fd});
  wait_until_idle(agent);
  const uint64_t one = 1;
  ASSERT_EQ(::write(fd, &one, sizeof one), ssize_t{sizeof one});
  wait_until_idle(agent);
  runner.stop();
  ::close(fd);
}

TEST_F(RunnerTest, GivesEveryAgentTheSameNow) {
  clock_.set(42);
  MonoTime first{}, second{};
  TestAgent a([&](Now now) { return first = now.mono, 0; }), b([&](Now now) { return second = now.mono, 0; });
  AgentRunner runner({&a, &b}, wakeup_, clock_, {});
  b.rounds.acquire();
  runner.stop();
  EXPECT_EQ(first, MonoTime(Micros(42)));
  EXPECT_EQ(second, first);
}

TEST_F(RunnerTest, StopEndsASpinningRunner) {
  TestAgent agent;
  AgentRunner runner({&agent}, wakeup_, clock_, {.idle = IdleMode::kSpin});
  for (int round = 0; round < 100; ++round) agent.rounds.acquire();
  runner.stop();
  runner.stop();  // once more does nothing
}

TEST_F(RunnerTest, BlocksAfterOneMoreLookAndWakesForARound) {
  int rounds = 0;
  TestAgent agent([&](Now) { return ++rounds, 0; });
  AgentRunner runner({&agent}, wakeup_, clock_, {});
  wait_until_idle(agent);
  wakeup_.notify();
  wait_until_idle(agent);
  runner.stop();
  EXPECT_EQ(rounds, 4);
}

TEST_F(RunnerTest, SpinsForItsTimeAndThenBlocks) {
  int rounds = 0;
  TestAgent agent([&](Now) {
    clock_.set(10 * ++rounds);
    return 0;
  });
  AgentRunner runner({&agent}, wakeup_, clock_, {.idle = IdleMode::kSpinThenBlock, .spin = Micros{50}});
  for (int round = 0; round < 7; ++round) agent.rounds.acquire();  // at 0 µs, at 10 to 50, and once more before it sleeps
  runner.stop();
  EXPECT_EQ(rounds, 7);
}

// A clock that moves by 100 µs whenever it is asked.
class SteppingClock final : public Clock {
 public:
  Now now() override { return {.mono = MonoTime(Micros(100 * ++asked)), .wall = {}}; }
  std::atomic<int64_t> asked = 0;
};

int64_t clock_calls_of_a_thousand_rounds(int work_each, const RunnerOptions& options) {
  SteppingClock clock;
  Wakeup wakeup;
  int64_t asked = 0;
  int rounds = 0;
  TestAgent agent([&](Now) {
    if (++rounds == 1000) asked = clock.asked;
    return work_each;
  });
  AgentRunner runner({&agent}, wakeup, clock, options);
  for (int round = 0; round < 1000; ++round) agent.rounds.acquire();
  runner.stop();
  return asked;
}

TEST_F(RunnerTest, WithMuchToDoEachRoundWaitsUntilItsPaceIsOver) {
  EXPECT_EQ(clock_calls_of_a_thousand_rounds(1, {.pace = Micros{100}}), 1000) << "little to do: the next round begins at once";
  EXPECT_GT(clock_calls_of_a_thousand_rounds(100, {.pace = Micros{100}}), 1900) << "looks how much of the pace is left";
}

TEST_F(RunnerTest, ASpinningRunnerIsNeverHeldBack) {
  EXPECT_EQ(clock_calls_of_a_thousand_rounds(100, {.idle = IdleMode::kSpin, .pace = Micros{100}}), 1000);
}

TEST_F(RunnerTest, ADeadlineThatItIsDeafForEndsTheSleepToo) {
  TestAgent agent;
  agent.deadline = MonoTime(Micros(1));
  AgentRunner runner({&agent}, wakeup_, clock_, {.deaf = Micros{10}});
  for (int round = 0; round < 10; ++round) agent.rounds.acquire();
}

TEST_F(RunnerTest, WhatTheLastRoundDidIsVisibleAfterStop) {
  int rounds = 0;  // no atomic: the join orders it
  TestAgent agent([&](Now) { return ++rounds, 0; });
  AgentRunner runner({&agent}, wakeup_, clock_, {});
  wait_until_idle(agent);
  runner.stop();
  EXPECT_GE(rounds, 2);
}

TEST_F(RunnerTest, ANameAboveFifteenBytesIsOurBug) {
  TestAgent agent;
  EXPECT_DEATH(AgentRunner({&agent}, wakeup_, clock_, {.thread_name = "sixteen bytes!!!"}), "Linux takes 15 bytes");
}

}  // namespace
}  // namespace parley::bus
