// SPDX-License-Identifier: Apache-2.0
// What bad input gets: an error that names the limit or the reason, while the session and the server live on.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "core/base/random.h"
#include "core/identity/server_keys.h"
#include "tests/e2e/chatter.h"
#include "tests/e2e/server.h"

namespace parley::e2e {
namespace {

class BadInput : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server.start()); }

  // What parley_send says to it; the line for a person ends up in `said`.
  int try_to_say(Chatter& chatter, const std::string& text) {
    int code = parley_send(chatter.session, "lobby", text.data(), text.size(), nullptr);
    said = parley_error_text(chatter.client);
    return code;
  }

  void expect_alive(Chatter& chatter) { EXPECT_TRUE(chatter.until_durable(chatter.say("lobby", "still here"))); }

  Server server;
  std::string said;
};

TEST_F(BadInput, MessageAboveTheLimitIsRefusedByNameOfTheLimit) {
  Chatter ann(server.address(), server.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  EXPECT_EQ(try_to_say(ann, std::string(4097, 'x')), PARLEY_E_MESSAGE_TOO_LONG);
  EXPECT_NE(said.find("4096"), std::string::npos) << said;
  expect_alive(ann);
}

TEST_F(BadInput, MessageOfTheLimitArrives) {
  Chatter ann(server.address(), server.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  ASSERT_EQ(try_to_say(ann, std::string(4096, 'x')), PARLEY_OK);
  ASSERT_TRUE(ann.until_heard("lobby", 1));
  EXPECT_EQ(ann.rooms["lobby"].heard[0].text.size(), 4096u);
}

TEST_F(BadInput, TextThatIsNotUtf8OrHoldsControlCharactersIsRefused) {
  Chatter ann(server.address(), server.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  EXPECT_EQ(try_to_say(ann, "caf\xe9"), PARLEY_E_NOT_UTF8);
  EXPECT_EQ(try_to_say(ann, "\x1b[2Jgone"), PARLEY_E_FORBIDDEN_CHARACTER);
  EXPECT_EQ(try_to_say(ann, "tab\tand\nnewline are fine"), PARLEY_OK);
  expect_alive(ann);
}

TEST_F(BadInput, RoomNamesOutOfBoundsAreRefused) {
  Chatter ann(server.address(), server.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  EXPECT_EQ(parley_join(ann.session, std::string(65, 'r').c_str(), 0, 0), PARLEY_E_NAME_TOO_LONG);
  EXPECT_NE(std::string(parley_error_text(ann.client)).find("64"), std::string::npos) << parley_error_text(ann.client);
  EXPECT_EQ(parley_join(ann.session, "with space", 0, 0), PARLEY_E_FORBIDDEN_CHARACTER);
  EXPECT_EQ(parley_join(ann.session, "", 0, 0), PARLEY_E_NAME_EMPTY);
  expect_alive(ann);
}

TEST_F(BadInput, UserNamesOutOfBoundsGetNoTicket) {
  Finished made = server.control({"ticket", "--user", std::string(65, 'u'), "--room", "*"});
  EXPECT_NE(made.exit_code, 0);
  EXPECT_NE(made.log.find("64"), std::string::npos) << made.log;
}

TEST_F(BadInput, RoomWithoutAGrantIsRefusedAndTheSessionLives) {
  Chatter ann(server.address(), server.ticket("ann", "lobby"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  ASSERT_EQ(parley_join(ann.session, "staff", 0, 0), PARLEY_OK);
  ASSERT_TRUE(ann.until([&] { return ann.left.has_value(); }));
  EXPECT_EQ(ann.left->code, PARLEY_E_NOT_GRANTED) << ann.left->text;
  expect_alive(ann);
}

TEST_F(BadInput, SayingSomethingInARoomThatWasNotJoinedIsRefused) {
  Chatter ann(server.address(), server.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  EXPECT_EQ(parley_send(ann.session, "elsewhere", "hello", 5, nullptr), PARLEY_E_NOT_MEMBER);
  expect_alive(ann);
}

class BadTicket : public BadInput {
 protected:
  static identity::Ticket good_ticket() {
    identity::Ticket ticket;
    ticket.user = ticket.name = "mallory";
    ticket.audience = "parley";
    ticket.expires = now() + std::chrono::hours(1);
    ticket.grants = {{"*", 0x7}};
    return ticket;
  }
  static WallTime now() { return std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now()); }

  // Signed by the server's own key.
  std::string sign(const identity::Ticket& ticket) {
    auto keys = identity::load_or_make_keys(server.data(), random);
    CHECK(keys.has_value(), "the server made its keys");
    return keys->signer.mint(ticket, ticket.expires - std::chrono::hours(1)).value();
  }

  // What a client with that ticket is told.
  Outcome refusal_of(const std::string& ticket) {
    Chatter mallory(server.address(), ticket, "lobby");
    EXPECT_TRUE(mallory.until([&] { return mallory.refused.has_value(); })) << "wasn't refused";
    EXPECT_FALSE(mallory.online);
    return mallory.refused.value_or(Outcome{});
  }

  SystemRandom random;
};

TEST_F(BadTicket, GoodOneOfTheSameMakingIsLetIn) {
  Chatter ann(server.address(), sign(good_ticket()), "lobby");
  EXPECT_TRUE(ann.until_joined("lobby"));
}

TEST_F(BadTicket, ExpiredOneIsRefusedWithTheReason) {
  identity::Ticket ticket = good_ticket();
  ticket.expires = now() - std::chrono::hours(1);
  Outcome refusal = refusal_of(sign(ticket));
  EXPECT_EQ(refusal.code, PARLEY_E_TICKET_EXPIRED);
  EXPECT_FALSE(refusal.text.empty());
}

TEST_F(BadTicket, ForgedOneIsRefusedWithTheReason) {
  identity::Signer stranger = identity::Signer::make(random, "");
  EXPECT_EQ(refusal_of(stranger.mint(good_ticket(), now()).value()).code, PARLEY_E_TICKET_FORGED);
  std::string changed = sign(good_ticket());
  char& in_signature = changed[changed.size() - 10];
  in_signature = in_signature == 'A' ? 'B' : 'A';
  EXPECT_EQ(refusal_of(changed).code, PARLEY_E_TICKET_FORGED);
}

TEST_F(BadTicket, ForeignOneIsRefusedWithTheReason) {
  identity::Ticket ticket = good_ticket();
  ticket.audience = "another-game";
  EXPECT_EQ(refusal_of(sign(ticket)).code, PARLEY_E_TICKET_FOREIGN);
}

TEST_F(BadTicket, NonsenseIsRefusedWithTheReason) { EXPECT_EQ(refusal_of("open sesame").code, PARLEY_E_TICKET_MALFORMED); }

// Random and cut datagrams, as anybody can send them.
class Garbage : public BadInput {
 protected:
  Garbage() : fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) { CHECK(fd >= 0, "a UDP socket"); }
  ~Garbage() override { close(fd); }

  void throw_at_server(size_t datagrams) {
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = htons(server.port());
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    SeededRandom random(7);
    std::vector<uint8_t> bytes(1500);
    for (size_t i = 0; i < datagrams; ++i) {
      random.fill(bytes);
      bytes[0] = static_cast<uint8_t>(i % 8);  // kinds that exist, and some that don't
      sendto(fd, bytes.data(), random.below(bytes.size()), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
    }
  }

  bool was_answered() const {
    uint8_t answer = 0;
    return recv(fd, &answer, 1, MSG_DONTWAIT) >= 0;
  }

  // The server's counters of what it dropped, added up.
  uint64_t dropped() {
    Finished status = server.control({"status", "--json"});
    EXPECT_EQ(status.exit_code, 0) << status.log;
    const nlohmann::json told = nlohmann::json::parse(status.output);
    uint64_t sum = 0;
    for (const auto& [name, value] : told.at("counters").items()) {
      if (name.starts_with("dropped_")) sum += value.get<uint64_t>();
    }
    return sum;
  }

  int fd;
};

TEST_F(Garbage, IsDroppedAndCountedAndNobodyNotices) {
  Chatter ann(server.address(), server.ticket("ann"), "lobby");
  ASSERT_TRUE(ann.until_joined("lobby"));
  const uint64_t before = dropped();
  throw_at_server(2000);
  expect_alive(ann);
  EXPECT_EQ(ann.times_online, 1u);
  EXPECT_GT(dropped(), before);
  EXPECT_FALSE(was_answered());
}

}  // namespace
}  // namespace parley::e2e
