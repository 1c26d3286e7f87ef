// SPDX-License-Identifier: Apache-2.0
// What goes with removed entries, and that a death of process or power between or within the steps leaves whole ones.
#include "core/history/removal.h"

#include "tests/core/history/faulty_disk.h"
#include "tests/core/history/saying_fixture.h"

namespace parley::history {
namespace {

class RemovalTest : public SayingFixture {
 protected:
  void SetUp() override {
    open();
    append(batch().room(1).room(2));
  }
  void remove_before(uint64_t keep_from) {
    const Cut cut{RoomId(1), Sequence(keep_from)};
    for (int steps = 0;; ++steps) {
      ASSERT_LT(steps, 100);
      const auto removed = store_->remove({std::span(&cut, 1), 50});
      ASSERT_TRUE(removed) << removed.error().text;
      if (removed->done) return;
    }
  }
};

TEST_F(RemovalTest, ReactionsPinsAndTheTopicGoWithTheirEntries) {
  const Sequence first = say(text_by("ann", "first"));
  react("ben", first, "+1");
  pin(first);
  entry::TopicT topic;
  topic.text = "about";
  say(by("ann", std::move(topic)));
  const Sequence second = say(text_by("ann", "second"));
  react("ben", second, "+1");
  pin(second);
  ASSERT_EQ(info("ann").pinned.size(), 2u);
  remove_before(second.value);
  EXPECT_EQ(info("ann").pinned, std::vector<Sequence>{second});
  EXPECT_TRUE(info("ann").topic.empty());
  EXPECT_EQ(note(second).reactions.size(), 1u);
  const auto facts = store_->target({RoomId(1), first, "ben", "+1"});
  EXPECT_FALSE(facts->found);
}

TEST_F(RemovalTest, WhatIsSaidAboutAnEntryThatIsGoneHasNoEffect) {
  const Sequence first = say(text_by("ann", "first"));
  const Sequence second = say(text_by("ann", "second"));
  remove_before(second.value);
  edit(first, "changed");
  react("ben", first, "+1");
  pin(first);
  remove(first);
  EXPECT_TRUE(info("ann").pinned.empty());
  EXPECT_EQ(stored_text(second), "second");
}

TEST_F(RemovalTest, UnreadCountsOnlyWhatIsThere) {
  for (int i = 0; i < 10; ++i) say(text_by("ann", "for ben", {"ben"}));
  mark("ben", Sequence(2));
  EXPECT_EQ(info("ben").unread, 8u);
  EXPECT_EQ(info("ben").mentions, 8u);
  remove_before(6);
  EXPECT_EQ(info("ben").unread, 5u);
  EXPECT_EQ(info("ben").mentions, 5u);
  EXPECT_EQ(info("cat").unread, 5u);
  mark("ben", Sequence(7));
  EXPECT_EQ(info("ben").unread, 3u);
}

TEST_F(RemovalTest, AMessageWithMoreReactionsThanAStepTakesGoesInSeveral) {
  const Sequence first = say(text_by("ann", "popular"));
  react_in_a_crowd(first, kMaxRemovedReactions + 10);
  const Cut cut{RoomId(1), first.next()};
  const auto some = store_->remove({std::span(&cut, 1), 50});  // what it waits for is written with it
  ASSERT_TRUE(some);
  EXPECT_FALSE(some->done);
  remove_before(first.next().value);
  EXPECT_EQ(store_->extent(RoomId(1)).first, first.next());
}

TEST_F(RemovalTest, LargeBodiesAndWholeSegmentsGo) {
  append(batch().entries(2, 300, 3000));
  const uint64_t before = store_->status().bytes_free;
  const Cut cut{RoomId(2), Sequence(290)};
  for (bool done = false; !done;) done = store_->remove({std::span(&cut, 1), 50})->done;
  append(batch().entries(2, 1));
  EXPECT_GT(store_->status().bytes_free, before + 289 * 2000);
  EXPECT_EQ(numbers(forward(2, 1, 200)), range(290, 301));
  EXPECT_EQ(store_->sequence_before(RoomId(2), LogPosition(295)), Sequence(294));
}

// One life: append and remove until the disk fails at an operation; then what is there must be whole.
class RemovalDeathTest : public ::testing::TestWithParam<test::Death> {};

TEST_P(RemovalDeathTest, LeavesWholeSteps) {
  for (uint64_t operations = 1; operations < 120; operations += 3) {
    const TemporaryDirectory base("/dev/shm");
    const auto place = base.path() / "a", next = base.path() / "b";
    std::filesystem::create_directory(place);
    std::filesystem::create_directory(next);
    std::map<uint64_t, uint64_t> heads;
    uint64_t taken = 0, answered = 0;
    {
      test::FaultyDisk disk(place, operations);
      auto store = Store::open({.directory = place, .max_bytes = 64u << 20, .checkpoint_every = 40});
      ASSERT_TRUE(store);
      ASSERT_TRUE(Batch(heads).room(1).room(2).append_to(**store));
      disk.fail_after(operations);
      for (int round = 0; round < 20 && !disk.failed(); ++round) {
        Batch batch(heads);
        if (batch.entries(1, 20).entries(2, 10).append_to(**store)) answered = heads[1];
        const Cut cut{RoomId(1), Sequence(answered > 30 ? answered - 30 : 1)};
        if (const auto removed = (*store)->remove({std::span(&cut, 1), 8}); removed) taken = (*store)->extent(RoomId(1)).first.value;
      }
      disk.fail_now();
      store->reset();
      disk.leave(GetParam(), next);
    }
    const auto store = Store::open({.directory = next, .max_bytes = 64u << 20, .checkpoint_every = 40});
    ASSERT_TRUE(store) << store.error().text;
    const RoomExtent extent = (*store)->extent(RoomId(1));
    EXPECT_GE(extent.head.value, answered) << operations;
    EXPECT_GE(extent.first.value, taken) << operations;
    EXPECT_LE(extent.first.value, taken + 8) << operations;
    const auto page = (*store)->read_page({RoomId(1), Sequence(1), Reading::kForward, 200});
    ASSERT_TRUE(page);
    EXPECT_EQ(page->entries.size(), extent.head.value - extent.first.value + 1) << operations;
    EXPECT_FALSE(page->more);
    EXPECT_EQ((*store)->status().damaged_records, 0u);
    for (const room::ProducerState& producer : (*store)->snapshot().producers)
      EXPECT_GE(producer.last.value, answered / 20 * 30) << operations;
  }
}

INSTANTIATE_TEST_SUITE_P(OfProcessAndPower, RemovalDeathTest, ::testing::Values(test::Death::kProcess, test::Death::kPower));

}  // namespace
}  // namespace parley::history
