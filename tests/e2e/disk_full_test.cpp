// SPDX-License-Identifier: Apache-2.0
// A full disk, for real: the server's data lies on a small file system of its own, which a ballast file fills. It needs a private mount
// namespace (as root, or where users may make them); without one the store's own bound stands in for the first half.
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/check.h"
#include "tests/e2e/chatter.h"
#include "tests/e2e/mounts.h"
#include "tests/e2e/server.h"

namespace parley::e2e {
namespace {

namespace fs = std::filesystem;

// parleyd with a tmpfs of that size as its data directory. Seen from here through /proc/PID/root.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& size) {
    const std::string mount = "mount -t tmpfs -o size=" + size + ",mode=0700 tmpfs \"$0\"";
    process_.emplace(with_mount(mount, folder_.path(),
                                {program("parleyd"), "--data-dir", folder_.path().string(), "--host", "127.0.0.1", "--port", "0",
                                 kStoreMaxBytes, kStoreBytes, "--sends-per-second", "0"}));
    CHECK(process_->wait_for_output("parley://") && process_->wait_for_output("\n"), "parleyd starts on a small disk");
    const std::string& output = process_->output();
    size_t begin = output.find("parley://");
    address = output.substr(begin, output.find_first_of(" \n", begin) - begin);
    data = "/proc/" + std::to_string(process_->pid()) + "/root" + folder_.path().string();
  }

  std::string ticket(const std::string& user) const {
    Finished made = run({{program("parleyctl"), "--data-dir", data.string(), "ticket", "--user", user, "--room", "*"}});
    EXPECT_EQ(made.exit_code, 0) << made.log;
    return made.output.substr(0, made.output.find('\n'));
  }

  // Writes until nothing more fits.
  void fill() {
    std::ofstream ballast(data / "ballast", std::ios::binary | std::ios::app);
    std::string block(4096, 'b');
    while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())) && ballast.flush()) {
    }
  }
  void make_room() { fs::remove(data / "ballast"); }

  std::string address;
  fs::path data;

 private:
  TemporaryFolder folder_;
  std::optional<Process> process_;
};

bool is_full(const fs::path& data) {
  const Finished status = run({{program("parleyctl"), "--data-dir", data.string(), "status", "--json"}});
  EXPECT_EQ(status.exit_code, 0) << status.log;
  return status.output.find("\"full\"") != std::string::npos;
}

// Sends, as fast as the server takes it, until that says that its store is full. On a slow disk an outbox is full before anything is
// refused, so the server is asked.
bool say_until_full(Chatter& chatter, const fs::path& data) {
  constexpr size_t kAskEvery = 500;  // sends or refusals of the library
  size_t tries = 0, sent = 0;
  const bool full = chatter.until([&] {
    const std::string text = std::to_string(sent) + std::string(2000, 'x');
    if (parley_send(chatter.session, "lobby", text.data(), text.size(), nullptr) == PARLEY_OK) ++sent;
    return ++tries % kAskEvery == 0 && is_full(data);
  });
  EXPECT_TRUE(full) << sent << " sent, " << chatter.durable_through << " durable";
  return full;
}

// What becomes of a send now that it is full.
Outcome send_to_full_store(Chatter& chatter) {
  const uint64_t number = chatter.say("lobby", "one more");
  EXPECT_TRUE(chatter.until([&] { return chatter.failed.contains(number); })) << "not refused";
  return chatter.failed[number];
}

TEST(DiskFull, RefusesNewMessagesServesOldOnesAndRecoversByItself) {
  if (!can_have_private_mounts()) GTEST_SKIP() << "no private mounts here; RefusesNewMessagesAtTheStoresOwnBound runs instead";
  SmallDisk disk("4m");
  Chatter ann(disk.address, disk.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  ASSERT_TRUE(ann.until_durable(ann.say("lobby", "before")));
  disk.fill();
  Chatter ben(disk.address, disk.ticket("ben"), "lobby");
  ASSERT_TRUE(ben.until_joined("lobby"));
  ASSERT_TRUE(say_until_full(ann, disk.data));
  const Outcome refusal = send_to_full_store(ben);
  EXPECT_EQ(refusal.code, PARLEY_E_STORAGE_FULL) << refusal.text;
  EXPECT_FALSE(refusal.text.empty());

  std::vector<Heard> page = ann.page("lobby", 1, false, 1);
  ASSERT_EQ(page.size(), 1u) << "reading goes on";
  EXPECT_EQ(page[0].text, "before");

  disk.make_room();
  size_t sends = 0;
  uint64_t number = 0;
  // It looks for room once a second; until then a send is refused, and said again. What was sent behind the first refusal comes before it,
  // and may fill the outbox.
  ASSERT_TRUE(ann.until([&] {
    const bool again = number == 0 || ann.failed.contains(number);
    uint64_t next = 0;
    if (again && ++sends < 10'000 && parley_send(ann.session, "lobby", "after", 5, &next) == PARLEY_OK) number = next;
    return number != 0 && ann.durable_through >= number && !ann.failed.contains(number);
  })) << "didn't recover";
  EXPECT_EQ(ann.whole_history("lobby").back().text, "after");
}

TEST(DiskFull, RefusesNewMessagesAtTheStoresOwnBound) {
  Server server({"--store-max-bytes", "2097152", "--sends-per-second", "0"});
  ASSERT_TRUE(server.start());
  Chatter ann(server.address(), server.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  Chatter ben(server.address(), server.ticket("ben"), "lobby");
  ASSERT_TRUE(ben.until_joined("lobby"));
  ASSERT_TRUE(say_until_full(ann, server.data()));
  const Outcome refusal = send_to_full_store(ben);
  EXPECT_EQ(refusal.code, PARLEY_E_STORAGE_FULL) << refusal.text;
  EXPECT_EQ(ann.page("lobby", 1, false, 1).size(), 1u) << "reading goes on";
}

}  // namespace
}  // namespace parley::e2e
