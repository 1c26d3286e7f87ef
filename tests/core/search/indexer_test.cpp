// SPDX-License-Identifier: Apache-2.0
#include "core/search/indexer.h"

#include <thread>

#include "core/search/shard.h"
#include "tests/core/search/search_fixture.h"

namespace parley::search {
namespace {

class IndexerTest : public SearchFixture {
 protected:
  // Three shards: two full, one begun.
  void fill() {
    for (int i = 0; i < 40; ++i) say(i % 10 == 0 ? "raid" : "no");
    index();
    ASSERT_EQ(indexer_->status().indexed, 40u);
  }
  void overwrite(const std::filesystem::path& file) const {
    const auto size = std::filesystem::file_size(file);
    std::ofstream out(file, std::ios::binary | std::ios::in);
    for (uintmax_t i = 0; i < size; ++i) out.put(static_cast<char>(i * 7 + 1));
  }
  // How many documents of a shard have the term.
  size_t documents(uint64_t shard, const std::string& term) const {
    const auto reader = ShardReader::open(layout().path_of(shard));
    EXPECT_TRUE(reader) << reader.error().text;
    return (*reader)->documents_with(term, {1, 1000})->size();
  }
  void remove_before(uint64_t keep_from) {
    const history::Cut cut{RoomId(1), Sequence(keep_from)};
    for (bool done = false; !done;) done = store_->remove({std::span(&cut, 1), 100})->done;
  }
  void expect_found() { EXPECT_EQ(search("raid"), (Numbers{31, 21, 11, 1})); }
};

TEST_F(IndexerTest, AFewEntriesWaitForOthersButNotForEver) {
  say("raid");
  EXPECT_EQ(indexer_->do_work(now_), 0);
  now_.mono += kIndexDelay - Micros(1);
  EXPECT_EQ(indexer_->do_work(now_), 0);
  now_.mono = indexer_->next_deadline();
  EXPECT_EQ(indexer_->do_work(now_), 1);
  EXPECT_EQ(indexer_->status().indexed, 1u);
}

TEST_F(IndexerTest, ManyEntriesDoNotWait) {
  shard_entries_ = kSearchShardEntries;
  restart();
  history::Batch made = batch();
  for (size_t i = 0; i < kIndexAtEntries; ++i) made.entry(1, entry_bytes("raid"));
  append(made);
  EXPECT_EQ(indexer_->do_work(now_), 1);
  EXPECT_EQ(indexer_->status().indexed, kIndexAtEntries);
}

TEST_F(IndexerTest, AnIdleOneLooksOnceASecond) {
  EXPECT_EQ(indexer_->do_work(now_), 0);
  EXPECT_EQ(indexer_->next_deadline(), now_.mono + Seconds(1));
}

TEST_F(IndexerTest, GoesOnWhereItEndedAfterARestart) {
  fill();
  restart();
  say("raid");
  index();
  EXPECT_EQ(indexer_->status().rebuilt, 0u);
  EXPECT_EQ(indexer_->status().commits, 1u);
  EXPECT_EQ(search("raid"), (Numbers{41, 31, 21, 11, 1}));
}

TEST_F(IndexerTest, AMissingIndexIsBuiltFromTheLog) {
  fill();
  stop();
  std::filesystem::remove_all(layout().directory);
  start();
  index();
  EXPECT_EQ(indexer_->status().indexed, 40u);
  expect_found();
}

TEST_F(IndexerTest, AShardWithoutItsFilesIsBuiltAnew) {
  fill();
  stop();
  std::filesystem::remove(layout().path_of(1) / "postlist.glass");
  start();
  index();
  EXPECT_EQ(indexer_->status().rebuilt, 1u);
  EXPECT_EQ(indexer_->status().indexed, 40u);
  expect_found();
}

TEST_F(IndexerTest, AGarbledShardIsFoundOutByASearchAndBuiltAnewWhileOthersServe) {
  fill();
  stop();
  overwrite(layout().path_of(1) / "postlist.glass");
  start();
  index();
  const SearchPage meanwhile = search_page("raid");
  if (indexer_->status().rebuilt == 0) {  // it could be opened, so only the search can tell
    EXPECT_TRUE(meanwhile.incomplete);
    EXPECT_EQ(numbers_in(meanwhile), (Numbers{1}));
  }
  index();
  EXPECT_EQ(indexer_->status().rebuilt, 1u);
  EXPECT_EQ(indexer_->status().indexed, 40u);
  expect_found();
}

TEST_F(IndexerTest, AnotherFormatIsBuiltAnew) {
  fill();
  stop();
  {
    Xapian::WritableDatabase shard(layout().path_of(0).string(), Xapian::DB_OPEN);
    shard.set_metadata("format", "0");
    shard.commit();
  }
  start();
  index();
  EXPECT_EQ(indexer_->status().rebuilt, 1u);
  expect_found();
}

TEST_F(IndexerTest, AnIndexThatIsAheadOfTheLogIsBuiltAnew) {
  fill();
  stop();
  store_.reset();
  std::filesystem::remove_all(options().directory);
  heads_.clear();
  open();
  append(batch().room(1));
  say("another world");
  start();
  index();
  EXPECT_EQ(indexer_->status().rebuilt, 3u);
  EXPECT_EQ(search("raid"), Numbers{});
  EXPECT_EQ(search("world"), Numbers{1});
}

TEST_F(IndexerTest, AnIndexOfAnotherLogIsBuiltAnew) {
  fill();
  stop();
  store_.reset();
  std::filesystem::remove_all(options().directory);
  heads_.clear();
  open();
  append(batch().room(1));
  for (int i = 0; i < 60; ++i) append(batch().entry(1, entry_bytes("another world"), 8));
  start();
  index();
  EXPECT_EQ(indexer_->status().rebuilt, 3u);
  EXPECT_EQ(search("raid"), Numbers{});
  EXPECT_EQ(search("world").size(), 50u);
}

TEST_F(IndexerTest, AnEditedMessageIsFoundByItsNewWordsOnly) {
  fill();  // the target's shard is full and closed
  edit(11, "dragon");
  EXPECT_EQ(search("raid"), (Numbers{31, 21, 1})) << "not indexed yet: the text decides";
  EXPECT_EQ(documents(0, "1Wraid"), 2u);
  index();
  EXPECT_EQ(documents(0, "1Wraid"), 1u);
  EXPECT_EQ(search("dragon"), Numbers{11});
  EXPECT_EQ(search("raid"), (Numbers{31, 21, 1}));
}

TEST_F(IndexerTest, AnEditOfWhatIsNotIndexedYetIsNoDocument) {
  say("raid");
  edit(1, "dragon");
  EXPECT_EQ(search("dragon"), Numbers{1});
  index();
  EXPECT_EQ(search("dragon"), Numbers{1});
  EXPECT_EQ(search("raid"), Numbers{});
}

TEST_F(IndexerTest, ADeletedMessageLeavesTheIndex) {
  fill();
  remove(31);
  EXPECT_EQ(search("raid"), (Numbers{21, 11, 1}));
  EXPECT_EQ(documents(1, "1Wraid"), 2u);
  index();
  EXPECT_EQ(documents(1, "1Wraid"), 1u);
  EXPECT_EQ(search("raid"), (Numbers{21, 11, 1}));
}

TEST_F(IndexerTest, ForgettingAUserKeepsWhatIsStillThere) {
  fill();
  EXPECT_EQ(documents(0, "Aann"), 16u);
  indexer_->forget("ann");
  index();
  EXPECT_EQ(indexer_->status().forgetting, 0u);
  EXPECT_EQ(documents(0, "Aann"), 16u) << "nothing of hers was erased from the store";
  expect_found();
}

TEST_F(IndexerTest, WhatRetentionTookGoesFromTheIndex) {
  fill();
  ASSERT_EQ(documents(0, {}), 16u);
  remove_before(12);
  index();
  EXPECT_EQ(documents(0, {}), 5u);
  EXPECT_EQ(documents(1, {}), 16u);
  EXPECT_EQ(search("raid"), (Numbers{31, 21}));
  EXPECT_EQ(indexer_->status().rebuilt, 0u);
}

TEST_F(IndexerTest, AfterARestartItLooksOnceForWhatWasTaken) {
  fill();
  stop();
  remove_before(12);
  reopen();
  start();
  index();
  EXPECT_EQ(documents(0, {}), 5u);
  EXPECT_EQ(search("raid"), (Numbers{31, 21}));
}

TEST_F(IndexerTest, AShardOfWhichNothingIsLeftGoesAndTheOthersStay) {
  fill();
  remove_before(40);
  index();
  EXPECT_EQ(documents(2, {}), 1u);
  EXPECT_EQ(indexer_->status().rebuilt, 0u);
  EXPECT_FALSE(std::filesystem::exists(layout().path_of(0)));
  say("raid again");
  index();
  EXPECT_EQ(search("raid"), Numbers{41});
}

TEST_F(IndexerTest, AnErasedUserIsForgotten) {
  fill();
  say("raid of ben", 1, "ben");
  index();
  const std::string_view ben = "ben";
  history::NewRecords order;
  order.erasures = std::span(&ben, 1);
  ASSERT_TRUE(store_->append(order));
  for (bool done = false; !done;) done = store_->erase_some("ben")->done;
  indexer_->forget("ben");
  EXPECT_FALSE(indexer_->has_forgotten("ben"));
  index();
  EXPECT_TRUE(indexer_->has_forgotten("ben"));
  EXPECT_EQ(documents(2, "Aben"), 0u);
  expect_found();
}

TEST_F(IndexerTest, SaysWhyItCannotAndGoesOnWhenItCan) {
  std::ofstream(layout().directory) << "in the way";
  say("raid");
  index();
  EXPECT_NE(indexer_->status().error, "");
  EXPECT_EQ(search("raid"), Numbers{1}) << "what is new is read from the log";
  std::filesystem::remove(layout().directory);
  index();
  EXPECT_EQ(indexer_->status().error, "");
  EXPECT_EQ(indexer_->status().indexed, 1u);
}

// Under ThreadSanitizer and in all builds: no answer is wrong, whatever the indexer does meanwhile.
TEST_F(IndexerTest, SearchesGoOnWhileItWrites) {
  std::atomic<bool> done = false;
  std::thread writing([&] {
    for (int i = 0; i < 60; ++i) {
      say(i % 10 == 0 ? "raid" : "no");
      now_.mono += kIndexDelay;
      while (indexer_->do_work(now_) > 0) {
      }
    }
    done = true;
  });
  size_t found = 0;
  while (!done) {
    const Numbers numbers = search("raid");
    EXPECT_GE(numbers.size(), found);
    found = numbers.size();
    for (size_t i = 0; i < found; ++i) EXPECT_EQ(numbers[i], (found - 1 - i) * 10 + 1);
  }
  writing.join();
  EXPECT_EQ(search("raid").size(), 6u);
}

}  // namespace
}  // namespace parley::search
