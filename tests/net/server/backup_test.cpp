// SPDX-License-Identifier: Apache-2.0
// The backup agent polled by hand: where it puts a backup, where it refuses to, and what is left when it fails.
#include "net/server/backup.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

namespace parley::server {
namespace {

namespace fs = std::filesystem;

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() {
    std::string name = (fs::temp_directory_path() / "parley-backup-XXXXXX").string();
    directory = mkdtemp(name.data());
    history::StoreOptions options;
    options.directory = directory / "data";
    options.max_bytes = size_t{1} << 28;
    auto opened = history::Store::open(options);
    EXPECT_TRUE(opened) << opened.error().text;
    store = std::move(*opened);
    std::ofstream(directory / "data" / "link.key") << "the key\n";
    backup = std::make_unique<Backup>(*store, directory / "data");
  }
  ~BackupTest() override {
    backup.reset();
    store.reset();
    std::error_code ignored;
    fs::remove_all(directory, ignored);
  }
  BackupStatus run(const fs::path& to) {
    const auto started = backup->start(to);
    EXPECT_TRUE(started) << started.error().text;
    EXPECT_EQ(backup->status().state, BackupState::kRunning);
    EXPECT_EQ(backup->do_work({}), 1);
    return backup->status();
  }
  ErrorCode refusal(const fs::path& to) {
    const auto started = backup->start(to);
    return started ? ErrorCode::kNone : started.error().code;
  }

  fs::path directory;
  std::unique_ptr<history::Store> store;
  std::unique_ptr<Backup> backup;
};

TEST_F(BackupTest, MakesAStoreWithItsKeysForTheOwnerAlone) {
  const BackupStatus status = run(directory / "monday");
  EXPECT_EQ(status.state, BackupState::kDone) << status.error.text;
  EXPECT_GT(status.bytes_done, 0u);
  EXPECT_EQ(fs::status(directory / "monday").permissions(), fs::perms(0700));
  EXPECT_EQ(fs::status(directory / "monday" / "link.key").permissions(), fs::perms(0600));
  EXPECT_EQ(fs::file_size(directory / "monday" / "data.mdb"), status.bytes_done);
  EXPECT_FALSE(fs::exists(directory / "monday.partial"));
  history::StoreOptions options;
  options.directory = directory / "monday";
  options.max_bytes = size_t{1} << 28;
  store.reset();
  EXPECT_TRUE(history::Store::open(options));
}

TEST_F(BackupTest, WhatIsRestoredLeavesEpochsOutAtItsFirstStart) {
  SeededRandom random(1);
  EXPECT_EQ(restored_epoch_step(directory / "data", random), 1u);
  run(directory / "monday");
  const uint32_t step = restored_epoch_step(directory / "monday", random);
  EXPECT_GT(step, 1u);
  EXPECT_NE(restored_epoch_step(directory / "monday", random), step) << "two of one backup aren't the same";
  forget_restore(directory / "monday");
  EXPECT_EQ(restored_epoch_step(directory / "monday", random), 1u);
}

TEST_F(BackupTest, AnEmptyDirectoryIsFilled) {
  fs::create_directory(directory / "monday");
  EXPECT_EQ(run(directory / "monday").state, BackupState::kDone);
  EXPECT_TRUE(fs::exists(directory / "monday" / "data.mdb"));
}

TEST_F(BackupTest, WhatIsThereStays) {
  EXPECT_EQ(refusal(directory / "data"), ErrorCode::kInvalidArgument);
  fs::create_directory(directory / "full");
  std::ofstream(directory / "full" / "file") << "x";
  EXPECT_EQ(refusal(directory / "full"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(refusal(directory / "full" / "file"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(refusal("relative"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(refusal(""), ErrorCode::kInvalidArgument);
}

TEST_F(BackupTest, WhatOneThatWasCutShortLeftIsReplaced) {
  fs::create_directory(directory / "monday.partial");
  std::ofstream(directory / "monday.partial" / "data.mdb") << "half";
  EXPECT_EQ(run(directory / "monday").state, BackupState::kDone);
}

TEST_F(BackupTest, APartialDirectoryOfSomethingElseIsLeftAlone) {
  fs::create_directory(directory / "monday.partial");
  std::ofstream(directory / "monday.partial" / "letter") << "dear";
  const BackupStatus status = run(directory / "monday");
  EXPECT_EQ(status.state, BackupState::kFailed);
  EXPECT_NE(status.error.text.find("monday.partial"), std::string::npos) << status.error.text;
  EXPECT_TRUE(fs::exists(directory / "monday.partial" / "letter"));
}

TEST_F(BackupTest, WithoutAParentDirectoryItFailsAndLeavesNothing) {
  const BackupStatus status = run(directory / "not" / "there");
  EXPECT_EQ(status.state, BackupState::kFailed);
  EXPECT_FALSE(status.error.text.empty());
  EXPECT_FALSE(fs::exists(directory / "not"));
}

TEST_F(BackupTest, OneAtATime) {
  ASSERT_TRUE(backup->start(directory / "one"));
  EXPECT_EQ(refusal(directory / "two"), ErrorCode::kBusy);
  backup->do_work({});
  EXPECT_EQ(refusal(directory / "two"), ErrorCode::kNone);
  EXPECT_EQ(backup->status().id, 2u);
}

TEST_F(BackupTest, StoppedItFailsAndLeavesNothing) {
  backup->stop();
  const BackupStatus status = run(directory / "monday");
  EXPECT_EQ(status.state, BackupState::kFailed);
  EXPECT_EQ(status.error.code, ErrorCode::kDraining);
  EXPECT_FALSE(fs::exists(directory / "monday"));
  EXPECT_FALSE(fs::exists(directory / "monday.partial"));
}

}  // namespace
}  // namespace parley::server
