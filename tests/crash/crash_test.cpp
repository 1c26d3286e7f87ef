// SPDX-License-Identifier: Apache-2.0
// A server that is killed with SIGKILL again and again under load, while it starts, while it commits, while clients come back; afterwards
// everything that each client was told is compared with the history, page by page, by the checkers of the simulation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "tests/crash/crash_options.h"
#include "tests/crash/crowd.h"
#include "tests/e2e/chatter.h"
#include "tests/sim/checkers.h"

namespace parley::crash {
namespace {

using namespace std::chrono_literals;

class CrashTest : public ::testing::Test {
 protected:
  CrashTest() : random_(crash_options().seed) {
    std::printf("seed %llu; the same dice again: test_crash --seed %llu --kills N\n", static_cast<unsigned long long>(crash_options().seed),
                static_cast<unsigned long long>(crash_options().seed));
  }

  std::chrono::milliseconds up_to(std::chrono::milliseconds most) {
    return std::chrono::milliseconds(random_.below(static_cast<uint64_t>(most.count()) + 1));
  }

  // Before its first clients: in the middle of making its keys and its store.
  void kill_while_it_is_made() {
    for (int i = 0; i < 3; ++i) {
      server_.begin();
      server_.process().watch_for(up_to(40ms));
      server_.kill();
    }
  }

  // Begins with no server and ends with none.
  void one_life(Crowd& crowd) {
    if (random_.below(4) == 0) {
      server_.begin();
      crowd.talk_for(up_to(60ms));  // dies while it starts
    } else {
      ASSERT_TRUE(server_.start());
      if (random_.below(2) == 0) {
        crowd.talk_for(up_to(1500ms));
      } else {  // dies while it commits
        const uint64_t before = crowd.figures().durable;
        crowd.talk_until([&] { return crowd.figures().durable >= before + 20; }, 12s);
        crowd.talk_for(up_to(200ms));
      }
    }
    server_.kill();
    ++crowd.figures().kills;
    crowd.restart_some();
  }

  // All rooms, page by page, as somebody sees them who wasn't there.
  std::map<std::string, std::vector<sim::Line>> history(const std::vector<std::string>& rooms) {
    std::map<std::string, std::vector<sim::Line>> all;
    const std::string ticket = server_.ticket("auditor");
    for (const std::string& room : rooms) {
      e2e::Chatter auditor(server_.address(), ticket, room, 0);
      EXPECT_TRUE(auditor.until_joined(room));
      for (e2e::Heard& heard : auditor.whole_history(room))
        all[room].push_back({heard.sequence, heard.producer, heard.number, std::move(heard.user), std::move(heard.text)});
    }
    return all;
  }

  void print(const Figures& figures) const {
    uint64_t messages = 0, rollbacks = 0, gaps = 0;
    for (const sim::Stay& stay : seen_.stays) {
      for (const sim::Step& step : stay.steps) {
        messages += step.kind == sim::StepKind::kMessage ? 1 : 0;
        rollbacks += step.kind == sim::StepKind::kRollback ? 1 : 0;
        gaps += step.kind == sim::StepKind::kGap ? 1 : 0;
      }
    }
    uint64_t stored = 0;
    for (const auto& [room, lines] : seen_.history) stored += lines.size();
    const std::pair<const char*, uint64_t> all[] = {{"kills", figures.kills},
                                                    {"sends", figures.sends},
                                                    {"sent again by a restarted client", figures.again},
                                                    {"ordered", figures.ordered},
                                                    {"durable", figures.durable},
                                                    {"stored", stored},
                                                    {"messages received", messages},
                                                    {"resumes", figures.resumes},
                                                    {"client restarts", figures.restarts},
                                                    {"address changes", figures.moves},
                                                    {"questions", figures.questions},
                                                    {"rollbacks", rollbacks},
                                                    {"gaps", gaps}};
    for (const auto& [name, value] : all) std::printf("%llu %s, ", static_cast<unsigned long long>(value), name);
    std::printf("seed %llu\n", static_cast<unsigned long long>(crash_options().seed));
  }

  SeededRandom random_;
  sim::Observed seen_;
  e2e::Server server_{{"--sends-per-second", "0"}};
};

TEST_F(CrashTest, NothingDurableIsLostOrDoubledHoweverOftenTheServerIsKilled) {
  const CrashOptions& options = crash_options();
  kill_while_it_is_made();
  ASSERT_TRUE(server_.start());
  Crowd crowd(server_, random_.next(), seen_);
  crowd.talk_for(300ms);
  server_.kill();
  const auto end = std::chrono::steady_clock::now() + options.time;
  while (options.kills > 0 ? crowd.figures().kills < options.kills : std::chrono::steady_clock::now() < end) {
    one_life(crowd);
    ASSERT_FALSE(HasFailure());
  }

  ASSERT_TRUE(server_.start());
  seen_.settled = crowd.settle();
  seen_.history = history(crowd.rooms());
  std::map<std::string, uint64_t> heads;
  for (const std::string& room : crowd.rooms()) heads[room] = seen_.history[room].size();
  EXPECT_TRUE(crowd.wait_until_told_all(heads));
  crowd.finish();
  print(crowd.figures());
  for (const std::string& violation : sim::check_all(seen_)) ADD_FAILURE() << violation;
  EXPECT_GT(crowd.figures().kills, 0u);
  EXPECT_GT(crowd.figures().durable, 0u);
}

}  // namespace
}  // namespace parley::crash
