// SPDX-License-Identifier: Apache-2.0
#include "core/search/searcher.h"

#include "tests/core/search/search_fixture.h"

namespace parley::search {
namespace {

class SearcherTest : public SearchFixture {};

TEST_F(SearcherTest, FindsAMessageBeforeItIsIndexed) {
  say("the raid is at eight");
  say("集合は20時");
  EXPECT_EQ(search("raid"), Numbers{1});
  EXPECT_EQ(search("集合"), Numbers{2});
  EXPECT_EQ(indexer_->status().indexed, 0u);
}

TEST_F(SearcherTest, FindsItJustSoWhenItIsIndexed) {
  say("the raid is at eight");
  say("Straße, naïve, 集合は20時");
  index();
  ASSERT_EQ(indexer_->status().indexed, 2u);
  EXPECT_EQ(search("raid"), Numbers{1});
  EXPECT_EQ(search("集合 STRASSE naive 20"), Numbers{2});
  EXPECT_EQ(search("は20"), Numbers{2});
  EXPECT_EQ(search("合"), Numbers{2});
  EXPECT_EQ(search("合集"), Numbers{});
}

TEST_F(SearcherTest, NewestComesFirstOverShardsAndWhatIsNotIndexed) {
  for (int i = 0; i < 40; ++i) say(i % 10 == 0 ? "raid" : "no");
  index();
  say("raid again");
  EXPECT_EQ(search("raid"), (Numbers{41, 31, 21, 11, 1}));
}

TEST_F(SearcherTest, PagesContinueWhereTheLastOneEnded) {
  for (int i = 0; i < 100; ++i) say("raid");
  index();
  Numbers all;
  Sequence before;
  do {
    const SearchPage page = search_page("raid", before, 7);
    EXPECT_LE(page.entries.size(), 7u);
    for (const uint64_t number : numbers_in(page)) all.push_back(number);
    before = page.rest;
  } while (before);
  ASSERT_EQ(all.size(), 100u);
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], 100 - i);
}

TEST_F(SearcherTest, APageThatHoldsAllHasNoRest) {
  for (int i = 0; i < 3; ++i) say("raid");
  index();
  EXPECT_FALSE(search_page("raid", {}, 3).rest);
  EXPECT_EQ(search_page("raid", {}, 2).rest, Sequence(2));
}

TEST_F(SearcherTest, ARoomsWordsAreNotFoundFromAnother) {
  say("secret plan", 2);
  say("nothing", 1);
  EXPECT_EQ(search("secret", 1), Numbers{});
  index();
  EXPECT_EQ(search("secret", 1), Numbers{});
  EXPECT_EQ(search("secr*", 1), Numbers{});
  EXPECT_EQ(search("secret", 2), Numbers{1});
}

TEST_F(SearcherTest, NothingIsShownFromBeforeTheFloor) {
  for (int i = 0; i < 10; ++i) say("raid");
  index();
  const SearchPage page = search_page("raid", {}, 50, 1, Sequence(8));
  EXPECT_EQ(numbers_in(page), (Numbers{10, 9, 8}));
  EXPECT_FALSE(page.rest);
}

TEST_F(SearcherTest, WordsPhrasesBeginningsAbsenceAndAuthorsGoByTheIndex) {
  say("see you at the raid", 1, "ann");
  say("you see the boss", 1, "bob");
  say("raiders don't sleep", 1, "bob");
  say("!?", 1, "cyd");
  index();
  EXPECT_EQ(search("see you"), (Numbers{2, 1}));
  EXPECT_EQ(search("\"see you\""), Numbers{1});
  EXPECT_EQ(search("rai*"), (Numbers{3, 1}));
  EXPECT_EQ(search("see -boss"), Numbers{1});
  EXPECT_EQ(search("see -\"see you\""), Numbers{2});
  EXPECT_EQ(search("from:BOB"), (Numbers{3, 2}));
  EXPECT_EQ(search("from:bob don't"), Numbers{3});
  EXPECT_EQ(search("from:cyd"), Numbers{4});
  EXPECT_EQ(search("the -from:ann"), Numbers{2});
}

TEST_F(SearcherTest, ABeginningThatMeansTooManyWordsIsRefused) {
  for (size_t i = 0; i <= kMaxQueryExpansion; ++i) say("word" + std::to_string(i));
  shard_entries_ = 1024;
  restart();
  index();
  SearchRequest request;
  request.room = RoomId(1);
  request.text = "word*";
  request.limit = 10;
  const auto page = searcher_->search(request);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(search("word10*"), (Numbers{101, 11}));
}

// Two words that are everywhere, but never together: the most that a query can cost.
TEST_F(SearcherTest, ASearchThatCostsTooMuchEndsEarlyAndCanBeContinued) {
  shard_entries_ = kSearchShardEntries;
  restart();
  constexpr size_t kPairs = 6'000;
  say("one two");
  for (size_t i = 0; i < kPairs; i += 250) {
    history::Batch made = batch();
    for (size_t n = 0; n < 250; ++n) made.entry(1, entry_bytes("\"one\" and \"two\"")).entry(1, entry_bytes("one for two"));
    append(made);
  }
  index();
  SearchPage page = search_page("\"one two\"");
  ASSERT_TRUE(page.rest) << "12,000 texts had to be read";
  int answers = 1;
  for (; page.entries.empty() && page.rest; ++answers) {
    const Sequence before = page.rest;
    page = search_page("\"one two\"", before);
    if (page.rest) {
      ASSERT_LT(page.rest, before) << "each answer gets on";
    }
  }
  EXPECT_EQ(numbers_in(page), Numbers{1});
  EXPECT_LE(answers, 4);
}

TEST_F(SearcherTest, AnswersTheThreadThatAsked) {
  say("raid");
  SearchRequest request;
  request.room = RoomId(1);
  request.text = "raid";
  request.session = SessionId(9);
  for (uint32_t io = 0; io < 2; ++io) {
    request.request = io + 5;
    EXPECT_TRUE(searcher_->ask(io, request));
  }
  while (searcher_->do_work(now_) > 0) {
  }
  for (uint32_t io = 0; io < 2; ++io) {
    const auto answer = searcher_->take(io);
    ASSERT_TRUE(answer && answer->page);
    EXPECT_EQ(answer->request.request, io + 5);
    EXPECT_EQ(answer->request.session, SessionId(9));
    EXPECT_EQ(numbers_in(*answer->page), Numbers{1});
    EXPECT_FALSE(searcher_->take(io));
  }
}

TEST_F(SearcherTest, RefusesWhatIsAboveTheBoundUntilAnswersAreTaken) {
  SearchRequest request;
  request.text = "raid";
  for (size_t i = 0; i < kMaxPendingSearches; ++i) ASSERT_TRUE(searcher_->ask(0, request));
  EXPECT_FALSE(searcher_->ask(0, request));
  EXPECT_TRUE(searcher_->ask(1, request)) << "another thread's bound is its own";
  while (searcher_->do_work(now_) > 0) {
  }
  EXPECT_FALSE(searcher_->ask(0, request)) << "an answer that nobody took still has its place";
  EXPECT_TRUE(searcher_->take(0));
  EXPECT_TRUE(searcher_->ask(0, request));
}

}  // namespace
}  // namespace parley::search
