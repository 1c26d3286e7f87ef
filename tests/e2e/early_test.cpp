// SPDX-License-Identifier: Apache-2.0
// The first messages come right behind the server's answer. Between a client and its server stands a gate that lets through what asks for a
// session, and holds what proves it: what the client is told all the same, that nobody else learns of it meanwhile, and that all goes on in
// order once the gate opens.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "tests/e2e/chatter.h"
#include "tests/e2e/server.h"

namespace parley::e2e {
namespace {

using Texts = std::vector<std::string>;

// Of one client; turn() passes on what has come.
class Gate {
 public:
  explicit Gate(uint16_t server_port) : outside_(open()), inside_(open()), server_(loopback(server_port)) {}
  ~Gate() {
    ::close(outside_);
    ::close(inside_);
  }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  std::string address(const std::string& of_server) const {
    sockaddr_in own{};
    socklen_t length = sizeof own;
    getsockname(outside_, reinterpret_cast<sockaddr*>(&own), &length);
    const size_t host = of_server.find("//") + 2, key = of_server.find('#');
    return of_server.substr(0, host) + "127.0.0.1:" + std::to_string(ntohs(own.sin_port)) + of_server.substr(key);
  }
  void turn() {
    sockaddr_in from{};
    socklen_t length = sizeof from;
    for (ssize_t size; (size = recvfrom(outside_, bytes_, sizeof bytes_, 0, reinterpret_cast<sockaddr*>(&from), &length)) > 0;) {
      client_ = from;
      const bool asks = (bytes_[0] & 7) == kRequest;
      if (!asks && !is_open) continue;
      came += static_cast<size_t>(size);
      send(inside_, server_, static_cast<size_t>(size));
    }
    for (ssize_t size; (size = recv(inside_, bytes_, sizeof bytes_, 0)) > 0;) {
      went += static_cast<size_t>(size);
      send(outside_, client_, static_cast<size_t>(size));
    }
  }

  bool is_open = false;
  size_t came = 0, went = 0;  // bytes to the server, and from it

 private:
  static constexpr uint8_t kRequest = 1;  // WIRE.md
  static sockaddr_in loopback(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  static int open() {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const sockaddr_in any_port = loopback(0);
    EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&any_port), sizeof any_port), 0);
    return fd;
  }
  void send(int fd, const sockaddr_in& to, size_t size) { sendto(fd, bytes_, size, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to); }

  int outside_, inside_;
  sockaddr_in server_, client_{};
  uint8_t bytes_[2048];
};

class Early : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server.start());
    ann = std::make_unique<Chatter>(server.address(), server.ticket("ann"), "lobby");
    ASSERT_TRUE(ann->until_joined("lobby"));
    for (const char* text : {"one", "two"}) ann->say("lobby", text);
    ASSERT_TRUE(ann->until_durable(ann->say("lobby", "three")));
    gate = std::make_unique<Gate>(server.port());
  }
  bool both(Chatter& bob, const std::function<bool()>& holds) {
    return meanwhile({ann.get(), &bob}, [&] {
      gate->turn();
      return holds();
    });
  }

  bool ann_sees_bob() { return std::ranges::count(ann->rooms["lobby"].here, "bob") > 0; }

  Server server;
  std::unique_ptr<Chatter> ann;
  std::unique_ptr<Gate> gate;
};

TEST_F(Early, TheFirstMessagesNeedNoProofAndAllGoesOnBehindThem) {
  Chatter bob(gate->address(server.address()), server.ticket("bob"), "lobby");
  ASSERT_TRUE(both(bob, [&] { return bob.rooms["lobby"].heard.size() == 3; })) << "one round trip is enough for these";
  EXPECT_TRUE(bob.rooms["lobby"].joined);
  EXPECT_LE(gate->went, gate->came) << "an address that isn't proven gets no more than it sends";
  EXPECT_EQ(ann->who("lobby"), Texts{"ann"});
  EXPECT_FALSE(ann_sees_bob());

  ann->say("lobby", "four");
  bob.say("lobby", "five");
  gate->is_open = true;
  ASSERT_TRUE(both(bob, [&] { return ann->rooms["lobby"].heard.size() == 5 && bob.rooms["lobby"].heard.size() == 5; }));
  EXPECT_EQ(bob.rooms["lobby"].heard, ann->rooms["lobby"].heard);
  EXPECT_TRUE(both(bob, [&] { return ann_sees_bob() && bob.durable_through >= 1; }));
}

TEST_F(Early, WhoNeverProvesHimselfWasNeverThere) {
  {
    Chatter bob(gate->address(server.address()), server.ticket("bob"), "lobby");
    ASSERT_TRUE(both(bob, [&] { return bob.rooms["lobby"].heard.size() == 3; }));
  }
  EXPECT_FALSE(ann_sees_bob());
  EXPECT_EQ(ann->who("lobby"), Texts{"ann"});
}

}  // namespace
}  // namespace parley::e2e
