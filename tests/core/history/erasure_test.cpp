// SPDX-License-Identifier: Apache-2.0
// What is left of somebody who was erased, and that the order outlives a restart.
#include "core/history/erasure.h"

#include "core/base/limits.h"
#include "tests/core/history/lmdb_file.h"
#include "tests/core/history/saying_fixture.h"

namespace parley::history {
namespace {

class ErasureTest : public SayingFixture {
 protected:
  void SetUp() override {
    open();
    append(batch().room(1).room(2));
  }
  void order(std::string_view user) {
    NewRecords records;
    records.erasures = std::span(&user, 1);
    ASSERT_TRUE(store_->append(records));
  }
  std::vector<ErasedRoom> run(const std::string& user) {
    std::vector<ErasedRoom> rooms;
    for (int steps = 0; steps < 100; ++steps) {
      auto some = store_->erase_some(user);
      EXPECT_TRUE(some) << some.error().text;
      if (!some) break;
      rooms.insert(rooms.end(), some->rooms.begin(), some->rooms.end());
      if (some->done) break;
    }
    return rooms;
  }
  // As SIGKILL leaves it: without what a close writes.
  void kill() {
    const auto crashed = directory_.path() / "crashed";
    std::filesystem::copy(options().directory, crashed);
    store_.reset();
    std::filesystem::remove_all(options().directory);
    std::filesystem::rename(crashed, options().directory);
    open();
  }
  void expect_gone(Sequence sequence, entry::GoneReason why = entry::GoneReason::Erased) {
    const entry::EntryT entry = stored(sequence);
    ASSERT_NE(entry.content.AsGone(), nullptr);
    EXPECT_EQ(entry.content.AsGone()->why, why);
    EXPECT_EQ(entry.author, "");
    EXPECT_EQ(entry.producer, 0u);
  }
};

TEST_F(ErasureTest, TextAndAuthorGoTheNumberStays) {
  const Sequence his = say(text_by("ben", "his secret"));
  const Sequence hers = say(text_by("ann", "of ben she speaks"));
  const Sequence large = say(text_by("ben", std::string(3000, 'b')));
  order("ben");
  const auto rooms = run("ben");
  ASSERT_EQ(rooms.size(), 1u);
  EXPECT_EQ(rooms[0].room, RoomId(1));
  EXPECT_EQ(rooms[0].through, large);
  expect_gone(his);
  expect_gone(large);
  EXPECT_EQ(stored_text(hers), "of ben she speaks");
  EXPECT_EQ(entries_with("secret"), 0u);
  EXPECT_EQ(store_->status().damaged_records, 0u);
}

TEST_F(ErasureTest, EditsReactionsTopicsPinsAndMarksGo) {
  const Sequence hers = say(text_by("ann", "hers"));
  const Sequence his = say(text_by("ben", "first words"));
  const Sequence edit_of_his = edit(his, "other words");  // the fixture's edits are ann's; its text is his message's all the same
  react("ben", hers, "+1");
  react("cat", hers, "+1");
  react("ben", hers, "heart");
  react("cat", his, "+1");
  pin(his);
  entry::TopicT topic;
  topic.text = "his topic";
  const Sequence topic_at = say(by("ben", std::move(topic)));
  mark("ben", hers);
  order("ben");
  run("ben");
  expect_gone(his);
  expect_gone(topic_at, entry::GoneReason::Superseded);
  EXPECT_TRUE(info("ann").topic.empty());
  EXPECT_TRUE(info("ann").pinned.empty());
  EXPECT_EQ(info("ben").read, Sequence(0));
  const PageNote left = note(hers, "cat");
  ASSERT_EQ(left.reactions.size(), 1u);
  EXPECT_EQ(left.reactions[0].emoji, "+1");
  EXPECT_EQ(left.reactions[0].count, 1u);
  EXPECT_TRUE(note(his).reactions.empty());
  EXPECT_TRUE(edit_of_his > his);
}

TEST_F(ErasureTest, WhoDeletedIsForgottenWithHisReason) {
  const Sequence hers = say(text_by("ann", "hers"));
  entry::DeleteT content;
  content.target = hers.value;
  content.reason = "ben's reason";
  content.by_moderator = true;
  const Sequence deletion = say(by("ben", std::move(content)));
  order("ben");
  run("ben");
  expect_gone(deletion, entry::GoneReason::Superseded);
  const entry::EntryT left = stored(hers);
  ASSERT_NE(left.content.AsGone(), nullptr);
  EXPECT_EQ(left.content.AsGone()->why, entry::GoneReason::Deleted);
  EXPECT_EQ(left.content.AsGone()->by, "");
  EXPECT_EQ(left.content.AsGone()->reason, "");
  EXPECT_EQ(left.author, "ann");
}

TEST_F(ErasureTest, WhatHeSaysAfterTheOrderStays) {
  say(text_by("ben", "before"));
  order("ben");
  const Sequence after = say(text_by("ben", "after"));
  run("ben");
  EXPECT_EQ(stored_text(after), "after");
  EXPECT_EQ(entries_with("before"), 0u);
}

TEST_F(ErasureTest, TheOrderOutlivesARestartUntilItIsFinished) {
  const Sequence his = say(text_by("ben", "his"));
  order("ben");
  reopen();
  ASSERT_EQ(store_->erasures().size(), 1u);
  EXPECT_EQ(store_->erasures()[0].user, "ben");
  EXPECT_FALSE(store_->erasures()[0].searched);
  run("ben");
  expect_gone(his);
  reopen();
  ASSERT_EQ(store_->erasures().size(), 1u);
  EXPECT_TRUE(store_->erasures()[0].searched);
  ASSERT_TRUE(store_->finish_erasure("ben"));
  reopen();
  EXPECT_TRUE(store_->erasures().empty());
}

TEST_F(ErasureTest, AKillBeforeTheFirstStepKeepsTheOrder) {
  const Sequence his = say(text_by("ben", "his"));
  order("ben");
  kill();
  ASSERT_EQ(store_->erasures().size(), 1u);
  run("ben");
  expect_gone(his);
}

TEST_F(ErasureTest, ALongLogIsLookedThroughInSteps) {
  std::vector<NewEntry> batch;
  for (size_t i = 0; i < kErasureLooks + 100; ++i) batch.push_back(prepare(text_by(i % 2 == 0 ? "ben" : "ann", "word")));
  ASSERT_TRUE(store_->append({{}, batch}));
  order("ben");
  const auto first = store_->erase_some("ben");
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->done);
  kill();
  ASSERT_EQ(store_->erasures().size(), 1u);
  EXPECT_EQ(store_->erasures()[0].looked_at, kErasureLooks) << "what was done needn't be done again";
  run("ben");
  const Page newest = backward(1, 0, 200);
  for (const StoredEntry& each : newest.entries) EXPECT_NE(read_entry(each.bytes)->author()->str(), "ben");
}

TEST_F(ErasureTest, AMessageWithMoreReactionsThanAStepTakesGoesInSeveral) {
  const Sequence popular = say(text_by("ben", "popular"));
  react_in_a_crowd(popular, kMaxRemovedReactions + 10);
  const Sequence later = say(text_by("ben", "and this"));
  order("ben");
  const auto first = store_->erase_some("ben");
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->done);
  EXPECT_TRUE(first->rooms.empty()) << "nothing is erased yet";
  kill();
  run("ben");
  expect_gone(popular);
  expect_gone(later);
  store_.reset();
  size_t reactions = 0;
  with_lmdb(options().directory, "reactions", [&](MDB_txn* txn, MDB_dbi dbi) {
    MDB_stat stat{};
    ASSERT_EQ(mdb_stat(txn, dbi, &stat), 0);
    reactions = stat.ms_entries;
  });
  EXPECT_EQ(reactions, 0u);
}

TEST_F(ErasureTest, JoinedPointsAreKeptFromTheFirstTimeOn) {
  const auto join = [&](Sequence first) {
    const NewJoin joined{RoomId(1), "ben", first};
    NewRecords records;
    records.joins = std::span(&joined, 1);
    ASSERT_TRUE(store_->append(records));
  };
  EXPECT_EQ(store_->joined_at(RoomId(1), "ben"), Sequence(0));
  join(Sequence(5));
  join(Sequence(9));
  reopen();
  EXPECT_EQ(store_->joined_at(RoomId(1), "ben"), Sequence(5));
  EXPECT_EQ(store_->joined_at(RoomId(2), "ben"), Sequence(0));
  ASSERT_EQ(store_->marks_of("ben")->size(), 1u);
  EXPECT_EQ(store_->marks_of("ben")->at(0).joined_at, Sequence(5));
  order("ben");
  run("ben");
  EXPECT_TRUE(store_->marks_of("ben")->empty());
}

}  // namespace
}  // namespace parley::history
