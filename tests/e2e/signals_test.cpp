// SPDX-License-Identifier: Apache-2.0
// What people in a room do at this moment, told through real server, datagrams and C API. None of it is stored, none of it comes back.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/chatter.h"
#include "tests/e2e/server.h"

namespace parley::e2e {
namespace {

using Lines = std::vector<std::string>;

class SignalsBetweenPeople : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server.start());
    ann = std::make_unique<Chatter>(server.address(), server.ticket("ann"), "lobby");
    bob = std::make_unique<Chatter>(server.address(), server.ticket("bob"), "lobby");
    ASSERT_TRUE(until([&] { return ann->rooms["lobby"].joined && bob->rooms["lobby"].joined; }));
  }
  bool until(const std::function<bool()>& holds) { return meanwhile({ann.get(), bob.get()}, holds); }
  bool bob_sees(const std::string& line) {
    return until([&] { return std::ranges::count(bob->rooms["lobby"].signals, line) > 0; });
  }

  Server server;
  std::unique_ptr<Chatter> ann, bob;
};

TEST_F(SignalsBetweenPeople, TypingIsSeenUntilTheMessageIs) {
  for (int key = 0; key < 20; ++key) ASSERT_EQ(parley_typing(ann->session, "lobby"), PARLEY_OK);
  ASSERT_TRUE(bob_sees("ann types"));
  ann->say("lobby", "hello");
  ASSERT_TRUE(until([&] { return bob->rooms["lobby"].heard.size() == 1; }));
  EXPECT_EQ(bob->rooms["lobby"].signals, (Lines{"ann types", "ann types no more"}));
  EXPECT_EQ(ann->rooms["lobby"].signals, Lines{}) << "nobody is told what he does himself";
  ASSERT_TRUE(ann->until_durable(1));
  EXPECT_EQ(bob->whole_history("lobby").size(), 1u);
}

TEST_F(SignalsBetweenPeople, TypingThatLeadsToNothingEndsByItself) {
  ASSERT_EQ(parley_typing(ann->session, "lobby"), PARLEY_OK);
  ASSERT_TRUE(bob_sees("ann types no more"));
}

TEST_F(SignalsBetweenPeople, TalkAndPings) {
  ASSERT_EQ(parley_talk(ann->session, "lobby", 1), PARLEY_OK);
  ASSERT_TRUE(bob_sees("ann talks"));
  ASSERT_EQ(parley_map_ping(ann->session, "lobby", 1.5f, -2, 1e6f, 7), PARLEY_OK);
  ASSERT_TRUE(bob_sees("ann points at 1.5 -2 1e+06 (7)"));
  ASSERT_EQ(parley_talk(ann->session, "lobby", 0), PARLEY_OK);
  ASSERT_TRUE(bob_sees("ann talks no more"));
}

TEST_F(SignalsBetweenPeople, WhoGoesWhileHeTalksIsntLeftTalking) {
  ASSERT_EQ(parley_talk(ann->session, "lobby", 1), PARLEY_OK);
  ASSERT_TRUE(bob_sees("ann talks"));
  ASSERT_EQ(parley_leave(ann->session, "lobby"), PARLEY_OK);
  ASSERT_TRUE(bob_sees("ann talks no more"));
}

}  // namespace
}  // namespace parley::e2e
