// SPDX-License-Identifier: Apache-2.0
// What an operator does with a server and its store: backup and restore, verify, compact, export, import, and a word to a room.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/e2e/chatter.h"
#include "tests/e2e/server.h"

namespace parley::e2e {
namespace {

namespace fs = std::filesystem;

class Operations : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server.start()); }

  void say_durably(const std::string& first, size_t count, bool gaps_are_fine = false) {
    Chatter ann(server.address(), server.ticket("ann"), "lobby");
    ann.gaps_are_fine = gaps_are_fine;
    ASSERT_TRUE(ann.until_joined("lobby"));
    uint64_t last = 0;
    for (size_t i = 1; i <= count; ++i) {
      last = ann.say("lobby", first + std::to_string(i));
      if (i % 200 == 0) {
        ASSERT_TRUE(ann.until_durable(last));  // a client keeps 256 sends at most
      }
    }
    ASSERT_TRUE(ann.until_durable(last));
  }
  static std::vector<Heard> history_of(const Server& server, const std::string& ticket) {
    Chatter eve(server.address(), ticket, "lobby");
    EXPECT_TRUE(eve.until_joined("lobby"));
    return eve.whole_history("lobby");
  }
  // Of a store in which something can't be read: what is left, and that the gap was named.
  static std::vector<Heard> history_with_a_gap(const Server& server) {
    Chatter eve(server.address(), server.ticket("eve"), "lobby");
    eve.gaps_are_fine = true;
    EXPECT_TRUE(eve.until_joined("lobby"));
    return eve.whole_history("lobby");
  }
  static std::vector<Heard> history_of(const Server& server) { return history_of(server, server.ticket("eve")); }
  static void expect_one_line(const std::string& log, const std::string& word) {
    EXPECT_EQ(std::ranges::count(log, '\n'), 1) << log;
    EXPECT_NE(log.find(word), std::string::npos) << log;
  }
  static Finished parley(const Server& server, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program("parley"));
    return run({arguments, {{"PARLEY_ADDRESS", server.address()}, {"PARLEY_TICKET", server.ticket("bob")}}});
  }
  // The address's key: what clients know a server by.
  static std::string key_of(const Server& server) { return server.address().substr(server.address().find('#')); }
  void damage(const std::string& text) {
    std::ifstream in(server.data() / "data.mdb", std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    size_t found = 0;
    for (size_t at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1), ++found) bytes[at] = '?';
    ASSERT_GT(found, 0u);
    std::ofstream(server.data() / "data.mdb", std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  Server server{{"--sends-per-second", "0"}};
  TemporaryFolder folder;
};

TEST_F(Operations, ABackupOfARunningServerRestoresItsHistoryAndItsIdentity) {
  say_durably("before ", 50);
  const auto before = history_of(server);
  const fs::path to = folder.path() / "backup";
  const Finished made = server.control({"backup", to.string()});
  ASSERT_EQ(made.exit_code, 0) << made.log;
  EXPECT_NE(made.output.find(to.string()), std::string::npos) << made.output;
  say_durably("after ", 3);
  const std::string ticket = server.ticket("eve");

  Server restored;
  fs::copy(to, restored.data());
  ASSERT_TRUE(restored.start());
  EXPECT_EQ(key_of(restored), key_of(server));
  EXPECT_EQ(history_of(restored, ticket), before);
}

TEST_F(Operations, ABackupIsForItsOwnerAloneAndReplacesNothing) {
  const fs::path to = folder.path() / "backup";
  ASSERT_EQ(server.control({"backup", to.string()}).exit_code, 0);
  EXPECT_EQ(fs::status(to).permissions(), fs::perms(0700));
  const Finished again = server.control({"backup", to.string()});
  EXPECT_EQ(again.exit_code, 1);
  expect_one_line(again.log, "already");
  const Finished nowhere = server.control({"backup", (folder.path() / "not" / "there").string()});
  EXPECT_EQ(nowhere.exit_code, 1);
  expect_one_line(nowhere.log, "parent directory");
}

TEST_F(Operations, ABackupIsOfOneMomentWhilePeopleTalk) {
  Chatter ann(server.address(), server.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  Process backup({{program("parleyctl"), "--data-dir", server.data().string(), "backup", (folder.path() / "backup").string()}});
  size_t said = 0;
  while (backup.output().find("backup") == std::string::npos && said < 3000) {
    if (said < ann.durable_through + 200) ann.say("lobby", "message " + std::to_string(++said));
    ann.turn(1);
    backup.watch_for(std::chrono::milliseconds(0));
  }
  ASSERT_EQ(backup.wait_for_exit(), 0) << backup.log();
  const Finished verified = run({{program("parleyctl"), "verify", (folder.path() / "backup").string()}});
  EXPECT_EQ(verified.exit_code, 0) << verified.output << verified.log;
}

TEST_F(Operations, VerifySaysThatAllIsSoundBesideAServerAndWithout) {
  say_durably("message ", 200);
  const Finished beside = server.control({"verify"});
  EXPECT_EQ(beside.exit_code, 0) << beside.output << beside.log;
  EXPECT_NE(beside.output.find("200 entries in 1 rooms"), std::string::npos) << beside.output;
  EXPECT_EQ(server.stop(), 0);
  const Finished alone = server.control({"verify", "--json"});
  EXPECT_EQ(alone.exit_code, 0) << alone.log;
  const auto json = nlohmann::json::parse(alone.output, nullptr, false);
  ASSERT_TRUE(json.is_object()) << alone.output;
  EXPECT_TRUE(json["ok"]);
  EXPECT_FALSE(json["beside_a_server"]);
}

TEST_F(Operations, ADamagedMessageIsFoundByVerifyAndOnlyItIsMissing) {
  say_durably("message number ", 30);
  EXPECT_EQ(server.stop(), 0);
  damage("message number 17");
  const Finished verified = server.control({"verify"});
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_NE(verified.output.find("room lobby, entry 17: its body fails its check"), std::string::npos) << verified.output;
  ASSERT_TRUE(server.start());
  EXPECT_EQ(history_with_a_gap(server).size(), 29u);
  const auto status = nlohmann::json::parse(server.control({"status", "--json"}).output, nullptr, false);
  EXPECT_GE(status["storage"]["damaged_records"], 1);
  say_durably("goes on ", 1, /*gaps_are_fine=*/true);
}

// A page of the file, not a record: LMDB notices it, and what is behind it must not pass for what never was there.
TEST_F(Operations, ADamagedPageIsToldWithItsCure) {
  say_durably(std::string(500, 'x'), 400);
  EXPECT_EQ(server.stop(), 0);
  const auto size = fs::file_size(server.data() / "data.mdb");
  std::fstream file(server.data() / "data.mdb", std::ios::binary | std::ios::in | std::ios::out);
  const std::string nothing(size / 2, '\0');
  file.seekp(static_cast<std::streamoff>(size / 4));
  file.write(nothing.data(), static_cast<std::streamsize>(nothing.size()));
  file.close();
  const Finished verified = server.control({"verify"});
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_NE((verified.output + verified.log).find("backup"), std::string::npos) << verified.output << verified.log;
  EXPECT_EQ(verified.output.find(": 1844674407"), std::string::npos) << "a count below 0: " << verified.output;
}

TEST_F(Operations, CompactNeedsTheServerStoppedAndLosesNothing) {
  say_durably("message ", 100);
  const auto before = history_of(server);
  const Finished refused = server.control({"compact"});
  EXPECT_EQ(refused.exit_code, 1);
  expect_one_line(refused.log, "stop the server");
  EXPECT_EQ(server.stop(), 0);
  const Finished compacted = server.control({"compact"});
  EXPECT_EQ(compacted.exit_code, 0) << compacted.log;
  EXPECT_EQ(server.control({"verify"}).exit_code, 0);
  ASSERT_TRUE(server.start());
  EXPECT_EQ(history_of(server), before);
}

TEST_F(Operations, WhatIsExportedCanBeImportedElsewhere) {
  say_durably("message ", 60);
  ASSERT_EQ(server.control({"say", "lobby", "Restart at noon"}).exit_code, 0);
  const Finished lines = server.control({"export"});  // beside the running server
  ASSERT_EQ(lines.exit_code, 0) << lines.log;
  EXPECT_EQ(std::ranges::count(lines.output, '\n'), 61);

  Server other;
  const std::vector<std::string> import = {program("parleyctl"), "--data-dir", other.data().string(), "import", "-",
                                           kStoreMaxBytes,       kStoreBytes};
  const Finished imported = run({import, {}, lines.output});
  EXPECT_EQ(imported.exit_code, 0) << imported.log;
  EXPECT_EQ(imported.output, "61 stored, 0 were there already, 0 refused\n");
  const Finished again = run({import, {}, lines.output});
  EXPECT_EQ(again.output, "0 stored, 61 were there already, 0 refused\n");
  ASSERT_TRUE(other.start());
  EXPECT_EQ(texts_of(history_of(other)), texts_of(history_of(server)));
  EXPECT_EQ(other.control({"export"}).output, lines.output);
}

TEST_F(Operations, ExportAndHistoryWriteTheSameLines) {
  say_durably("message ", 5);
  ASSERT_EQ(server.control({"say", "lobby", "Restart at noon"}).exit_code, 0);
  EXPECT_EQ(server.control({"export", "--room", "lobby"}).output, parley(server, {"history", "lobby", "--json"}).output);
  const Finished unknown = server.control({"export", "--room", "nowhere"});
  EXPECT_EQ(unknown.exit_code, 1);
  expect_one_line(unknown.log, "nowhere");
}

TEST_F(Operations, AnOldChatIsImportedButForItsBadLines) {
  EXPECT_EQ(server.stop(), 0);
  const fs::path file = folder.path() / "old.jsonl";
  std::ofstream(file) << R"({"room":"lobby","user":"ann","text":"first","time":"2020-01-01T00:00:00Z"})"
                      << "\n"
                      << "no json\n"
                      << R"({"room":"lobby","user":"bob","text":"second","time":1577836801})"
                      << "\n";
  const Finished imported = server.control({"import", file.string()});
  EXPECT_EQ(imported.exit_code, 1) << "a line was refused";
  EXPECT_EQ(imported.output, "2 stored, 0 were there already, 1 refused\n");
  expect_one_line(imported.log, "line 2: it isn't JSON");
  ASSERT_TRUE(server.start());
  EXPECT_EQ(texts_of(history_of(server)), (std::vector<std::string>{"first", "second"}));
  const Finished refused = server.control({"import", file.string()});
  EXPECT_EQ(refused.exit_code, 1);
  expect_one_line(refused.log, "open in another server");
}

TEST_F(Operations, StrictStopsAtTheFirstBadLine) {
  EXPECT_EQ(server.stop(), 0);
  const std::string line = R"({"room":"lobby","user":"ann","text":"first","time":1})";
  const Finished imported =
      run({{program("parleyctl"), "--data-dir", server.data().string(), "import", "-", "--strict"}, {}, line + "\nbad\n" + line + "\n"});
  EXPECT_EQ(imported.exit_code, 1);
  EXPECT_EQ(imported.output, "1 stored, 0 were there already, 1 refused\n");
}

TEST_F(Operations, WhatTheOperatorSaysIsHeardLiveAndReadLater) {
  Chatter ann(server.address(), server.ticket("ann"), "lobby");
  Chatter bob(server.address(), server.ticket("bob"), "lobby");
  ASSERT_TRUE(meanwhile({&ann, &bob}, [&] { return ann.rooms["lobby"].joined && bob.rooms["lobby"].joined; }));
  ASSERT_TRUE(ann.until_durable(ann.say("lobby", "hello")));
  const Finished said = server.control({"say", "lobby", "Restart at noon"});
  EXPECT_EQ(said.exit_code, 0) << said.log;
  EXPECT_EQ(said.output, "said in lobby as #2\n");
  for (Chatter* each : {&ann, &bob}) {
    ASSERT_TRUE(each->until_told(PARLEY_EVENT_SYSTEM));
    const Told told = each->told_of(PARLEY_EVENT_SYSTEM)[0];
    EXPECT_EQ(told.room, "lobby");
    EXPECT_EQ(told.text, "Restart at noon");
    EXPECT_EQ(told.user, "");
    EXPECT_EQ(told.sequence, 2u);
    EXPECT_EQ(each->breaches, std::vector<std::string>{});
  }
  Chatter eve(server.address(), server.ticket("eve"), "lobby");
  ASSERT_TRUE(eve.until_told(PARLEY_EVENT_SYSTEM));
  EXPECT_NE(parley(server, {"history", "lobby"}).output.find("-- Restart at noon"), std::string::npos);
}

TEST_F(Operations, WhatCantBeSaidIsRefused) {
  EXPECT_EQ(server.control({"say", "no room", "hello"}).exit_code, 1);
  EXPECT_EQ(server.control({"say", "dm:nobody", "hello"}).exit_code, 1);
  const Finished silent = server.control({"say", "lobby", ""});
  EXPECT_EQ(silent.exit_code, 1);
  EXPECT_EQ(std::ranges::count(silent.log, '\n'), 1) << silent.log;
  EXPECT_EQ(server.control({"say", "lobby"}).exit_code, 2);
}

}  // namespace
}  // namespace parley::e2e
