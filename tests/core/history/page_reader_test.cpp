// SPDX-License-Identifier: Apache-2.0
#include "core/history/page_reader.h"

#include <thread>

#include "core/base/limits.h"
#include "tests/core/history/store_fixture.h"

namespace parley::history {
namespace {

class PageReaderTest : public StoreFixture {
 protected:
  void SetUp() override {
    open();
    append(batch().room(1).entries(1, 100));
    reopen();
    append(batch().entries(1, 20));
    reader_ = std::make_unique<PageReader>(*store_, std::vector<bus::Wakeup*>{&io_[0], &io_[1]});
  }
  void TearDown() override { reader_.reset(); }
  static PageQuery query(uint32_t request) {
    PageQuery query;
    query.session = SessionId(9);
    query.request = request;
    query.page = {.room = RoomId(1), .from = Sequence(0), .reading = Reading::kBackward, .limit = 5};
    return query;
  }
  void work() {
    while (reader_->do_work({}) > 0) {
    }
  }

  bus::Wakeup io_[2];
  std::unique_ptr<PageReader> reader_;
};

TEST_F(PageReaderTest, AnswersTheThreadThatAsked) {
  EXPECT_TRUE(reader_->ask(0, query(5)));
  EXPECT_TRUE(reader_->ask(1, query(6)));
  work();
  const auto first = reader_->take(0);
  const auto second = reader_->take(1);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->query.request, 5u);
  EXPECT_EQ(second->query.request, 6u);
  EXPECT_EQ(second->query.session, SessionId(9));
  EXPECT_EQ(numbers(*first->page), range(116, 120));
  EXPECT_FALSE(reader_->take(0));
}

TEST_F(PageReaderTest, AJoinIsToldThatAllThatItHasIsStored) {
  PageQuery resume = query(1);
  resume.question = Question::kJoin;
  resume.since = Sequence(90);
  resume.since_epoch = Epoch(1);
  ASSERT_TRUE(reader_->ask(0, resume));
  work();
  const auto answer = reader_->take(0);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->valid_through, Sequence(90));
  EXPECT_EQ(answer->joined_at, Sequence(0));
}

TEST_F(PageReaderTest, AJoinIsToldOfATailThatWasNeverStored) {
  PageQuery resume = query(1);
  resume.question = Question::kJoin;
  resume.since = Sequence(103);
  resume.since_epoch = Epoch(1);
  ASSERT_TRUE(reader_->ask(0, resume));
  work();
  const auto answer = reader_->take(0);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->valid_through, Sequence(100));
}

TEST_F(PageReaderTest, RefusesWhatIsAboveTheBoundUntilAnswersAreTaken) {
  for (size_t i = 0; i < kMaxPendingPages; ++i) ASSERT_TRUE(reader_->ask(0, query(1)));
  EXPECT_FALSE(reader_->ask(0, query(2)));
  EXPECT_TRUE(reader_->ask(1, query(3))) << "another thread's bound is its own";
  work();
  EXPECT_FALSE(reader_->ask(0, query(2))) << "an answer that nobody took still has its place";
  EXPECT_TRUE(reader_->take(0));
  EXPECT_TRUE(reader_->ask(0, query(2)));
}

TEST_F(PageReaderTest, OneThreadsQueueDoesNotHoldUpAnother) {
  for (size_t i = 0; i < kMaxPendingPages; ++i) ASSERT_TRUE(reader_->ask(0, query(1)));
  ASSERT_TRUE(reader_->ask(1, query(2)));
  reader_->do_work({});
  EXPECT_TRUE(reader_->take(1));
}

TEST_F(PageReaderTest, AnIdleReaderHasNothingToDo) { EXPECT_EQ(reader_->do_work({}), 0); }

// Pages while the writer appends: dense, committed, and with the bytes that belong there.
TEST_F(PageReaderTest, ReadsWhatIsCommittedWhileTheWriterGoesOn) {
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; i < 300; ++i) append(batch().entries(1, 1 + static_cast<size_t>(i) % 90));
    done = true;
  });
  uint64_t head = 0;
  while (!done) {
    const Page got = backward(1, 0, 150);
    EXPECT_GE(got.head.value, head);
    head = got.head.value;
    EXPECT_EQ(numbers(got), range(head < 150 ? 1 : head - 149, head));
    for (const StoredEntry& entry : got.entries) EXPECT_EQ(text(entry), Batch::label(1, entry.sequence.value));
  }
  writer.join();
  EXPECT_EQ(backward(1, 0, 1).head.value, heads_[1]);
}

}  // namespace
}  // namespace parley::history
