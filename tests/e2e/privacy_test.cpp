// SPDX-License-Identifier: Apache-2.0
// What of a history is kept, shown to late joiners, and erased: real programs, the C API, and the operator's commands.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "tests/e2e/chatter.h"
#include "tests/e2e/server.h"

namespace parley::e2e {
namespace {

class Privacy : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server.start()); }
  std::unique_ptr<Chatter> join(const std::string& user, const std::string& room, const std::string& rights = "join,send,history") {
    auto chatter = std::make_unique<Chatter>(server.address(), server.ticket(user, "*", rights), room);
    chatter->gaps_are_fine = true;
    EXPECT_TRUE(chatter->until_joined(room));
    return chatter;
  }
  static void say(Chatter& chatter, const std::string& room, size_t count) {
    uint64_t last = 0;
    for (size_t i = 1; i <= count; ++i) last = chatter.say(room, "line " + std::to_string(i));
    EXPECT_TRUE(chatter.until_durable(last));
  }
  // Until the server's status says that so many records were removed.
  bool until_removed(Chatter& chatter, const std::string& count) {
    return chatter.until([&] { return server.control({"status", "--json"}).output.find("\"removed\": " + count) != std::string::npos; });
  }

  Server server{{"--keep", "forever", "--rooms",
                 "short-* keep=10entries; match-* keep=empty:1s; since late-joiners=since-joining; nothing late-joiners=nothing",
                 "--sends-per-second", "0"}};
};

TEST_F(Privacy, WhatIsNoLongerKeptIsAGapWithItsReason) {
  auto ann = join("ann", "short-room");
  say(*ann, "short-room", 50);
  ASSERT_TRUE(until_removed(*ann, "40"));
  auto bob = join("bob", "lobby");
  ASSERT_EQ(parley_join(bob->session, "short-room", 0, 5), PARLEY_OK);
  ASSERT_TRUE(bob->until_heard("short-room", 10));
  ASSERT_EQ(bob->told_of(PARLEY_EVENT_GAP).size(), 1u);
  const Told gap = bob->told_of(PARLEY_EVENT_GAP)[0];
  EXPECT_EQ(gap.gap_from, 6u);
  EXPECT_EQ(gap.gap_to, 41u);
  EXPECT_EQ(gap.gap_reason, static_cast<uint32_t>(PARLEY_GAP_RETENTION));
  EXPECT_EQ(bob->rooms["short-room"].heard.front().sequence, 41u);
  EXPECT_EQ(texts_of(bob->page("short-room", 0, true, 200)).size(), 10u);
}

TEST_F(Privacy, TheHistoryEndsWithTheMatch) {
  auto ann = join("ann", "match-7");
  say(*ann, "match-7", 5);
  ASSERT_EQ(parley_leave(ann->session, "match-7"), PARLEY_OK);
  ASSERT_TRUE(until_removed(*ann, "5"));
  server.kill();
  ASSERT_TRUE(server.start());
  auto bob = join("bob", "match-7");
  EXPECT_TRUE(bob->rooms["match-7"].heard.empty());
  EXPECT_TRUE(bob->page("match-7", 0, true, 200).empty());
  say(*bob, "match-7", 1);
  ASSERT_TRUE(bob->until_heard("match-7", 1));
  EXPECT_EQ(bob->rooms["match-7"].heard[0].sequence, 6u) << "numbers go on";
}

TEST_F(Privacy, WhoComesLateSeesWhatTheRoomsRuleAllows) {
  auto ann = join("ann", "since");
  say(*ann, "since", 3);
  {
    auto bob = join("bob", "since");
    EXPECT_TRUE(bob->page("since", 0, true, 200).empty());
  }
  say(*ann, "since", 2);
  server.kill();
  ASSERT_TRUE(server.start());
  auto bob = join("bob", "since");
  ASSERT_TRUE(bob->until_heard("since", 2));
  EXPECT_EQ(bob->page("since", 0, true, 200).size(), 2u);
  auto cat = join("cat", "since");
  EXPECT_TRUE(cat->page("since", 0, true, 200).empty());
  ASSERT_TRUE(ann->until([&] { return ann->times_online > 1; }));
  EXPECT_EQ(ann->page("since", 0, true, 200).size(), 5u) << "she was there all the time";
}

TEST_F(Privacy, AnErasedUserIsGoneForMembersAndTheOperatorCanExportHimBefore) {
  auto ann = join("ann", "lobby");
  auto bob = join("bob", "lobby");
  say(*bob, "lobby", 3);
  uint64_t number = ann->say("lobby", "of ann's own");
  ASSERT_TRUE(meanwhile({ann.get(), bob.get()}, [&] { return ann->durable_through >= number && bob->rooms["lobby"].heard.size() == 4; }));
  ASSERT_EQ(parley_react(bob->session, "lobby", 4, "+1", 1, &number), PARLEY_OK);
  ASSERT_TRUE(meanwhile({ann.get(), bob.get()}, [&] { return bob->durable_through >= number; }));

  const Finished exported = server.control({"export-user", "bob"});
  EXPECT_EQ(exported.exit_code, 0);
  EXPECT_EQ(std::ranges::count(exported.output, '\n'), 4);
  EXPECT_NE(exported.output.find("\"text\":\"line 2\""), std::string::npos);
  EXPECT_NE(exported.output.find("\"emoji\":\"+1\""), std::string::npos);
  EXPECT_NE(exported.output.find("\"time\":\"20"), std::string::npos) << "as `export` has it";
  EXPECT_EQ(exported.output.find("ann's own"), std::string::npos);

  const Finished erased = server.control({"erase-user", "bob"});
  EXPECT_EQ(erased.exit_code, 0);
  ASSERT_TRUE(meanwhile({ann.get(), bob.get()}, [&] { return !ann->told_of(PARLEY_EVENT_ERASED).empty(); }));
  EXPECT_EQ(ann->told_of(PARLEY_EVENT_ERASED)[0].user, "bob");
  EXPECT_GE(ann->told_of(PARLEY_EVENT_ERASED)[0].sequence, 3u);

  EXPECT_EQ(server.control({"export-user", "bob"}).output, "");
  const auto left = ann->page("lobby", 0, true, 200);
  ASSERT_EQ(left.size(), 4u) << "numbers stay";
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(left[i].deleted);
    EXPECT_EQ(left[i].user, "");
    EXPECT_EQ(left[i].text, "");
  }
  EXPECT_EQ(left[3].text, "of ann's own");
  EXPECT_TRUE(ann->search("lobby", "line").empty());
}

TEST_F(Privacy, AWrongRuleStopsTheStartAndIsNamed) {
  const TemporaryFolder folder;
  const Finished refused = run({{program("parleyd"), "--data-dir", (folder.path() / "d").string(), "--rooms", "lobby keep=soon"}});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE((refused.log + refused.output).find("\"soon\" is no bound"), std::string::npos);
}

}  // namespace
}  // namespace parley::e2e
