// SPDX-License-Identifier: Apache-2.0
// The terminal client as its user has it: `parley chat` on a terminal, with real keys, and somebody at the other end by the C API.
#include "tests/e2e/terminal.h"

#include <gtest/gtest.h>

#include "tests/e2e/chatter.h"
#include "tests/e2e/server.h"

namespace parley::e2e {
namespace {

constexpr const char* kRoom = "lobby";
constexpr const char* kAll = "join,send,history,moderate";

class TerminalClient : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server.start());
    bob = std::make_unique<Chatter>(server.address(), server.ticket("bob"), kRoom);
    ASSERT_TRUE(bob->until_joined(kRoom));
  }
  void open() {
    ann = std::make_unique<Terminal>(Command{{program("parley"), "chat", kRoom},
                                             {{"PARLEY_ADDRESS", server.address()}, {"PARLEY_TICKET", server.ticket("ann", "*", kAll)}}});
    ASSERT_TRUE(ann->shows("online")) << ann->screen();
  }
  // Bob says it, and Ann's screen has it.
  uint64_t bob_says(const std::string& text) {
    bob->say(kRoom, text);
    EXPECT_TRUE(bob->until([&] { return !bob->rooms[kRoom].heard.empty() && bob->rooms[kRoom].heard.back().text == text; }));
    EXPECT_TRUE(ann->shows(text)) << ann->screen();
    return bob->rooms[kRoom].heard.back().sequence;
  }
  void ann_types(std::string_view text) {
    ann->type(text);
    ann->type(kEnter);
  }
  bool bob_is_told(int type) {
    return bob->until([&] {
      ann->drain();
      return !bob->told_of(type).empty();
    });
  }
  bool bob_hears(const std::string& text) {
    return bob->until([&] {
      ann->drain();
      return !bob->rooms[kRoom].heard.empty() && bob->rooms[kRoom].heard.back().text == text;
    });
  }
  const Heard& last() { return bob->rooms[kRoom].heard.back(); }

  Server server;
  std::unique_ptr<Chatter> bob;
  std::unique_ptr<Terminal> ann;
};

TEST_F(TerminalClient, RepliesWithTwoKeys) {
  open();
  const uint64_t said = bob_says("pizza?");
  ann->type(kUp);
  ASSERT_TRUE(ann->shows("r reply")) << ann->screen();
  ann->type("r");
  ann_types("yes @bob");
  ASSERT_TRUE(bob_hears("yes @bob"));
  EXPECT_EQ(last().reply_to, said);
  EXPECT_TRUE(last().mentions_me);
}

TEST_F(TerminalClient, ShowsWhatTheOperatorSays) {
  open();
  ASSERT_EQ(server.control({"say", kRoom, "Restart at noon"}).exit_code, 0);
  EXPECT_TRUE(ann->shows("-- Restart at noon")) << ann->screen();
}

TEST_F(TerminalClient, EditsReactsPinsAndDeletesByKeys) {
  open();
  const uint64_t said = bob_says("pizza?");
  ann->type(kUp);
  ann->type("+");
  ann_types(":pizza:");
  ASSERT_TRUE(bob_is_told(PARLEY_EVENT_REACTION));
  EXPECT_EQ(bob->told_of(PARLEY_EVENT_REACTION)[0].text, "🍕");
  EXPECT_EQ(bob->told_of(PARLEY_EVENT_REACTION)[0].target, said);
  ann->type(kUp);
  ann->type("p");
  ASSERT_TRUE(bob_is_told(PARLEY_EVENT_PINNED));
  ann_types("at eigth");
  ASSERT_TRUE(bob_hears("at eigth"));
  ASSERT_TRUE(ann->shows("✓✓")) << ann->screen();  // only then it has a number to be edited by
  ann_types("s/eigth/eight/");
  ASSERT_TRUE(bob_is_told(PARLEY_EVENT_EDITED));
  EXPECT_EQ(bob->told_of(PARLEY_EVENT_EDITED)[0].text, "at eight");
  ann_types("/delete changed my mind");
  ASSERT_TRUE(bob_is_told(PARLEY_EVENT_DELETED));
  EXPECT_EQ(bob->told_of(PARLEY_EVENT_DELETED)[0].text, "changed my mind");
  ann_types("/topic raids at eight");
  ASSERT_TRUE(bob_is_told(PARLEY_EVENT_TOPIC));
}

TEST_F(TerminalClient, TypingIsTold) {
  open();
  ASSERT_EQ(parley_typing(bob->session, kRoom), PARLEY_OK);
  bob->turn(0);
  EXPECT_TRUE(ann->shows("bob is typing…")) << ann->screen();
  ann->type("h");
  EXPECT_TRUE(bob->until([&] {
    ann->drain();
    return !bob->rooms[kRoom].signals.empty();
  }));
  EXPECT_EQ(bob->rooms[kRoom].signals.front(), "ann types");
}

TEST_F(TerminalClient, ShowsWhatOthersDo) {
  open();
  const uint64_t said = bob_says("helo");
  ASSERT_EQ(parley_edit(bob->session, kRoom, said, "hello", 5, nullptr), PARLEY_OK);
  ASSERT_EQ(parley_react(bob->session, kRoom, said, "👍", 1, nullptr), PARLEY_OK);
  ASSERT_TRUE(bob_is_told(PARLEY_EVENT_REACTION));
  EXPECT_TRUE(ann->shows("(edited)")) << ann->screen();
  EXPECT_TRUE(ann->shows("👍 1")) << ann->screen();
  ASSERT_EQ(parley_delete(bob->session, kRoom, said, "oops", nullptr), PARLEY_OK);
  ASSERT_TRUE(bob_is_told(PARLEY_EVENT_DELETED));
  EXPECT_TRUE(ann->shows("[deleted: oops]")) << ann->screen();
}

TEST_F(TerminalClient, WhoComesLaterSeesWhereNewBeginsAndTheCounts) {
  open();
  const uint64_t said = bob_says("old");
  ann->type("/quit\r");
  ann->until_end();
  for (const char* text : {"newer", "newest"}) bob->say(kRoom, text);
  ASSERT_EQ(parley_react(bob->session, kRoom, said, "🍕", 1, nullptr), PARLEY_OK);
  ASSERT_TRUE(bob->until_durable(4));
  open();
  EXPECT_TRUE(ann->shows("🍕 1")) << ann->screen();
  EXPECT_TRUE(ann->shows(" new ")) << ann->screen();
  EXPECT_TRUE(bob->until_told(PARLEY_EVENT_REACTION));
}

TEST_F(TerminalClient, ADirectMessageThatWasReadIsSeen) {
  open();
  ann_types("/msg bob psst");
  ASSERT_TRUE(bob->until([&] {
    ann->drain();
    return !bob->invited.empty();
  }));
  const std::string direct = bob->invited.front();
  ASSERT_EQ(parley_join(bob->session, direct.c_str(), 50, 0), PARLEY_OK);
  ASSERT_TRUE(bob->until_heard(direct, 1));
  ASSERT_EQ(parley_mark_read(bob->session, direct.c_str(), 1), PARLEY_OK);
  bob->turn(0);
  EXPECT_TRUE(ann->shows("seen")) << ann->screen();
}

}  // namespace
}  // namespace parley::e2e
