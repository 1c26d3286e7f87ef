// SPDX-License-Identifier: Apache-2.0
// A compaction makes the file small and changes nothing that is read; whatever kills it leaves a store that opens.
#include "core/history/compact.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/history/store_copy.h"
#include "core/history/verify.h"
#include "tests/core/history/talk_fixture.h"

namespace parley::history {
namespace {

class NoWatcher final : public CompactWatcher {
 public:
  void on_start(const std::filesystem::path&, uint64_t) override {}
};

class Nobody final : public VerifyWatcher {
 public:
  void on_finding(const Finding& finding) override { ADD_FAILURE() << finding.where << ": " << finding.problem; }
  void on_progress(uint64_t, uint64_t) override {}
};

class CompactTest : public TalkFixture {
 protected:
  Result<CompactReport> compact() {
    NoWatcher watcher;
    return compact_store(options().directory, watcher);
  }
  // Long messages, whose deletion leaves their pages free.
  void say_and_delete(size_t count) {
    std::vector<Sequence> said;
    for (size_t i = 0; i < count; ++i) said.push_back(say(text_of("ann", std::string(4000, 'x'))));
    for (const Sequence each : said) say(of(EntryKind::kDelete, "ann", "", each));
  }
  std::vector<std::string> all_bytes() {
    std::vector<std::string> out;
    for (const uint64_t room : {1, 2}) {
      for (uint64_t next = 1; next <= heads_[room];) {
        const Page page = forward(room, next, 200);
        if (page.entries.empty()) break;
        for (const StoredEntry& each : page.entries) out.push_back(text(each));
        next = page.entries.back().sequence.value + 1;
      }
    }
    return out;
  }
};

TEST_F(CompactTest, MakesTheFileSmallAndKeepsAllThatIsInIt) {
  say_one_of_each_kind();
  say_and_delete(300);
  const auto before = all_bytes();
  store_.reset();
  const auto report = compact();
  ASSERT_TRUE(report) << report.error().text;
  EXPECT_LT(report->bytes_after, report->bytes_before / 2);
  EXPECT_EQ(report->bytes_after, std::filesystem::file_size(data_file()));
  Nobody watcher;
  EXPECT_TRUE(verify_store(options().directory, watcher));
  open();
  EXPECT_EQ(all_bytes(), before);
  say_many(3);
  EXPECT_EQ(store_->snapshot().epoch, Epoch(2));
}

TEST_F(CompactTest, IsRefusedWhileAServerHasTheStore) {
  const auto report = compact();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kStoreLocked);
}

TEST_F(CompactTest, OfNoStoreIsAnError) {
  NoWatcher watcher;
  const auto report = compact_store(directory_.path(), watcher);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kNotFound);
}

TEST_F(CompactTest, WhatOneThatWasCutShortLeftIsRemovedByAStart) {
  store_.reset();
  std::filesystem::copy_file(data_file(), options().directory / kCompactFile);
  open();
  EXPECT_FALSE(std::filesystem::exists(options().directory / kCompactFile));
}

// Killed after a random time, again and again: it is the old file or the new one, and compacting once more works.
TEST_F(CompactTest, KilledAtAnyPointItLeavesAUsableStore) {
  say_and_delete(400);
  const auto before = all_bytes();
  store_.reset();
  const auto whole = directory_.path() / "whole.mdb";
  std::filesystem::copy_file(data_file(), whole);
  int finished = 0, killed = 0;
  for (int round = 0; round < 40; ++round) {
    std::filesystem::copy_file(whole, data_file(), std::filesystem::copy_options::overwrite_existing);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) _exit(compact() ? 0 : 1);
    timespec wait{0, round * 400'000};
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ended, nullptr);
    sigtimedwait(&ended, nullptr, &wait);  // until it ends, or so long
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    sigtimedwait(&ended, nullptr, &wait);
    ++(WIFSIGNALED(status) ? killed : finished);
    ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    open();
    ASSERT_EQ(all_bytes(), before) << "round " << round;
    store_.reset();
  }
  EXPECT_GT(killed, 0);
  ASSERT_TRUE(compact());
  EXPECT_LT(std::filesystem::file_size(data_file()), std::filesystem::file_size(whole) / 2);
}

// ---- copies of an open store ----------------------------------------------------------------------------------------------------------

TEST_F(CompactTest, ACopyOfAnOpenStoreIsAStoreOfThatMoment) {
  say_one_of_each_kind();
  const auto copied = directory_.path() / "copied";
  std::filesystem::create_directory(copied);
  StoreCopy copy;
  const auto done = store_->copy_to(copied / "data.mdb", copy);
  ASSERT_TRUE(done) << done.error().text;
  say_many(10);
  store_.reset();
  Nobody watcher;
  const auto report = verify_store(copied, watcher);
  ASSERT_TRUE(report) << report.error().text;
  EXPECT_EQ(report->entries, 14u);
  EXPECT_EQ(std::filesystem::status(copied / "data.mdb").permissions(), std::filesystem::perms(0600));
}

TEST_F(CompactTest, ACopyNeverReplacesAFile) {
  StoreCopy copy;
  const auto done = store_->copy_to(data_file(), copy);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kPermission);
  EXPECT_GT(std::filesystem::file_size(data_file()), 0u);
}

TEST_F(CompactTest, AStoppedCopyLeavesNothing) {
  StoreCopy copy;
  copy.stop();
  const auto done = store_->copy_to(directory_.path() / "copy.mdb", copy);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kDraining);
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "copy.mdb"));
}

}  // namespace
}  // namespace parley::history
