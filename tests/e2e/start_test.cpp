// SPDX-License-Identifier: Apache-2.0
// A server that can't start says why in one line, with what to do about it, and ends with an exit code other than 0.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "core/history/lmdb_env.h"
#include "core/history/records.h"
#include "tests/e2e/mounts.h"
#include "tests/e2e/server.h"

namespace parley::e2e {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> parleyd(const fs::path& data, uint16_t port) {
  return {program("parleyd"), "--data-dir",         data.string(),  "--host",   "127.0.0.1",
          "--port",           std::to_string(port), kStoreMaxBytes, kStoreBytes};
}

// The one line that a failed start leaves, with these words in it.
void expect_refusal(const Finished& finished, const std::vector<std::string>& words) {
  EXPECT_GT(finished.exit_code, 0) << finished.output << finished.log;
  EXPECT_LT(finished.exit_code, 128) << "ended by a signal\n" << finished.log;
  EXPECT_EQ(std::ranges::count(finished.log, '\n'), 1) << finished.log;
  for (const std::string& word : words) EXPECT_NE(finished.log.find(word), std::string::npos) << "no '" << word << "' in: " << finished.log;
  EXPECT_EQ(finished.output.find("parley://"), std::string::npos) << "printed an address all the same";
}

// Gives the store of a stopped server another format number.
void set_format(const fs::path& file, uint64_t format) {
  MDB_env* env = nullptr;
  ASSERT_EQ(mdb_env_create(&env), 0);
  ASSERT_EQ(mdb_env_set_maxdbs(env, 16), 0);
  unsigned flags = fs::is_directory(file) ? 0 : MDB_NOSUBDIR;
  ASSERT_EQ(mdb_env_open(env, file.c_str(), flags, 0600), 0);
  MDB_txn* txn = nullptr;
  MDB_dbi meta = 0;
  ASSERT_EQ(mdb_txn_begin(env, nullptr, 0, &txn), 0);
  ASSERT_EQ(mdb_dbi_open(txn, "meta", 0, &meta), 0);
  std::array<uint8_t, history::kNumberBytes> record;
  history::encode_number(as_bytes("format"), format, record);
  MDB_val key = history::to_val(as_bytes("format"));
  MDB_val value = history::to_val(record);
  ASSERT_EQ(mdb_put(txn, meta, &key, &value, 0), 0);
  ASSERT_EQ(mdb_txn_commit(txn), 0);
  mdb_env_close(env);
}

fs::path folder_of(const fs::path& data, const std::string& name) {
  for (const auto& entry : fs::recursive_directory_iterator(data)) {
    if (entry.path().filename() == name) return entry.path().parent_path();
  }
  return {};
}

TEST(Start, OnAPortInUseNamesThePort) {
  Server first;
  ASSERT_TRUE(first.start());
  TemporaryFolder other;
  expect_refusal(run({parleyd(other.path(), first.port())}), {std::to_string(first.port()), "in use"});
}

TEST(Start, OnTheStoreOfARunningServerNamesTheDirectory) {
  Server first;
  ASSERT_TRUE(first.start());
  expect_refusal(run({parleyd(first.data(), 0)}), {first.data().string(), "another server"});
}

TEST(Start, InADirectoryThatCannotBeMadeNamesIt) {
  TemporaryFolder folder;
  fs::path file = folder.path() / "file";
  std::ofstream(file) << "not a directory";
  expect_refusal(run({parleyd(file / "data", 0)}), {file.string()});
}

TEST(Start, InADirectoryWithoutWriteAccessNamesIt) {
  TemporaryFolder folder;
  ASSERT_EQ(chmod(folder.path().c_str(), 0500), 0);
  Command command{parleyd(folder.path(), 0)};
  // To root every directory is writable, unless it is mounted read-only.
  if (geteuid() == 0) {
    if (!can_have_private_mounts()) GTEST_SKIP() << "root, and no private mounts here: nothing is unwritable";
    command = with_mount("mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\"", folder.path(), command.argv);
  }
  expect_refusal(run(command), {folder.path().string()});
  ASSERT_EQ(chmod(folder.path().c_str(), 0700), 0);
}

TEST(Start, OnAStoreOfAnotherVersionNamesBothVersions) {
  Server server;
  ASSERT_TRUE(server.start());
  ASSERT_EQ(server.stop(), 0);
  set_format(folder_of(server.data(), "data.mdb"), 99);
  expect_refusal(run({parleyd(server.data(), 0)}), {"99", std::to_string(history::kFormatVersion)});
}

TEST(Start, WithAnUnknownFlagSaysSo) {
  Finished finished = run({{program("parleyd"), "--no-such-flag"}});
  EXPECT_GT(finished.exit_code, 0);
  EXPECT_NE(finished.log.find("no-such-flag"), std::string::npos) << finished.log;
}

TEST(Start, WithABrokenConfigurationNamesTheFile) {
  TemporaryFolder folder;
  fs::path file = folder.path() / "parleyd.toml";
  std::ofstream(file) << "port = \"seven\"\n[[[\n";
  Finished finished = run({{program("parleyd"), "--config", file.string()}});
  EXPECT_GT(finished.exit_code, 0);
  EXPECT_NE(finished.log.find(file.string()), std::string::npos) << finished.log;
}

TEST(Start, MakesKeysThatOnlyTheOwnerCanRead) {
  Server server;
  ASSERT_TRUE(server.start());
  for (const char* name : {"link.key", "ticket.key"}) {
    struct stat facts = {};
    ASSERT_EQ(stat((server.data() / name).c_str(), &facts), 0) << name;
    EXPECT_EQ(facts.st_mode & 0777, 0600u) << name;
  }
}

}  // namespace
}  // namespace parley::e2e
