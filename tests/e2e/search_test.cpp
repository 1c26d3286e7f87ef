// SPDX-License-Identifier: Apache-2.0
// Searching through the C API and the terminal client's pipes: a real server, several scripts, restarts, and an index that went missing.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/chatter.h"
#include "tests/e2e/server.h"

namespace parley::e2e {
namespace {

using Texts = std::vector<std::string>;

class Search : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server.start()); }
  // Ann says them, and they are durable.
  void say(const Texts& texts) {
    Chatter ann(server.address(), server.ticket("ann"), "lobby");
    ASSERT_TRUE(ann.until_joined("lobby"));
    uint64_t last = 0;
    for (const std::string& text : texts) last = ann.say("lobby", text);
    ASSERT_TRUE(ann.until_durable(last));
  }
  Texts search(const std::string& words) {
    Chatter bob(server.address(), server.ticket("bob"), "lobby", 0);
    EXPECT_TRUE(bob.until_joined("lobby"));
    Texts found = texts_of(bob.search("lobby", words));
    EXPECT_EQ(bob.breaches, Texts{});
    return found;
  }

  Server server;
};

TEST_F(Search, FindsInEveryScriptAtOnceAndNewestFirst) {
  say({"The raid is at eight", "Die Straße, naïve", "集合は20時、いつもの場所で", "大家好，我也来集合", "مَرْحَبًا بالجميع", "สวัสดีครับ",
       "raid!"});
  EXPECT_EQ(search("raid"), (Texts{"raid!", "The raid is at eight"}));
  EXPECT_EQ(search("集合"), (Texts{"大家好，我也来集合", "集合は20時、いつもの場所で"}));
  EXPECT_EQ(search("STRASSE naive"), Texts{"Die Straße, naïve"});
  EXPECT_EQ(search("مرحبا"), Texts{"مَرْحَبًا بالجميع"});
  EXPECT_EQ(search("สวัสดี"), Texts{"สวัสดีครับ"});
  EXPECT_EQ(search("\"is at\" from:ann -boss"), Texts{"The raid is at eight"});
  EXPECT_EQ(search("nobody"), Texts{});
}

TEST_F(Search, FindsMoreThanAPageOverARestart) {
  Texts said;
  for (int i = 1; i <= 120; ++i) said.push_back("raid " + std::to_string(i));
  say(said);
  ASSERT_EQ(server.stop(), 0);
  ASSERT_TRUE(server.start());
  std::ranges::reverse(said);
  EXPECT_EQ(search("raid"), said);
}

TEST_F(Search, AnIndexThatIsGoneIsNoReasonToFindNothing) {
  say({"raid one"});
  server.kill();
  std::filesystem::remove_all(server.data() / "search");
  ASSERT_TRUE(server.start());
  EXPECT_EQ(search("raid"), Texts{"raid one"});
  EXPECT_NE(server.control({"status"}).output.find("search"), std::string::npos);
}

TEST_F(Search, WithoutAnIndexItSaysWhoCanHelp) {
  Server without({"--no-search"});
  ASSERT_TRUE(without.start());
  Chatter ann(without.address(), without.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  EXPECT_EQ(ann.search("lobby", "raid").size(), 0u);
  ASSERT_EQ(ann.breaches.size(), 1u);
  EXPECT_NE(ann.breaches.front().find("operator"), std::string::npos);
  ann.breaches.clear();  // asked for
}

TEST_F(Search, ThePipePrintsWhatItFound) {
  say({"The raid is at eight", "no", "see you at the raid"});
  Command command;
  command.argv = {program("parley"), "search", "lobby", "the raid", "--json", "--limit", "1"};
  command.environment = {{"PARLEY_ADDRESS", server.address()}, {"PARLEY_TICKET", server.ticket("bob")}};
  const Finished found = run(command);
  EXPECT_EQ(found.exit_code, 0) << found.log;
  EXPECT_EQ(std::ranges::count(found.output, '\n'), 1) << found.output;
  EXPECT_NE(found.output.find("see you at the raid"), std::string::npos);
}

}  // namespace
}  // namespace parley::e2e
