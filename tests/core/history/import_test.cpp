// SPDX-License-Identifier: Apache-2.0
// What an export gives, an import takes: the same entries under the same numbers. And an import that is repeated doubles nothing, wherever
// the one before it ended.
#include "core/history/import.h"

#include "core/history/log_export.h"
#include "core/history/verify.h"
#include "tests/core/history/talk_fixture.h"

namespace parley::history {
namespace {

class Collector final : public ExportSink {
 public:
  bool on_entry(const ExportedEntry& entry) override {
    all.push_back(entry);
    return all.size() < most;
  }
  void on_progress(uint64_t positions, uint64_t of) override { done = positions, total = of; }
  std::vector<ExportedEntry> all;
  size_t most = ~size_t{0};
  uint64_t done = 0, total = 0;
};

class Nobody final : public VerifyWatcher {
 public:
  void on_finding(const Finding& finding) override { ADD_FAILURE() << finding.where << ": " << finding.problem; }
  void on_progress(uint64_t, uint64_t) override {}
};

class ImportTest : public TalkFixture {
 protected:
  std::filesystem::path other() const { return directory_.path() / "other"; }
  StoreOptions other_options() const {
    StoreOptions options = this->options();
    options.directory = other();
    return options;
  }
  static std::vector<ExportedEntry> exported(const std::filesystem::path& directory, const std::vector<std::string>& rooms = {}) {
    Collector sink;
    const auto report = export_log(directory, rooms, sink);
    EXPECT_TRUE(report) << report.error().text;
    EXPECT_EQ(sink.done, sink.total);
    return sink.all;
  }
  static std::vector<ImportLine> lines_of(const std::vector<ExportedEntry>& entries) {
    std::vector<ImportLine> lines;
    for (const ExportedEntry& each : entries) lines.push_back({lines.size() + 1, each.room, each.sequence, each.entry});
    return lines;
  }
  static ImportLine line(uint64_t number, const std::string& room, PlainEntry entry, uint64_t sequence = 0) {
    return {number, room, Sequence(sequence), std::move(entry)};
  }
  std::unique_ptr<Importer> importer(const std::string& source = "old chat") {
    auto opened = Importer::open(other_options(), source);
    EXPECT_TRUE(opened) << opened.error().text;
    return opened ? std::move(*opened) : nullptr;
  }
  // All lines in commits of so many; the report.
  ImportReport import(const std::vector<ImportLine>& lines, size_t commit_every = 512) {
    const auto into = importer();
    size_t waiting = 0;
    for (const ImportLine& each : lines) {
      const auto added = into->add(each);
      EXPECT_TRUE(added) << "line " << each.number << ": " << added.error().text;
      if (++waiting % commit_every == 0) {
        EXPECT_TRUE(into->commit());
      }
    }
    const auto finished = into->finish();
    EXPECT_TRUE(finished) << finished.error().text;
    return into->report();
  }
  static void expect_equal(const std::vector<ExportedEntry>& one, const std::vector<ExportedEntry>& other) {
    ASSERT_EQ(one.size(), other.size());
    for (size_t i = 0; i < one.size(); ++i) {
      const auto fields = [](const ExportedEntry& e) {
        return std::tie(e.room, e.sequence, e.entry.kind, e.entry.author, e.entry.name, e.entry.wall, e.entry.text, e.entry.target,
                        e.entry.removed, e.entry.by_moderator, e.entry.custom_type, e.entry.payload, e.entry.mentions, e.entry.edited,
                        e.entry.gone, e.entry.gone_by);
      };
      EXPECT_EQ(fields(one[i]), fields(other[i])) << "entry " << i;
    }
  }
  void verify_other() {
    Nobody watcher;
    const auto report = verify_store(other(), watcher);
    EXPECT_TRUE(report) << report.error().text;
  }
};

TEST_F(ImportTest, WhatWasExportedIsImportedAsItWas) {
  say_one_of_each_kind();
  say_many(700, kGuild);
  store_.reset();
  const auto before = exported(options().directory);
  const ImportReport report = import(lines_of(before));
  EXPECT_EQ(report.stored, 714u);
  expect_equal(before, exported(other()));
  verify_other();
}

TEST_F(ImportTest, TheEffectsAreThereToo) {
  say_one_of_each_kind();
  store_.reset();
  import(lines_of(exported(options().directory)));
  const auto opened = Store::open(other_options());
  ASSERT_TRUE(opened);
  const auto page = (*opened)->read_page({.room = kLobby, .from = Sequence(1), .reading = Reading::kForward, .limit = 50});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->notes.size(), 1u);
  EXPECT_TRUE(page->notes[0].pinned);
  ASSERT_EQ(page->notes[0].reactions.size(), 1u);
  EXPECT_EQ(page->notes[0].reactions[0].count, 2u);
  EXPECT_FALSE((*opened)->room_info({.room = kLobby, .user = "ann"})->topic.empty());
}

TEST_F(ImportTest, RoomsCanBeChosen) {
  say_many(5);
  say_many(3, kGuild);
  store_.reset();
  EXPECT_EQ(exported(options().directory, {"room2"}).size(), 3u);
  Collector sink;
  const auto unknown = export_log(options().directory, {"room3"}, sink);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kUnknownRoom);
}

TEST_F(ImportTest, AReaderThatWantsNoMoreEndsTheExport) {
  say_many(5);
  store_.reset();
  Collector sink;
  sink.most = 2;
  ASSERT_TRUE(export_log(options().directory, {}, sink));
  EXPECT_EQ(sink.all.size(), 2u);
}

TEST_F(ImportTest, RepeatedItStoresNothingTwice) {
  say_one_of_each_kind();
  store_.reset();
  const auto lines = lines_of(exported(options().directory));
  import(lines);
  const ImportReport again = import(lines);
  EXPECT_EQ(again.stored, 0u);
  EXPECT_EQ(again.known, lines.size());
  EXPECT_EQ(exported(other()).size(), lines.size());
}

// What was added but not committed when it ended is stored by the next, and what it is about is found across the interruption.
TEST_F(ImportTest, ItGoesOnWhereItWasInterrupted) {
  say_one_of_each_kind();
  say_many(60, kGuild);
  store_.reset();
  const auto before = exported(options().directory);
  const auto lines = lines_of(before);
  for (size_t end = 0; end < lines.size(); end += 7) {
    const auto into = importer();
    for (size_t i = 0; i < end; ++i) ASSERT_TRUE(into->add(lines[i]));
    if (end % 2 == 0) {
      ASSERT_TRUE(into->commit());
    }
  }
  import(lines);
  expect_equal(before, exported(other()));
  verify_other();
}

TEST_F(ImportTest, IntoARoomWithEntriesItIsNumberedBehindThem) {
  import({line(1, "lobby", text_of("ann", "first"))});
  const auto into = importer("another file");
  ASSERT_TRUE(into->add(line(1, "lobby", text_of("bob", "hello"), 31)));
  ASSERT_TRUE(into->add(line(2, "lobby", of(EntryKind::kEdit, "bob", "hello!", Sequence(31)), 32)));
  ASSERT_TRUE(into->finish());
  const auto all = exported(other());
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[1].entry.text, "hello!");
  EXPECT_EQ(all[2].entry.target, Sequence(2));
}

TEST_F(ImportTest, ABadLineIsRefusedAndTheOthersStay) {
  const auto into = importer();
  ASSERT_TRUE(into->add(line(1, "lobby", text_of("ann", "one"))));
  EXPECT_EQ(into->add(line(2, "lobby", text_of("ann", std::string(5000, 'x')))).error().code, ErrorCode::kMessageTooLong);
  EXPECT_EQ(into->add(line(3, "no room", text_of("ann", "x"))).error().code, ErrorCode::kForbiddenCharacter);
  EXPECT_EQ(into->add(line(4, "lobby", text_of("", "x"))).error().code, ErrorCode::kNameEmpty);
  EXPECT_EQ(into->add(line(5, "lobby", text_of("ann", "bell \a"))).error().code, ErrorCode::kForbiddenCharacter);
  EXPECT_EQ(into->add(line(6, "lobby", of(EntryKind::kEdit, "ann", "x", Sequence(9)))).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(into->add(line(7, "lobby", text_of("ann", "seven"))));
  ASSERT_TRUE(into->finish());
  EXPECT_EQ(into->report().stored, 2u);
}

TEST_F(ImportTest, LinesThatWereRefusedBeforeAreToldOfWhenItIsRepeated) {
  import({line(1, "lobby", text_of("ann", "one")), line(3, "lobby", text_of("ann", "three"))});
  const ImportReport again = import({line(1, "lobby", text_of("ann", "one")), line(2, "lobby", text_of("ann", "two, put right")),
                                     line(3, "lobby", text_of("ann", "three"))});
  EXPECT_EQ(again.refused, 1u);
  EXPECT_EQ(again.known, 2u);
}

TEST_F(ImportTest, AnotherFileUnderTheSameNameIsRefused) {
  import({line(1, "lobby", text_of("ann", "one")), line(2, "lobby", text_of("ann", "two"))});
  const auto into = importer();
  ASSERT_TRUE(into->add(line(1, "guild", text_of("eve", "something else"))));
  ASSERT_TRUE(into->add(line(2, "guild", text_of("eve", "and more"))));
  ASSERT_TRUE(into->add(line(3, "guild", text_of("eve", "which isn't lost"))));
  const auto finished = into->finish();
  ASSERT_FALSE(finished);
  EXPECT_NE(finished.error().text.find("line 1"), std::string::npos) << finished.error().text;
  EXPECT_EQ(into->report().stored, 0u);
}

TEST_F(ImportTest, AShorterFileUnderTheSameNameIsRefused) {
  import({line(1, "lobby", text_of("ann", "one")), line(2, "lobby", text_of("ann", "two"))});
  const auto into = importer();
  ASSERT_TRUE(into->add(line(1, "lobby", text_of("ann", "one"))));
  EXPECT_FALSE(into->finish());
}

TEST_F(ImportTest, WhileAServerHasTheStoreItIsRefused) {
  const auto refused = Importer::open(options(), "old chat");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kStoreLocked);
}

}  // namespace
}  // namespace parley::history
