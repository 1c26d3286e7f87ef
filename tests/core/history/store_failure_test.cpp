// SPDX-License-Identifier: Apache-2.0
// The world fails: full stores and disks, foreign files, flipped bytes, a second server. Each gets its error, and nothing else breaks.
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "core/history/records.h"
#include "tests/core/history/lmdb_file.h"
#include "tests/core/history/store_fixture.h"

namespace parley::history {
namespace {

class StoreFailureTest : public StoreFixture {
 protected:
  ErrorCode error_of_open() {
    const auto opened = Store::open(options());
    if (opened) return ErrorCode::kNone;
    EXPECT_FALSE(opened.error().text.empty());
    return opened.error().code;
  }

  // Appends batches of 100 entries until one is refused; that one's entries are not counted in heads_.
  Error fill_until_refused() {
    for (int i = 0; i < 100'000; ++i) {
      const auto before = heads_;
      refused_ = std::make_unique<Batch>(heads_);
      refused_->entries(1, 100, 1000);
      const auto done = refused_->append_to(*store_);
      if (!done) {
        heads_ = before;
        return done.error();
      }
    }
    return {};
  }

  std::string file_bytes() const {
    std::ifstream in(data_file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write_file(const std::string& bytes) const {
    std::ofstream(data_file(), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  // Flips a byte of every copy of `text` in the closed store's file (LMDB may still hold old pages).
  size_t damage(std::string_view text) {
    std::string bytes = file_bytes();
    size_t copies = 0;
    for (size_t at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1)) {
      bytes[at + 2] = static_cast<char>(bytes[at + 2] ^ 0x20);
      ++copies;
    }
    write_file(bytes);
    return copies;
  }

  static void expect_damaged(const Page& page, uint64_t from, uint64_t to) {
    EXPECT_EQ(page.gap_from, Sequence(from));
    EXPECT_EQ(page.gap_to, Sequence(to));
    EXPECT_EQ(page.gap_reason, GapReason::kDamaged);
  }

  std::unique_ptr<Batch> refused_;
};

TEST_F(StoreFailureTest, ASecondServerOnTheSameStoreIsRefused) {
  open();
  EXPECT_EQ(error_of_open(), ErrorCode::kStoreLocked);
  store_.reset();
  EXPECT_EQ(error_of_open(), ErrorCode::kNone);
}

TEST_F(StoreFailureTest, AFileOfSomethingElseIsRefusedAndLeftAlone) {
  std::filesystem::create_directory(options().directory);
  const std::string poem(100'000, 'p');
  write_file(poem);
  EXPECT_EQ(error_of_open(), ErrorCode::kStoreDamaged);
  EXPECT_EQ(file_bytes(), poem);
}

TEST_F(StoreFailureTest, AnotherProgramsLmdbFileIsRefused) {
  std::filesystem::create_directory(options().directory);
  with_lmdb(options().directory, "theirs", [](MDB_txn* txn, MDB_dbi dbi) { put(txn, dbi, as_bytes("key"), as_bytes("value")); });
  EXPECT_EQ(error_of_open(), ErrorCode::kStoreDamaged);
}

TEST_F(StoreFailureTest, AStoreOfAnotherVersionIsRefused) {
  open();
  store_.reset();
  with_lmdb(options().directory, "meta", [](MDB_txn* txn, MDB_dbi dbi) {
    std::array<uint8_t, kNumberBytes> record;
    encode_number(as_bytes("format"), kFormatVersion + 1, record);
    put(txn, dbi, as_bytes("format"), record);
  });
  EXPECT_EQ(error_of_open(), ErrorCode::kStoreVersion);
}

TEST_F(StoreFailureTest, ADirectoryWithoutAParentIsRefused) {
  const auto opened = Store::open({.directory = directory_.path() / "not" / "there", .max_bytes = max_bytes_});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kStorageFailed);
}

TEST_F(StoreFailureTest, ADirectoryThatIsAFileIsRefused) {
  std::ofstream(options().directory) << "a file";
  EXPECT_EQ(error_of_open(), ErrorCode::kPermission);
}

// In a child, because root may write everywhere and has to become somebody else first.
TEST_F(StoreFailureTest, AnUnwritableDirectoryIsRefused) {
  std::filesystem::create_directory(options().directory);
  std::filesystem::permissions(directory_.path(), std::filesystem::perms(0755));
  std::filesystem::permissions(options().directory, std::filesystem::perms(0555));
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(100);
    const auto opened = Store::open(options());
    _exit(opened ? 101 : static_cast<int>(opened.error().code));
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), static_cast<int>(ErrorCode::kPermission));
  std::filesystem::permissions(options().directory, std::filesystem::perms(0700));
}

TEST_F(StoreFailureTest, AFullStoreRefusesAndGoesOnReading) {
  max_bytes_ = 1u << 20;
  open();
  append(batch().room(1));
  EXPECT_EQ(fill_until_refused().code, ErrorCode::kStorageFull);
  const uint64_t head = heads_[1];
  ASSERT_GT(head, 100u);
  EXPECT_EQ(backward(1, 0, 5).head, Sequence(head));
  EXPECT_EQ(numbers(backward(1, 0, 5)), range(head - 4, head));
  EXPECT_EQ(numbers(forward(1, 1, 5)), range(1, 5));
}

TEST_F(StoreFailureTest, ARefusedBatchFitsAfterTheLimitWasRaised) {
  max_bytes_ = 1u << 20;
  open();
  append(batch().room(1));
  ASSERT_EQ(fill_until_refused().code, ErrorCode::kStorageFull);
  const uint64_t head = heads_[1];
  max_bytes_ = 1u << 24;
  reopen();
  append(*refused_);
  EXPECT_EQ(backward(1, 0, 1).head, Sequence(head + 100));
}

TEST_F(StoreFailureTest, ANewRoomInARefusedBatchCanBeHandedOverAgain) {
  max_bytes_ = 1u << 20;
  open();
  append(batch().room(1));
  fill_until_refused();
  Batch with_room(heads_);
  with_room.room(2).entries(2, 300, 1000);
  ASSERT_EQ(with_room.append_to(*store_).error().code, ErrorCode::kStorageFull);
  EXPECT_EQ(backward(2, 0, 10).head, Sequence(0));
  EXPECT_EQ(with_room.append_to(*store_).error().code, ErrorCode::kStorageFull);
  max_bytes_ = 1u << 24;
  reopen();
  append(with_room);
  EXPECT_EQ(backward(2, 0, 10).head, Sequence(300));
}

// A file size limit stands for the full disk: LMDB meets the same short writes, and no privilege is needed to lift it again.
class FullDiskTest : public StoreFailureTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before_), 0);
    handler_ = signal(SIGXFSZ, SIG_IGN);
    open();
    append(batch().room(1).entries(1, 10));
  }
  void TearDown() override {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }
  void leave_room_for(uint64_t bytes) {
    const rlimit limit{std::filesystem::file_size(data_file()) + bytes, before_.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  }

  rlimit before_{};
  sighandler_t handler_ = nullptr;
};

TEST_F(FullDiskTest, RefusesGoesOnReadingAndRecovers) {
  leave_room_for(300'001);  // not a multiple of a page: the last write is cut short
  EXPECT_EQ(fill_until_refused().code, ErrorCode::kStorageFull);
  const uint64_t head = heads_[1];
  EXPECT_EQ(refused_->append_to(*store_).error().code, ErrorCode::kStorageFull);
  EXPECT_EQ(numbers(backward(1, 0, 5)), range(head - 4, head));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before_), 0);
  append(*refused_);
  EXPECT_EQ(backward(1, 0, 1).head, Sequence(head + 100));
  EXPECT_EQ(numbers(backward(1, head + 21, 40)), range(head - 19, head + 20));
  reopen();
  EXPECT_EQ(numbers(backward(1, head + 21, 40)), range(head - 19, head + 20));
}

// ---- flipped bytes -------------------------------------------------------------------------------------------------------------------

TEST_F(StoreFailureTest, ADamagedBodyIsCountedAndNeverServed) {
  open();
  append(batch().room(1).entries(1, 30).entry(1, "the-damaged-one").entries(1, 100));
  store_.reset();
  ASSERT_GE(damage("the-damaged-one"), 1u);
  open();
  EXPECT_EQ(numbers(forward(1, 1, 200)), range(1, 30));
  EXPECT_EQ(store_->status().damaged_records, 1u);
  const Page rest = forward(1, 31, 200);
  expect_damaged(rest, 31, 32);
  EXPECT_EQ(numbers(rest), range(32, 131));
  EXPECT_EQ(rest.head, Sequence(131));
}

TEST_F(StoreFailureTest, ADamagedLargeBodyIsCountedAndNeverServed) {
  open();
  append(batch().room(1).entry(1, "before").entry(1, std::string(3000, 'L') + "large-damaged").entry(1, "after"));
  store_.reset();
  ASSERT_GE(damage("large-damaged"), 1u);
  open();
  EXPECT_EQ(numbers(backward(1, 0, 10)), range(3, 3));
  EXPECT_EQ(store_->status().damaged_records, 1u);
  const Page rest = backward(1, 3, 10);
  expect_damaged(rest, 2, 3);
  EXPECT_EQ(numbers(rest), range(1, 1));
}

TEST_F(StoreFailureTest, ADamagedEntryCostsItsPageNoOther) {
  open();
  append(batch().room(1).entries(1, 30).entry(1, "the-damaged-one").entries(1, 30));
  store_.reset();
  damage("the-damaged-one");
  open();
  EXPECT_EQ(numbers(backward(1, 33, 3)), range(32, 32));
  EXPECT_EQ(numbers(backward(1, 32, 3)), range(28, 30));
  EXPECT_EQ(numbers(forward(1, 31, 1)), range(32, 32));
}

TEST_F(StoreFailureTest, ADamagedHeaderInTheTailKeepsTheNumbersOfTheOthers) {
  open();
  append(batch().room(1).entries(1, 20));
  // The store isn't closed (that would write a checkpoint): its directory is copied as a crash leaves it, with one header damaged.
  const auto crashed = directory_.path() / "crashed";
  std::filesystem::copy(options().directory, crashed);
  store_.reset();
  std::array<uint8_t, kLogHeaderBytes> header;
  encode_log_header({.epoch = Epoch(1),
                     .room = RoomId(1),
                     .sequence = Sequence(7),
                     .producer = ProducerId(7),
                     .number = ProducerNumber(7),
                     .wall = WallTime(Micros(1000)),
                     .body_bytes = 20,
                     .body_check = 0,
                     .messages = 7},
                    LogPosition(7), header.data());
  std::filesystem::rename(options().directory, directory_.path() / "whole");
  std::filesystem::rename(crashed, options().directory);
  ASSERT_GE(damage(as_text(ByteView(header).subspan(8))), 1u);
  open();
  EXPECT_EQ(store_->snapshot().rooms.at(0).head, Sequence(20));
  EXPECT_EQ(store_->status().damaged_records, 1u);
  EXPECT_EQ(numbers(forward(1, 1, 50)), range(1, 6));
  const Page rest = forward(1, 7, 50);
  expect_damaged(rest, 7, 8);
  EXPECT_EQ(numbers(rest), range(8, 20));
}

TEST_F(StoreFailureTest, ADamagedIndexRecordHidesItsSegmentOnly) {
  open();
  append(batch().room(1).entries(1, 3 * kSegmentEntries));
  store_.reset();
  with_lmdb(options().directory, "index",
            [](MDB_txn* txn, MDB_dbi dbi) { put(txn, dbi, segment_key(RoomId(1), 1), as_bytes("nonsense")); });
  open();
  const uint64_t hidden = kSegmentEntries + 1, after = 2 * kSegmentEntries + 1;
  EXPECT_EQ(numbers(forward(1, hidden - 20, 40)), range(hidden - 20, hidden - 1));
  EXPECT_EQ(store_->status().damaged_records, 1u);
  const Page rest = forward(1, hidden, 40);
  expect_damaged(rest, hidden, after);
  EXPECT_EQ(numbers(rest), range(after, after + 39));
}

TEST_F(StoreFailureTest, ADamagedRoomRecordStopsTheStart) {
  open();
  append(batch().room(1).entries(1, 10));
  store_.reset();
  with_lmdb(options().directory, "rooms", [](MDB_txn* txn, MDB_dbi dbi) { put(txn, dbi, number_key(1), as_bytes("nonsense nonsense")); });
  EXPECT_EQ(error_of_open(), ErrorCode::kStoreDamaged);
}

}  // namespace
}  // namespace parley::history
