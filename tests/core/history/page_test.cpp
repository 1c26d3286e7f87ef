// SPDX-License-Identifier: Apache-2.0
// Pages at all borders, and against a model: a vector for each room.

#include "core/base/limits.h"
#include "core/base/random.h"
#include "core/history/records.h"
#include "tests/core/history/store_fixture.h"

namespace parley::history {
namespace {

class PageTest : public StoreFixture {
 protected:
  void SetUp() override { open(); }

  void forget_before(uint64_t room, uint64_t keep_from) {
    const Cut cut{RoomId(room), Sequence(keep_from)};
    for (bool done = false; !done;) {
      const auto removed = store_->remove({std::span(&cut, 1), 100});
      ASSERT_TRUE(removed) << removed.error().text;
      done = removed->done;
    }
  }
};

class PageBorders : public PageTest, public ::testing::WithParamInterface<uint64_t> {};

TEST_P(PageBorders, BothDirectionsAroundSegments) {
  const uint64_t head = GetParam();
  append(batch().room(1).room(2).entries(2, 3).entries(1, head).entries(2, 3));
  for (const bool restarted : {false, true}) {
    if (restarted) reopen();
    const uint64_t first = head < 100 ? 1 : head - 99;
    const Page newest = backward(1, 0, 100);
    EXPECT_EQ(numbers(newest), range(first, head));
    EXPECT_EQ(newest.more, first > 1);
    EXPECT_EQ(newest.head, Sequence(head));
    for (const uint64_t from : {uint64_t{1}, head - 1, head}) {
      EXPECT_EQ(numbers(forward(1, from, 200)), range(from, std::min(head, from + 199)));
      EXPECT_EQ(forward(1, from, 200).more, from + 199 < head);
      EXPECT_EQ(numbers(backward(1, from, 3)), range(from > 3 ? from - 3 : 1, from - 1));
    }
    for (const StoredEntry& entry : newest.entries) EXPECT_EQ(text(entry), Batch::label(1, entry.sequence.value));
    EXPECT_TRUE(forward(1, head + 1, 10).entries.empty());
    EXPECT_EQ(numbers(backward(1, head + 500, 1)), range(head, head));
  }
}
INSTANTIATE_TEST_SUITE_P(Heads, PageBorders, ::testing::Values(2, 200, 201, 255, 256, 257, 511, 512, 513, 2560));

TEST_F(PageTest, EndsAtKMaxPageEntries) {
  append(batch().room(1).entries(1, 500));
  EXPECT_EQ(forward(1, 1, 100'000).entries.size(), kMaxPageEntries);
  EXPECT_EQ(backward(1, 0, 100'000).entries.size(), kMaxPageEntries);
}

TEST_F(PageTest, EndsBeforeItsBytesOverflow) {
  append(batch().room(1).entries(1, 40, 4000));
  for (const Page& got : {forward(1, 1, 40), backward(1, 0, 40)}) {
    size_t bytes = 0;
    for (const StoredEntry& entry : got.entries) bytes += entry.bytes.size();
    EXPECT_LE(bytes, kMaxPageBytes);
    EXPECT_GT(bytes, kMaxPageBytes - 5000);
    EXPECT_TRUE(got.more);
  }
}

TEST_F(PageTest, WhatIsNoLongerRetainedIsNamed) {
  append(batch().room(1).room(2).entries(1, 300).entries(2, 5));
  forget_before(1, 131);
  const Page from_start = forward(1, 1, 10);
  EXPECT_EQ(from_start.gap_from, Sequence(1));
  EXPECT_EQ(from_start.gap_to, Sequence(131));
  EXPECT_EQ(numbers(from_start), range(131, 140));
  const Page across = forward(1, 100, 10);
  EXPECT_EQ(across.gap_from, Sequence(100));
  EXPECT_EQ(across.gap_to, Sequence(131));
  const Page end = backward(1, 140, 200);
  EXPECT_EQ(numbers(end), range(131, 139));
  EXPECT_FALSE(end.more);
  EXPECT_EQ(end.gap_from, Sequence(1));
  EXPECT_EQ(end.gap_to, Sequence(131));
  const Page gone = backward(1, 50, 10);
  EXPECT_TRUE(gone.entries.empty());
  EXPECT_EQ(gone.gap_from, Sequence(1));
  EXPECT_EQ(gone.gap_to, Sequence(50));
}

TEST_F(PageTest, WhatIsRetainedHasNoGap) {
  append(batch().room(1).room(2).entries(1, 300).entries(2, 5));
  forget_before(1, 131);
  for (const Page& got : {forward(1, 131, 10), backward(1, 0, 10), forward(2, 1, 10), backward(2, 0, 10)}) {
    EXPECT_EQ(got.gap_to, Sequence(0));
    EXPECT_FALSE(got.entries.empty());
  }
}

TEST_F(PageTest, ARoomOfWhichNothingIsRetainedIsOneGap) {
  append(batch().room(1).room(2).entries(1, 100).entries(2, 5));
  forget_before(1, 101);
  const Page got = forward(1, 20, 10);
  EXPECT_TRUE(got.entries.empty());
  EXPECT_FALSE(got.more);
  EXPECT_EQ(got.gap_from, Sequence(20));
  EXPECT_EQ(got.gap_to, Sequence(101));
  EXPECT_EQ(got.head, Sequence(100));
}

// ---- against a model -----------------------------------------------------------------------------------------------------------------

class PageModel : public PageTest, public ::testing::WithParamInterface<uint64_t> {
 protected:
  void SetUp() override {
    checkpoint_every_ = 400;
    PageTest::SetUp();
  }
  uint64_t below(uint64_t bound) { return random_.below(bound); }

  void append_some() {
    Batch some = batch();
    if (rooms_ == 0 || (rooms_ < 12 && below(4) == 0)) {
      some.room(++rooms_);
      model_.emplace_back();
      first_.push_back(1);
    }
    const uint64_t count = below(5) == 0 ? below(200) : below(8);
    for (uint64_t i = 0; i < count; ++i) {
      const uint64_t room = 1 + below(rooms_);
      const size_t bytes = below(10) == 0 ? 1400 + below(3000) : 8 + below(60);
      model_[room - 1].push_back(Batch::label(room, heads_[room] + 1, bytes));
      some.entry(room, model_[room - 1].back(), 1 + below(5));
    }
    append(some);
  }

  void forget_some() {
    const uint64_t room = 1 + below(rooms_);
    first_[room - 1] = std::max(first_[room - 1], 1 + below(model_[room - 1].size() + 1));
    forget_before(room, first_[room - 1]);
  }

  void compare(const Page& got, uint64_t room, uint64_t first, uint64_t end) {
    const auto& expected = model_[room - 1];
    EXPECT_EQ(got.head.value, expected.size());
    ASSERT_EQ(numbers(got), range(first, end - 1));
    for (const StoredEntry& entry : got.entries) EXPECT_EQ(text(entry), expected[entry.sequence.value - 1]);
  }

  void read_some() {
    const uint64_t room = 1 + below(rooms_);
    const uint64_t head = model_[room - 1].size();
    const uint64_t from = below(head + 3);
    const size_t limit = 1 + below(8);  // few enough that bytes don't end the page
    const uint64_t first = first_[room - 1];
    const uint64_t begin = std::max({from, uint64_t{1}, first});
    const Page ahead = forward(room, from, limit);
    const uint64_t ahead_end = std::max(begin, std::min(begin + limit, head + 1));
    compare(ahead, room, begin, ahead_end);
    EXPECT_EQ(ahead.more, ahead_end <= head);
    EXPECT_EQ(ahead.gap_to.value, from < first && std::max<uint64_t>(from, 1) < first && from <= head ? first : 0);
    const uint64_t end = from == 0 ? head + 1 : std::min(from, head + 1);
    const uint64_t back_first = std::max(std::min(first, end), end > limit ? end - limit : 1);
    const Page back = backward(room, from, limit);
    compare(back, room, back_first, end);
    EXPECT_EQ(back.more, back_first > first);
    EXPECT_EQ(back.gap_to.value, back_first <= first && first > 1 && end > 1 ? std::min(first, end) : 0);
  }

  SeededRandom random_{GetParam()};
  uint64_t rooms_ = 0;
  std::vector<std::vector<std::string>> model_;
  std::vector<uint64_t> first_;  // that is retained
};

TEST_P(PageModel, EqualsAVectorForEachRoom) {
  for (int step = 0; step < 150; ++step) {
    append_some();
    if (below(25) == 0) reopen();
    if (below(6) == 0) forget_some();
    for (int i = 0; i < 5; ++i) read_some();
    ASSERT_FALSE(HasFailure()) << "seed " << GetParam() << ", step " << step;
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, PageModel, ::testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace parley::history
