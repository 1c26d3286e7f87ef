// SPDX-License-Identifier: Apache-2.0
#include "tools/parley/changes.h"

#include <gtest/gtest.h>

#include "tools/parley/room_log.h"

namespace parley::terminal {
namespace {

Line message(uint64_t sequence, const std::string& text) {
  Line line;
  line.sequence = sequence;
  line.name = line.user = "ann";
  line.text = text;
  return line;
}

class ChangesTest : public testing::Test {
 protected:
  void edit(uint64_t sequence, uint64_t target, const std::string& text) {
    log_.change({.kind = Change::Kind::kEdit, .target = target, .sequence = sequence, .text = text});
  }
  void remove(uint64_t sequence, uint64_t target, const std::string& why) {
    log_.change({.kind = Change::Kind::kDelete, .target = target, .sequence = sequence, .text = why});
  }
  void react(uint64_t sequence, const std::string& user, bool removed = false) {
    log_.change({.kind = Change::Kind::kReaction,
                 .target = 1,
                 .sequence = sequence,
                 .user = user,
                 .text = "👍",
                 .removed = removed,
                 .own = user == "me"});
  }
  const Line& line(uint64_t sequence) { return *log_.find(sequence); }
  using Reactions = std::vector<Reaction>;
  RoomLog log_;
};

TEST_F(ChangesTest, TheLastEditCounts) {
  log_.add(message(1, "helo"));
  edit(3, 1, "hello!");
  edit(2, 1, "hello");
  EXPECT_EQ(line(1).text, "hello!");
  EXPECT_EQ(line(1).edited, 3u);
}

TEST_F(ChangesTest, AnEditMayComeBeforeItsMessage) {
  edit(2, 1, "hello");
  log_.add(message(1, "helo"));
  EXPECT_EQ(line(1).text, "hello");
}

TEST_F(ChangesTest, AnEditThatThePageKnowsChangesNothing) {
  Line from_page = message(1, "third");
  from_page.edited = 4;
  log_.add(from_page);
  edit(2, 1, "second");
  edit(4, 1, "third");
  EXPECT_EQ(line(1).text, "third");
  edit(5, 1, "fourth");
  EXPECT_EQ(line(1).text, "fourth");
}

TEST_F(ChangesTest, ADeletedMessageStaysDeleted) {
  log_.add(message(1, "spam"));
  remove(2, 1, "spam");
  edit(3, 1, "not spam");
  EXPECT_TRUE(line(1).deleted);
  EXPECT_EQ(line(1).text, "spam");
}

TEST_F(ChangesTest, ARolledBackEditGivesTheTextBack) {
  log_.add(message(1, "hello"));
  edit(2, 1, "hi");
  remove(3, 1, "");
  log_.roll_back(2);
  EXPECT_EQ(line(1).text, "hi");
  log_.roll_back(1);
  EXPECT_EQ(line(1).text, "hello");
  EXPECT_EQ(line(1).edited, 0u);
}

TEST_F(ChangesTest, APageBringsWhatIsTrueNow) {
  log_.add(message(1, "helo"));
  Line now = message(1, "hello");
  now.edited = 7;
  EXPECT_FALSE(log_.add(now));
  EXPECT_EQ(line(1).text, "hello");
}

TEST_F(ChangesTest, ReactionsAreCountedPerEmojiAndUser) {
  log_.add(message(1, "pizza?"));
  react(2, "ben");
  react(3, "me");
  react(3, "me");   // the same entry by a page
  react(4, "ben");  // he has it already
  EXPECT_EQ(line(1).reactions, (Reactions{{"👍", 2, true}}));
  react(5, "me", true);
  EXPECT_EQ(line(1).reactions, (Reactions{{"👍", 1, false}}));
  react(6, "ben", true);
  EXPECT_TRUE(line(1).reactions.empty());
}

TEST_F(ChangesTest, ReactionsThatThePageCountedAreNotCountedAgain) {
  react(4, "ben");  // live, before the page with the message
  log_.add(message(1, "pizza?"));
  react(2, "ann");  // of the page itself
  log_.count(1, {"👍", 3, false}, 4);
  EXPECT_EQ(line(1).reactions, (Reactions{{"👍", 3, false}}));
  react(3, "eve");  // late, but counted
  EXPECT_EQ(line(1).reactions, (Reactions{{"👍", 3, false}}));
  react(5, "me");
  EXPECT_EQ(line(1).reactions, (Reactions{{"👍", 4, true}}));
}

TEST_F(ChangesTest, LiveReactionsAboveTheCountAreAddedWheneverTheyCame) {
  react(5, "ben");
  log_.add(message(1, "pizza?"));
  log_.count(1, {"👍", 1, false}, 4);
  EXPECT_EQ(line(1).reactions, (Reactions{{"👍", 2, false}}));
}

TEST_F(ChangesTest, ANewerCountReplacesAnOlderOne) {
  log_.add(message(1, "pizza?"));
  log_.count(1, {"👍", 2, false}, 4);
  log_.count(1, {"🍕", 1, false}, 4);
  EXPECT_EQ(line(1).reactions, (Reactions{{"👍", 2, false}, {"🍕", 1, false}}));
  log_.count(1, {"🍕", 5, true}, 9);
  EXPECT_EQ(line(1).reactions, (Reactions{{"🍕", 5, true}}));
  log_.count(1, {"👍", 2, false}, 4);
  EXPECT_EQ(line(1).reactions, (Reactions{{"🍕", 5, true}}));
}

TEST_F(ChangesTest, ARolledBackReactionIsGone) {
  log_.add(message(1, "pizza?"));
  log_.count(1, {"👍", 1, false}, 2);
  react(3, "ben");
  log_.roll_back(2);
  EXPECT_EQ(line(1).reactions, (Reactions{{"👍", 1, false}}));
}

TEST_F(ChangesTest, ARepliesQuoteFollowsItsMessage) {
  Line reply = message(2, "yes");
  reply.reply_to = 1;
  log_.add(reply);
  EXPECT_EQ(line(2).reply, "");
  log_.add(message(1, "pizza?\nor not"));
  EXPECT_EQ(line(2).reply, "ann: pizza? or not");
  edit(3, 1, "pasta?");
  EXPECT_EQ(line(2).reply, "ann: pasta?");
  remove(4, 1, "");
  EXPECT_EQ(line(2).reply, "ann: [deleted]");
}

TEST_F(ChangesTest, ForgetsThoseOfTheOldestMessagesWhenThereAreTooMany) {
  edit(1'000'000, 1, "gone");
  for (uint64_t i = 2; i < Changes::kMaxChanges + 2; ++i) edit(1'000'000 + i, i, "kept");
  log_.add(message(1, "first"));
  log_.add(message(2, "second"));
  EXPECT_EQ(line(1).text, "first");
  EXPECT_EQ(line(2).text, "kept");
}

}  // namespace
}  // namespace parley::terminal
