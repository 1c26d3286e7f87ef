// SPDX-License-Identifier: Apache-2.0
// What is left after the server was killed in the middle of a conversation, or asked to go: the promise of durable receipts.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/e2e/chatter.h"
#include "tests/e2e/server.h"

namespace parley::e2e {
namespace {

constexpr size_t kSenders = 5;
constexpr size_t kMessagesEach = 60;

struct Crowd {
  explicit Crowd(const Server& server) {
    for (size_t i = 0; i < kSenders; ++i) {
      owned.push_back(std::make_unique<Chatter>(server.address(), server.ticket("user-" + std::to_string(i)), "lobby"));
      all.push_back(owned.back().get());
    }
  }

  bool everybody(const std::function<bool(Chatter*)>& holds) {
    return meanwhile(all, [&] { return std::ranges::all_of(all, holds); });
  }

  // Each sends its next message, if it has one left and room in its outbox.
  void say_more() {
    for (size_t i = 0; i < all.size(); ++i) {
      if (said[i] < kMessagesEach) all[i]->say("lobby", "user-" + std::to_string(i) + " says " + std::to_string(++said[i]));
    }
  }

  std::vector<std::unique_ptr<Chatter>> owned;
  std::vector<Chatter*> all;
  std::vector<size_t> said = std::vector<size_t>(kSenders, 0);
};

// Kills the server while everybody sends, twice, and lets them finish.
void talk_through_crashes(Server& server, Crowd& crowd) {
  for (size_t crash = 1; crash <= 2; ++crash) {
    size_t durable_before = crowd.all[0]->durable_through;
    while (crowd.all[0]->durable_through < durable_before + 10 && crowd.said[0] < kMessagesEach * crash / 3) {
      crowd.say_more();
      for (Chatter* chatter : crowd.all) chatter->turn(1);
    }
    server.kill();
    crowd.say_more();
    ASSERT_TRUE(server.start());
    ASSERT_TRUE(crowd.everybody([&](Chatter* c) { return c->times_online == crash + 1; })) << "not everybody came back";
  }
  while (crowd.said[0] < kMessagesEach) crowd.say_more();
  ASSERT_TRUE(crowd.everybody([&](Chatter* c) { return c->durable_through >= kMessagesEach; })) << "not everything became durable";
}

TEST(Crash, KeepsEveryDurableMessageOnceAndInTheOrderMembersSaw) {
  Server server({"--sends-per-second", "0"});
  ASSERT_TRUE(server.start());
  Crowd crowd(server);
  ASSERT_TRUE(crowd.everybody([](Chatter* c) { return c->rooms["lobby"].joined; }));
  talk_through_crashes(server, crowd);

  ASSERT_TRUE(crowd.everybody([](Chatter* c) { return c->rooms["lobby"].heard.size() >= kSenders * kMessagesEach; }));
  std::vector<Heard> history = crowd.all[0]->whole_history("lobby");
  EXPECT_EQ(history.size(), kSenders * kMessagesEach) << "each once, none missing";
  std::set<std::string> distinct;
  for (const Heard& heard : history) distinct.insert(heard.text);
  EXPECT_EQ(distinct.size(), kSenders * kMessagesEach);
  for (Chatter* chatter : crowd.all) EXPECT_EQ(chatter->rooms["lobby"].heard, history);
}

// What of its own sends a sender was told is durable before the crash, and hears nothing of afterwards, must be in the history.
TEST(Crash, TakesNothingBackThatWasDurable) {
  Server server({"--sends-per-second", "0"});
  ASSERT_TRUE(server.start());
  std::set<std::string> durable;
  {
    Chatter ann(server.address(), server.ticket("ann"), "lobby");
    ASSERT_TRUE(ann.until_joined("lobby"));
    std::map<uint64_t, std::string> sent;
    while (ann.durable_through < 20) {
      std::string text = "text " + std::to_string(sent.size());
      if (sent.size() < ann.durable_through + 100) sent[ann.say("lobby", text)] = text;
      ann.turn(1);
    }
    server.kill();
    ann.turn(0);
    for (const auto& [number, text] : sent) {
      if (number <= ann.durable_through) durable.insert(text);
    }
  }
  ASSERT_TRUE(server.start());
  Chatter bob(server.address(), server.ticket("bob"), "lobby");
  ASSERT_TRUE(bob.until_joined("lobby"));
  std::set<std::string> kept;
  for (const Heard& heard : bob.whole_history("lobby")) kept.insert(heard.text);
  EXPECT_TRUE(std::ranges::includes(kept, durable)) << durable.size() << " were durable, " << kept.size() << " are there";
}

TEST(Crash, ClientsComeBackByThemselvesAndSendWhatTheyWroteMeanwhile) {
  Server server;
  ASSERT_TRUE(server.start());
  Chatter ann(server.address(), server.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  server.kill();
  uint64_t number = ann.say("lobby", "said while nobody listened");
  ann.turn(10);
  ASSERT_TRUE(server.start());
  EXPECT_TRUE(ann.until_durable(number));
  EXPECT_EQ(ann.times_online, 2u);
  EXPECT_EQ(texts_of(ann.whole_history("lobby")), std::vector<std::string>{"said while nobody listened"});
}

TEST(Drain, EndsWithZeroAndKeepsWhatWasOrdered) {
  Server server;
  ASSERT_TRUE(server.start());
  Chatter ann(server.address(), server.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  uint64_t number = ann.say("lobby", "the last word");
  ASSERT_TRUE(ann.until([&] { return ann.ordered.contains(number); }));
  EXPECT_EQ(server.stop(), 0) << server.process().log();
  ASSERT_TRUE(ann.until([&] { return ann.offline.has_value(); }));
  EXPECT_EQ(ann.offline->code, PARLEY_E_DRAINING) << ann.offline->text;

  ASSERT_TRUE(server.start());
  ASSERT_TRUE(ann.until([&] { return ann.times_online == 2 && ann.durable_through >= number; }));
  EXPECT_EQ(texts_of(ann.whole_history("lobby")), std::vector<std::string>{"the last word"});
}

TEST(Crash, AGameThatEndsWhileTheServerIsAwayLosesNoSend) {
  Server server;
  ASSERT_TRUE(server.start());
  const TemporaryFolder folder;
  const std::string outbox = folder.path() / "outbox", ticket = server.ticket("ann");
  {
    Chatter ann(server.address(), ticket, "lobby", 50, outbox);
    ASSERT_TRUE(ann.until_joined("lobby"));
    ASSERT_TRUE(ann.until_durable(ann.say("lobby", "before")));
    server.kill();
    ann.say("lobby", "one");
    ann.say("lobby", "two");
  }
  ASSERT_TRUE(server.start());
  Chatter again(server.address(), ticket, "", 50, outbox);
  ASSERT_TRUE(again.until_durable(3));
  EXPECT_EQ(again.say("lobby", "three"), 4u) << "numbers go on";
  ASSERT_TRUE(again.until_durable(4));
  EXPECT_EQ(texts_of(again.whole_history("lobby")), (std::vector<std::string>{"before", "one", "two", "three"}));
}

TEST(Crash, WhatOneUserLeftInTheOutboxFileIsntSentAsAnother) {
  Server server;
  ASSERT_TRUE(server.start());
  const TemporaryFolder folder;
  const std::string outbox = folder.path() / "outbox";
  {
    Chatter ann(server.address(), server.ticket("ann"), "lobby", 50, outbox);
    ASSERT_TRUE(ann.until_joined("lobby"));
    server.kill();
    ann.say("lobby", "I, Ann");
  }
  ASSERT_TRUE(server.start());
  Chatter bob(server.address(), server.ticket("bob"), "lobby", 50, outbox);
  ASSERT_TRUE(bob.until([&] { return bob.failed.contains(1); }));
  EXPECT_EQ(bob.failed[1].code, PARLEY_E_NOT_GRANTED);
  ASSERT_TRUE(bob.until_durable(bob.say("lobby", "I, Bob")));
  EXPECT_EQ(texts_of(bob.whole_history("lobby")), std::vector<std::string>{"I, Bob"});
}

}  // namespace
}  // namespace parley::e2e
