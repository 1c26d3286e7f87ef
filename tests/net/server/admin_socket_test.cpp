// SPDX-License-Identifier: Apache-2.0
#include "net/server/admin_socket.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/check.h"

namespace parley::server {
namespace {

class AdminSocketTest : public ::testing::Test {
 protected:
  AdminSocketTest() {
    std::string name = (std::filesystem::temp_directory_path() / "parley-admin-XXXXXX").string();
    CHECK(mkdtemp(name.data()) != nullptr, "a temporary folder can be made");
    directory_ = name;
    auto opened = AdminSocket::open(path(), [](std::string_view line) { return "<" + std::string(line) + ">"; });
    CHECK(opened.has_value(), "a socket opens in a new folder");
    admin_ = std::move(*opened);
  }
  ~AdminSocketTest() override {
    for (const int fd : fds_) close(fd);
    admin_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  std::filesystem::path path() const { return directory_ / "admin.sock"; }

  int connect_one() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().native().copy(address.sun_path, sizeof address.sun_path - 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    fds_.push_back(fd);
    return fd;
  }
  void serve() {
    for (int i = 0; i < 8; ++i) admin_->serve();
  }
  std::string say(int fd, const std::string& text) {
    EXPECT_EQ(::send(fd, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    serve();
    char answer[256];
    const ssize_t got = read(fd, answer, sizeof answer);
    return got < 0 ? "nothing" : std::string(answer, static_cast<size_t>(got));
  }

  std::filesystem::path directory_;
  std::unique_ptr<AdminSocket> admin_;
  std::vector<int> fds_;
};

TEST_F(AdminSocketTest, OnlyItsOwnerMayOpenIt) {
  struct stat info {};
  ASSERT_EQ(stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
}

TEST_F(AdminSocketTest, AnswersLineByLine) {
  const int fd = connect_one();
  EXPECT_EQ(say(fd, "one\n"), "<one>\n");
  EXPECT_EQ(say(fd, "two\nthree\nfo"), "<two>\n<three>\n");
  EXPECT_EQ(say(fd, "ur\n"), "<four>\n");
}

TEST_F(AdminSocketTest, SeveralPeersAreServedSideBySide) {
  const int one = connect_one();
  const int two = connect_one();
  EXPECT_EQ(say(one, "a"), "nothing");
  EXPECT_EQ(say(two, "b\n"), "<b>\n");
  EXPECT_EQ(say(one, "\n"), "<a>\n");
}

TEST_F(AdminSocketTest, ALineWithoutAnEndIsCutOff) {
  const int fd = connect_one();
  const std::string chunk(4096, 'x');
  std::string answer;
  for (size_t sent = 0; sent <= kMaxAdminLine && answer != ""; sent += chunk.size()) answer = say(fd, chunk);
  EXPECT_EQ(say(connect_one(), "still there\n"), "<still there>\n");
}

TEST_F(AdminSocketTest, MorePeersThanItsBoundWaitTheirTurn) {
  for (size_t i = 0; i < kMaxAdminPeers; ++i) EXPECT_EQ(say(connect_one(), "x\n"), "<x>\n");
  const int late = connect_one();
  EXPECT_EQ(say(late, "late\n"), "nothing");
  close(fds_.front());
  fds_.erase(fds_.begin());
  serve();
  char answer[64];
  EXPECT_EQ(read(late, answer, sizeof answer), 7);
}

TEST_F(AdminSocketTest, AFileLeftBehindIsReplaced) {
  auto again = AdminSocket::open(path(), [](std::string_view) { return "new"; });
  EXPECT_TRUE(again.has_value());
}

TEST(AdminSocket, APathTooLongForASocketIsAClearError) {
  const auto opened = AdminSocket::open("/tmp/" + std::string(200, 'x') + "/admin.sock", [](std::string_view) { return ""; });
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace parley::server
