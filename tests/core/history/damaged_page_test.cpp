// SPDX-License-Identifier: Apache-2.0
// A page of LMDB's file is damaged, not a record: what is behind it must never be taken for what was never there, or its numbers would be
// given out again. In a child each time, since LMDB may also end the process where it notices.
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "core/history/lmdb_env.h"
#include "core/history/records.h"
#include "tests/core/history/store_fixture.h"

namespace parley::history {
namespace {

constexpr size_t kPage = 4096;

class DamagedPageTest : public StoreFixture {
 protected:
  // As a crash leaves it: without a last checkpoint, so that a start reads the log.
  void fill_and_crash() {
    open();
    append(batch().room(1));
    for (int i = 0; i < 20; ++i) append(batch().entries(1, 50, 100));
    std::filesystem::copy(options().directory, directory_.path() / "crashed");
    store_.reset();
    std::filesystem::remove_all(options().directory);
    std::filesystem::rename(directory_.path() / "crashed", options().directory);
  }
  // Empties the pages that hold this text; how many.
  size_t wipe_pages_with(std::string_view text) {
    std::ifstream in(data_file(), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    size_t wiped = 0;
    for (size_t at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1), ++wiped) {
      const size_t page = at / kPage * kPage;
      std::fill_n(bytes.begin() + static_cast<ptrdiff_t>(page), std::min(kPage, bytes.size() - page), '\0');
    }
    std::ofstream(data_file(), std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return wiped;
  }
  // The error that a start ends with; kNone: it serves; kInternal: LMDB ended the process.
  ErrorCode start_in_child() {
    const pid_t child = fork();
    EXPECT_GE(child, 0);
    if (child == 0) {
      const auto opened = Store::open(options());
      _exit(opened ? 0 : static_cast<int>(opened.error().code));
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? static_cast<ErrorCode>(WEXITSTATUS(status)) : ErrorCode::kInternal;
  }
};

// LMDB names the damage once, then only that the transaction is no good any more.
TEST_F(DamagedPageTest, ATransactionThatMetOneIsToldWithItsCure) {
  const Error told = Environment().error(MDB_BAD_TXN, "can't read on in");
  EXPECT_EQ(told.code, ErrorCode::kStoreDamaged);
  EXPECT_NE(told.text.find("restore a backup"), std::string::npos) << told.text;
}

TEST_F(DamagedPageTest, InTheMiddleOfTheLogItStopsTheStart) {
  fill_and_crash();
  ASSERT_EQ(start_in_child(), ErrorCode::kNone);
  ASSERT_GT(wipe_pages_with(Batch::label(1, 500, 0) + "..."), 0u);
  const ErrorCode code = start_in_child();
  EXPECT_TRUE(code == ErrorCode::kStoreDamaged || code == ErrorCode::kInternal) << error_name(code);
}

TEST_F(DamagedPageTest, OfTheRoomsItStopsTheStart) {
  open();
  Batch rooms = batch();
  for (uint64_t room = 1; room <= 400; ++room) rooms.room(room);
  append(rooms);
  store_.reset();
  ASSERT_EQ(start_in_child(), ErrorCode::kNone);
  ASSERT_GT(wipe_pages_with("room200"), 0u);
  const ErrorCode code = start_in_child();
  EXPECT_TRUE(code == ErrorCode::kStoreDamaged || code == ErrorCode::kInternal) << error_name(code);
}

}  // namespace
}  // namespace parley::history
