// SPDX-License-Identifier: Apache-2.0
// A store that holds together has no findings; each kind of damage has its own, and nothing else is found then.
#include "core/history/verify.h"

#include <fstream>

#include "core/history/notes.h"
#include "tests/core/history/lmdb_file.h"
#include "tests/core/history/talk_fixture.h"

namespace parley::history {
namespace {

class Watcher final : public VerifyWatcher {
 public:
  void on_finding(const Finding& finding) override {
    lines.push_back(std::string(finding.table) + ": " + finding.where + ": " + finding.problem);
  }
  void on_progress(uint64_t records, uint64_t of) override { done = records, total = of; }
  std::vector<std::string> lines;
  uint64_t done = 0, total = 0;
};

class VerifyTest : public TalkFixture {
 protected:
  // Of the closed store.
  std::vector<std::string> findings() {
    store_.reset();
    Watcher watcher;
    const auto report = verify_store(options().directory, watcher);
    EXPECT_TRUE(report) << report.error().text;
    if (!report) return {};
    EXPECT_EQ(report->findings, watcher.lines.size());
    EXPECT_EQ(watcher.done, watcher.total);
    report_ = *report;
    return watcher.lines;
  }
  void change(const char* table, const std::function<void(MDB_txn*, MDB_dbi)>& work) {
    store_.reset();
    with_lmdb(options().directory, table, work);
  }
  void expect_only(const std::string& words) {
    const auto found = findings();
    ASSERT_EQ(found.size(), 1u) << testing::PrintToString(found);
    EXPECT_NE(found[0].find(words), std::string::npos) << found[0];
  }
  // Rewrites the header of a log record with its right check.
  void change_header(uint64_t position, const std::function<void(LogHeader&)>& work) {
    change("log", [&](MDB_txn* txn, MDB_dbi dbi) {
      const Key8 key = number_key(position);
      MDB_val k{key.size(), const_cast<uint8_t*>(key.data())};
      MDB_val v{};
      ASSERT_EQ(mdb_get(txn, dbi, &k, &v), 0);
      std::vector<uint8_t> record(static_cast<uint8_t*>(v.mv_data), static_cast<uint8_t*>(v.mv_data) + v.mv_size);
      auto header = decode_log_header(record, LogPosition(position));
      ASSERT_TRUE(header.has_value());
      work(*header);
      encode_log_header(*header, LogPosition(position), record.data());
      put(txn, dbi, key, record);
    });
  }
  VerifyReport report_;
};

TEST_F(VerifyTest, AStoreWithEveryKindOfEntryHoldsTogether) {
  say_one_of_each_kind();
  say_many(200, kGuild);
  EXPECT_EQ(findings(), std::vector<std::string>{});
  EXPECT_EQ(report_.entries, 214u);
  EXPECT_EQ(report_.rooms, 2u);
  EXPECT_FALSE(report_.beside_others);
}

TEST_F(VerifyTest, AStoreWhoseLastCheckpointIsOldHoldsTogether) {
  checkpoint_every_ = 50;
  reopen();
  say_many(333);
  const auto crashed = directory_.path() / "crashed";  // as SIGKILL leaves it
  std::filesystem::copy(options().directory, crashed);
  store_.reset();
  Watcher watcher;
  ASSERT_TRUE(verify_store(crashed, watcher));
  EXPECT_EQ(watcher.lines, std::vector<std::string>{});
}

TEST_F(VerifyTest, ADirectoryWithoutAStoreIsAnErrorAndStaysEmpty) {
  Watcher watcher;
  const auto report = verify_store(directory_.path() / "elsewhere", watcher);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "elsewhere"));
}

TEST_F(VerifyTest, FindsADamagedBody) {
  say(text_of("ann", "a text to be found in the file"));
  store_.reset();
  std::ifstream in(data_file(), std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  for (size_t at = bytes.find("to be found"); at != std::string::npos; at = bytes.find("to be found", at + 1)) bytes[at] = 'T';
  std::ofstream(data_file(), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  expect_only("log: room room1, entry 1: its body fails its check");
}

TEST_F(VerifyTest, FindsADamagedHeaderAndWhatIsMissingForIt) {
  say_many(5);
  change("log", [](MDB_txn* txn, MDB_dbi dbi) { put(txn, dbi, number_key(3), as_bytes(std::string(100, 'x'))); });
  const auto found = findings();
  ASSERT_EQ(found.size(), 2u) << testing::PrintToString(found);
  EXPECT_EQ(found[0], "log: log position 3: the header of this entry fails its check");
  EXPECT_EQ(found[1], "log: room room1: entry 3 can't be read or never were there");
}

// As only a damaged page has it: LMDB itself keeps keys in order.
TEST_F(VerifyTest, FindsAPositionOutOfOrder) {
  say_many(5);
  std::string record;
  change("log", [&](MDB_txn* txn, MDB_dbi dbi) {
    const Key8 key = number_key(3);
    MDB_val k{key.size(), const_cast<uint8_t*>(key.data())};
    MDB_val v{};
    ASSERT_EQ(mdb_get(txn, dbi, &k, &v), 0);
    record = std::string(key.begin(), key.end()) + std::string(static_cast<char*>(v.mv_data), kLogHeaderBytes);
  });
  const auto file = options().directory / "data.mdb";
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const Key8 wrong = number_key(1);
  for (size_t at = bytes.find(record); at != std::string::npos; at = bytes.find(record, at + 1))
    std::copy(wrong.begin(), wrong.end(), bytes.begin() + static_cast<ptrdiff_t>(at));
  std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  const auto found = findings();
  ASSERT_GE(found.size(), 2u) << testing::PrintToString(found);
  EXPECT_EQ(found[0], "log: log position 1: it comes behind log position 2: a page of the file is damaged");
  EXPECT_EQ(found[1], "log: log position 3: 1 positions from here are missing");
}

TEST_F(VerifyTest, FindsAMissingPosition) {
  say_many(5);
  change("log", [](MDB_txn* txn, MDB_dbi dbi) { remove(txn, dbi, number_key(3)); });
  const auto found = findings();
  ASSERT_EQ(found.size(), 2u) << testing::PrintToString(found);
  EXPECT_EQ(found[0], "log: log position 3: 1 positions from here are missing");
}

TEST_F(VerifyTest, FindsAMissingLargeBody) {
  say(text_of("ann", std::string(3000, 'L')));
  change("large", [](MDB_txn* txn, MDB_dbi dbi) { remove(txn, dbi, number_key(1)); });
  expect_only("large: room room1, entry 1: its body is missing");
}

TEST_F(VerifyTest, FindsALargeBodyOfNoEntry) {
  say_many(1);
  change("large", [](MDB_txn* txn, MDB_dbi dbi) { put(txn, dbi, number_key(1), as_bytes("nobody's")); });
  expect_only("a large body that no entry has");
}

TEST_F(VerifyTest, FindsADamagedIndexRecord) {
  say_many(3 * kSegmentEntries);
  change("index", [](MDB_txn* txn, MDB_dbi dbi) { put(txn, dbi, segment_key(RoomId(1), 1), as_bytes("nonsense")); });
  expect_only("index: room room1, entries 257 to 512: their index record fails its check");
}

TEST_F(VerifyTest, FindsAMissingIndexRecord) {
  say_many(3 * kSegmentEntries);
  change("index", [](MDB_txn* txn, MDB_dbi dbi) { remove(txn, dbi, segment_key(RoomId(1), 1)); });
  expect_only("index: room room1, entries 257 to 512: their index record is missing");
}

TEST_F(VerifyTest, FindsAnIndexRecordThatNamesOtherPlaces) {
  say_many(kSegmentEntries);
  change("index", [](MDB_txn* txn, MDB_dbi dbi) {
    Segment positions;
    for (uint64_t i = 0; i < kSegmentEntries; ++i) positions[i] = i + 2;
    std::array<uint8_t, kMaxIndexBytes> record;
    const Key16 key = segment_key(RoomId(1), 0);
    put(txn, dbi, key, encode_index(key, positions, record));
  });
  expect_only("their index record names other places in the log");
}

TEST_F(VerifyTest, FindsANumberThatIsThereTwice) {
  say_many(5);
  change_header(5, [](LogHeader& header) { header.sequence = Sequence(4), header.messages = 4; });
  const auto found = findings();
  ASSERT_FALSE(found.empty());
  EXPECT_TRUE(std::ranges::any_of(found, [](const std::string& line) {
    return line.ends_with("entry 4: its number is there a second time");
  })) << testing::PrintToString(found);
}

TEST_F(VerifyTest, FindsACountOfMessagesThatDoesntFollow) {
  say_many(5);
  change_header(3, [](LogHeader& header) { header.messages = 2; });
  const auto found = findings();
  ASSERT_EQ(found.size(), 2u) << testing::PrintToString(found);  // entry 3 against 2, and 4 against 3
  EXPECT_NE(found[0].find("entry 3: its count of the room's messages"), std::string::npos);
}

TEST_F(VerifyTest, FindsAProducerWhoseRecordLags) {
  say_many(5);
  change("producers", [](MDB_txn* txn, MDB_dbi dbi) {
    std::array<uint8_t, kProducerBytes> record;
    encode_producer({ProducerId(7), ProducerNumber(3), RoomId(1), Sequence(3)}, record);
    put(txn, dbi, number_key(7), record);
  });
  expect_only("producers: room room1, entry 4: the record of its producer doesn't know it");
}

TEST_F(VerifyTest, FindsAProducerWhoseRecordIsDamaged) {
  say_many(5);
  change("producers", [](MDB_txn* txn, MDB_dbi dbi) { put(txn, dbi, number_key(7), as_bytes("nonsense")); });
  expect_only("producers: producer 7: its record fails its check");
}

TEST_F(VerifyTest, FindsARoomWhoseRecordLags) {
  say_many(5);
  change("rooms", [](MDB_txn* txn, MDB_dbi dbi) {
    std::array<uint8_t, kMaxRoomBytes> record;
    RoomRecord room{.name = "room1", .head = Sequence(2), .messages = 2, .open_count = 2, .open = {}};
    room.open[0] = 1, room.open[1] = 2;
    put(txn, dbi, number_key(1), encode_room(RoomId(1), room, record));
  });
  expect_only("rooms: room room1, entry 3: the room's record doesn't know it");
}

TEST_F(VerifyTest, FindsARoomWhoseRecordIsDamaged) {
  say_many(5);
  change("rooms", [](MDB_txn* txn, MDB_dbi dbi) { put(txn, dbi, number_key(1), as_bytes("nonsense nonsense nonsense")); });
  expect_only("rooms: room 1: its record fails its check");
}

TEST_F(VerifyTest, FindsAReactionThatIsntCounted) {
  const Sequence said = say(text_of("ann", "hello"));
  say(of(EntryKind::kReaction, "bob", "👍", said));
  const std::string key = reaction_key(target_key(kLobby, said), "🎉", "eve");
  change("reactions", [&](MDB_txn* txn, MDB_dbi dbi) {
    std::array<uint8_t, kNumberBytes> record;
    encode_number(as_bytes(key), 2, record);
    put(txn, dbi, as_bytes(key), record);
  });
  expect_only("reactions: room room1, entry 1: a reaction 🎉 is kept but not counted");
}

TEST_F(VerifyTest, FindsACountWithoutItsReactions) {
  const Sequence said = say(text_of("ann", "hello"));
  say(of(EntryKind::kReaction, "bob", "👍", said));
  const std::string key = reaction_key(target_key(kLobby, said), "👍", "bob");
  change("reactions", [&](MDB_txn* txn, MDB_dbi dbi) { remove(txn, dbi, as_bytes(key)); });
  expect_only("it counts 1 × 👍, but 0 are kept");
}

TEST_F(VerifyTest, FindsAPinThatIsntOne) {
  const Sequence said = say(text_of("ann", "hello"));
  say(of(EntryKind::kPin, "eve", "", said));
  const Key16 key = target_key(kLobby, said);
  change("pins", [&](MDB_txn* txn, MDB_dbi dbi) { remove(txn, dbi, key); });
  expect_only("it is pinned, but not in the list of its room's pins");
}

TEST_F(VerifyTest, FindsANoteOfAnEntryThatIsntThere) {
  say_many(3);
  const Key16 key = target_key(kLobby, Sequence(9));
  Note note;
  note.reactions = {{"👍", 0, false}};
  change("notes", [&](MDB_txn* txn, MDB_dbi dbi) { put(txn, dbi, key, encode_note(key, note)); });
  expect_only("notes: room room1, entry 9: something is kept about it, but it isn't there");
}

TEST_F(VerifyTest, FindsATopicThatIsntOne) {
  say_many(3);
  change("topics", [](MDB_txn* txn, MDB_dbi dbi) {
    std::array<uint8_t, kNumberBytes> record;
    encode_number(number_key(1), 2, record);
    put(txn, dbi, number_key(1), record);
  });
  expect_only("topics: room room1: entry 2 is said to set its topic, and doesn't");
}

TEST_F(VerifyTest, FindsAReadMarkOfWhatIsntThere) {
  say_many(3);
  const std::string key = mark_key("ann", kLobby);
  change("marks", [&](MDB_txn* txn, MDB_dbi dbi) {
    put(txn, dbi, as_bytes(key), encode_mark(key, {.read = Sequence(8), .messages = 8, .mentions = {}}));
  });
  expect_only("marks: room room1, read mark of ann: it names an entry that isn't there");
}

TEST_F(VerifyTest, FindsAnEpochThatDoesntFit) {
  say_many(3);
  change_header(2, [](LogHeader& header) { header.epoch = Epoch(1); });
  EXPECT_EQ(findings(), std::vector<std::string>{});
  open();
  say_many(3);
  change_header(2, [](LogHeader& header) { header.epoch = Epoch(2); });
  expect_only("its epoch isn't the one that its place in the log is of");
}

}  // namespace
}  // namespace parley::history
