// SPDX-License-Identifier: Apache-2.0
// A store whose entries are messages of people, an index of it with small shards, and a searcher, driven by hand in virtual time.
// Each test owns one; single-threaded.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "core/base/limits.h"
#include "core/search/entry_text.h"
#include "core/search/indexer.h"
#include "core/search/searcher.h"
#include "entry_generated.h"
#include "tests/core/history/store_fixture.h"

namespace parley::search {

inline std::string entry_bytes(std::string_view text, std::string_view author = "ann") {
  flatbuffers::FlatBufferBuilder builder;
  const auto said = entry::CreateText(builder, builder.CreateString(text.data(), text.size())).Union();
  const auto by = builder.CreateString(author.data(), author.size());
  builder.Finish(entry::CreateEntry(builder, by, 0, 1, 1, 0, entry::Content::Text, said));
  return std::string(as_text({builder.GetBufferPointer(), builder.GetSize()}));
}

class SearchFixture : public history::StoreFixture {
 protected:
  static constexpr uint64_t kShardEntries = 16;
  using Numbers = std::vector<uint64_t>;

  void SetUp() override {
    open();
    append(batch().room(1).room(2));
    start();
  }
  void TearDown() override { stop(); }

  ShardLayout layout() const { return {directory_.path() / "search", shard_entries_}; }
  void start() {
    news_.emplace();
    indexer_.emplace(*store_, layout(), *news_, false);
    searcher_.emplace(*store_, layout(), *news_, std::vector<bus::Wakeup*>{&io_[0], &io_[1]});
  }
  void stop() {
    searcher_.reset();
    indexer_.reset();
  }
  void restart() {
    stop();
    start();
  }

  // Says it in a room; it is durable.
  void say(std::string_view text, uint64_t room = 1, std::string_view author = "ann") {
    append(batch().entry(room, entry_bytes(text, author)));
  }
  // As the store is told by the server: changes its target too.
  void edit(uint64_t target, std::string_view text, uint64_t room = 1) {
    flatbuffers::FlatBufferBuilder builder;
    const auto said = entry::CreateEdit(builder, target, builder.CreateString(text.data(), text.size())).Union();
    say_content(builder, entry::Content::Edit, said, room);
  }
  void remove(uint64_t target, uint64_t room = 1) {
    flatbuffers::FlatBufferBuilder builder;
    const auto said = entry::CreateDelete(builder, target).Union();
    say_content(builder, entry::Content::Delete, said, room);
  }
  void say_content(flatbuffers::FlatBufferBuilder& builder, entry::Content kind, flatbuffers::Offset<void> content, uint64_t room) {
    const auto by = builder.CreateString("ann");
    builder.Finish(entry::CreateEntry(builder, by, 0, 1, 1, 0, kind, content));
    const history::NewEntry entry{.room = RoomId(room),
                                  .sequence = Sequence(++heads_[room]),
                                  .producer = ProducerId(9),
                                  .number = ProducerNumber(heads_[room]),
                                  .wall = WallTime(Micros(1000)),
                                  .bytes = {builder.GetBufferPointer(), builder.GetSize()},
                                  .kind = kind == entry::Content::Edit ? EntryKind::kEdit : EntryKind::kDelete};
    const auto done = store_->append({}, {&entry, 1});
    ASSERT_TRUE(done) << done.error().text;
  }
  // Lets the indexer do all that is to be done now and, with the time that takes, soon.
  void index() {
    for (int round = 0; round < 2; ++round) {
      while (indexer_->do_work(now_) > 0) {
      }
      now_.mono += kIndexDelay;
    }
    while (indexer_->do_work(now_) > 0) {
    }
  }

  SearchPage search_page(std::string_view text, Sequence before = {}, size_t limit = 50, uint64_t room = 1, Sequence floor = {}) {
    SearchRequest request;
    request.room = RoomId(room);
    request.text = text;
    request.before = before;
    request.floor = floor;
    request.limit = limit;
    auto page = searcher_->search(request);
    EXPECT_TRUE(page) << page.error().text;
    return page ? std::move(*page) : SearchPage{};
  }
  Numbers search(std::string_view text, uint64_t room = 1) { return numbers_in(search_page(text, {}, 50, room)); }
  static Numbers numbers_in(const SearchPage& page) {
    Numbers out;
    for (const history::StoredEntry& entry : page.entries) out.push_back(entry.sequence.value);
    return out;
  }

  uint64_t shard_entries_ = kShardEntries;
  Now now_{MonoTime(Seconds(100)), WallTime(Seconds(1'700'000'000))};
  bus::Wakeup io_[2];
  std::optional<IndexNews> news_;
  std::optional<Indexer> indexer_;
  std::optional<Searcher> searcher_;
};

}  // namespace parley::search
