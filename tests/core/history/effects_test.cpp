// SPDX-License-Identifier: Apache-2.0
// What later entries do to what is stored: each test says something about an earlier message and reads it again.
#include "core/history/effects.h"

#include "tests/core/history/saying_fixture.h"

namespace parley::history {
namespace {

class EffectsTest : public SayingFixture {};

TEST_F(EffectsTest, AnEditChangesWhatAPageShows) {
  const Sequence said = say(text_by("ann", "helo"));
  const Sequence edited = edit(said, "hello");
  EXPECT_EQ(stored_text(said), "hello");
  EXPECT_EQ(stored(said).edited, edited.value);
  EXPECT_EQ(stored(said).author, "ann");
}

TEST_F(EffectsTest, AnEditMayMakeAMessageMuchLongerAndShortAgain) {
  const Sequence said = say(text_by("ann", "short"));
  edit(said, std::string(4000, 'x'));
  EXPECT_EQ(stored_text(said), std::string(4000, 'x'));
  edit(said, "short again");
  EXPECT_EQ(stored_text(said), "short again");
}

TEST_F(EffectsTest, OfAnEditedMessageOnlyTheLastTextIsKept) {
  const Sequence said = say(text_by("ann", "first words"));
  edit(said, "second words");
  const Sequence last = edit(said, "third words");
  EXPECT_EQ(entries_with("first words"), 0u);
  EXPECT_EQ(entries_with("second words"), 0u);
  EXPECT_EQ(stored(last).content.AsEdit()->text, "third words");
}

TEST_F(EffectsTest, ADeletedMessageLeavesAStubAndNoTextAnywhere) {
  const Sequence said = say(text_by("ann", "secret"));
  edit(said, "still secret");
  react("bob", said, "👍");
  remove(said, "posted by mistake");
  EXPECT_EQ(entries_with("secret"), 0u);
  const entry::EntryT stub = stored(said);
  ASSERT_NE(stub.content.AsGone(), nullptr);
  EXPECT_EQ(stub.content.AsGone()->reason, "posted by mistake");
  EXPECT_EQ(stub.author, "ann");
  EXPECT_TRUE(note(said).reactions.empty());
}

TEST_F(EffectsTest, ADeletedMessageStaysDeletedWhenItIsEdited) {
  const Sequence said = say(text_by("ann", "x"));
  remove(said);
  edit(said, "back again");
  EXPECT_NE(stored(said).content.AsGone(), nullptr);
}

TEST_F(EffectsTest, WhatChangedSurvivesARestart) {
  const Sequence said = say(text_by("ann", "helo"));
  edit(said, "hello");
  react("bob", said, "👍");
  reopen();
  EXPECT_EQ(stored_text(said), "hello");
  EXPECT_EQ(note(said).reactions.size(), 1u);
}

TEST_F(EffectsTest, AnEditInTheSameCommitAsItsMessageFindsIt) {
  std::vector<NewEntry> together;
  for (size_t i = 0; i < kSegmentEntries + 6; ++i) together.push_back(prepare(text_by("ann", "number " + std::to_string(i))));
  entry::EditT change;
  change.target = together[3].sequence.value;
  change.text = "changed";
  together.push_back(prepare(by("ann", std::move(change))));
  ASSERT_TRUE(store_->append({{}, together}));
  EXPECT_EQ(stored_text(Sequence(4)), "changed");
  EXPECT_EQ(stored_text(Sequence(5)), "number 4");
}

TEST_F(EffectsTest, AnEditOfSomethingElseThanAMessageHasNoEffect) {
  const Sequence said = say(text_by("ann", "x"));
  const Sequence reaction = react("bob", said, "👍");
  edit(reaction, "y");
  edit(Sequence(900), "z");
  EXPECT_EQ(stored(reaction).content.AsReaction()->emoji, "👍");
}

TEST_F(EffectsTest, ReactionsAreCountedByEmojiAndOnceAUser) {
  const Sequence said = say(text_by("ann", "dinner?"));
  react("ann", said, "👍");
  react("bob", said, "👍");
  react("bob", said, "👍");
  const Sequence last = react("bob", said, "🍜");
  const PageNote seen = note(said, "ann");
  ASSERT_EQ(seen.reactions.size(), 2u);
  EXPECT_EQ(seen.reactions[0].count, 2u);
  EXPECT_TRUE(seen.reactions[0].mine);
  EXPECT_FALSE(seen.reactions[1].mine);
  EXPECT_EQ(seen.through, last);
}

TEST_F(EffectsTest, AReactionTakenBackIsGone) {
  const Sequence said = say(text_by("ann", "dinner?"));
  react("bob", said, "👍");
  react("bob", said, "👍", true);
  react("bob", said, "👍", true);
  EXPECT_TRUE(note(said).reactions.empty());
}

TEST_F(EffectsTest, AMessageTakesABoundedNumberOfDifferentReactions) {
  const Sequence said = say(text_by("ann", "dinner?"));
  for (size_t i = 0; i <= kMaxReactionKinds; ++i) react("bob", said, "e" + std::to_string(i));
  EXPECT_EQ(note(said).reactions.size(), kMaxReactionKinds);
}

TEST_F(EffectsTest, PinsAndTheTopicAreToldWithTheRoom) {
  const Sequence first = say(text_by("ann", "rules"));
  const Sequence second = say(text_by("ann", "more rules"));
  pin(first);
  pin(second);
  pin(first, true);
  entry::TopicT topic;
  topic.text = "raids at eight";
  say(by("ann", topic));
  EXPECT_EQ(info("bob").pinned, std::vector{second});
  EXPECT_NE(std::string(as_text(info("bob").topic)).find("raids at eight"), std::string::npos);
}

TEST_F(EffectsTest, UnreadCountsMessagesAndNothingElse) {
  const Sequence first = say(text_by("ann", "one"));
  say(text_by("ann", "two"));
  react("bob", first, "👍");
  edit(first, "one!");
  EXPECT_EQ(info("bob").unread, 2u);
  mark("bob", first);
  EXPECT_EQ(info("bob").unread, 1u);
  EXPECT_EQ(info("bob").read, first);
}

TEST_F(EffectsTest, AMarkNeverGoesBackAndIsAUsersOwn) {
  const Sequence first = say(text_by("ann", "one"));
  const Sequence second = say(text_by("ann", "two"));
  mark("bob", second);
  mark("bob", first);
  EXPECT_EQ(info("bob").unread, 0u);
  EXPECT_EQ(info("eve").unread, 2u);
}

TEST_F(EffectsTest, MentionsCountUntilTheyAreRead) {
  say(text_by("ann", "bob?", {"bob"}));
  const Sequence second = say(text_by("ann", "bob and eve?", {"bob", "eve", "bob"}));
  say(text_by("ann", "bob!", {"bob"}));
  EXPECT_EQ(info("bob").mentions, 3u);
  mark("bob", second);
  EXPECT_EQ(info("bob").mentions, 1u);
  EXPECT_EQ(info("eve").mentions, 1u);
}

TEST_F(EffectsTest, APageByTimeBeginsAtTheFirstThatWasSaidThen) {
  for (wall_us_ = 1000; wall_us_ <= 100'000; wall_us_ += 1000) say(text_by("ann", "tick"));
  const auto since = [&](int64_t time) {
    return numbers(page({.room = RoomId(1), .reading = Reading::kFromTime, .limit = 2, .time = WallTime(Micros(time))}));
  };
  EXPECT_EQ(since(0), range(1, 2));
  EXPECT_EQ(since(50'000), range(50, 51));
  EXPECT_EQ(since(50'001), range(51, 52));
  EXPECT_TRUE(since(1'000'000).empty());
}

TEST_F(EffectsTest, APageByTimeIsServedWhenTheClockWentBack) {
  for (const int64_t time : {10, 20, 30, 5, 6, 7}) {
    wall_us_ = time;
    say(text_by("ann", "tick"));
  }
  for (int64_t time = 0; time < 40; ++time) {
    const Page got = page({.room = RoomId(1), .reading = Reading::kFromTime, .limit = 50, .time = WallTime(Micros(time))});
    if (got.entries.empty()) continue;
    EXPECT_EQ(got.entries.back().sequence, Sequence(6)) << "dense to the end, wherever it begins";
  }
}

TEST_F(EffectsTest, APageAroundAnEntryHasItInTheMiddle) {
  append(batch().entries(2, 100));
  const auto around = [&](uint64_t sequence) {
    return numbers(page({.room = RoomId(2), .from = Sequence(sequence), .reading = Reading::kAround, .limit = 10}));
  };
  EXPECT_EQ(around(50), range(45, 54));
  EXPECT_EQ(around(2), range(1, 10));
  EXPECT_EQ(around(100), range(95, 100));
}

TEST_F(EffectsTest, APageOfManyReactionsStillFitsIntoAMessage) {
  for (int i = 0; i < 60; ++i) {
    const Sequence said = say(text_by("ann", "popular"));
    for (size_t kind = 0; kind < kMaxReactionKinds; ++kind) react("bob", said, std::string(28, 'e') + std::to_string(100 + kind));
  }
  const Page got = backward(1, 0, 200);
  size_t bytes = 0;
  for (const StoredEntry& each : got.entries) bytes += each.bytes.size();
  for (const PageNote& each : got.notes) bytes += each.reactions.size() * 64;
  EXPECT_LT(bytes, kMaxTransportMessage);
  EXPECT_TRUE(got.more);
}

}  // namespace
}  // namespace parley::history
