// SPDX-License-Identifier: Apache-2.0
// The C++ wrapper over the real C API, on a socket to a port where nobody listens.
#include <gtest/gtest.h>

#include "net/client/parley.hpp"

namespace parley {
namespace {

constexpr const char* kAddress = "parley://127.0.0.1:9#CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

TEST(WrapperTest, KeepsSendsWhileNobodyAnswers) {
  auto client = ChatClient::create({.agent = "wrapper_test"});
  ASSERT_TRUE(client) << client.error().text;
  auto session = client->connect({.address = kAddress, .ticket = "a.b.c", .room = "lobby"});
  ASSERT_TRUE(session) << session.error().text;
  EXPECT_EQ(session->send("lobby", "hello").value(), 1u);
  EXPECT_EQ(session->send_emote("lobby", "waves").value(), 2u);
  EXPECT_TRUE(session->typing("lobby") && session->talk("lobby", true) && session->map_ping("lobby", {.x = 1, .y = 2, .z = 3}, 7));
  EXPECT_EQ(session->typing("elsewhere").error().code, PARLEY_E_NOT_MEMBER);
  EXPECT_EQ(client->poll([](const parley_event&) {}), 0u);
  EXPECT_EQ(session->stats().outbox, 2u);
  EXPECT_FALSE(session->stats().online);
}

TEST(WrapperTest, GivesCauseAndCureOfAnError) {
  auto client = ChatClient::create({.agent = "wrapper_test"});
  ASSERT_TRUE(client);
  const auto session = client->connect({.address = "example.org", .ticket = "a.b.c"});
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, PARLEY_E_INVALID_ARGUMENT);
  EXPECT_NE(session.error().text.find("parley://"), std::string::npos);
}

TEST(WrapperTest, AServerKeyOfLowOrderIsAnErrorAtOnceNotAConnectWithoutEnd) {
  auto client = ChatClient::create({.agent = "wrapper_test"});
  ASSERT_TRUE(client);
  for (const char* key : {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    const std::string address = std::string("parley://127.0.0.1:9#") + key;
    const auto session = client->connect({.address = address.c_str(), .ticket = "a.b.c"});
    ASSERT_FALSE(session) << key;
    EXPECT_EQ(session.error().code, PARLEY_E_INVALID_ARGUMENT);
    EXPECT_NE(session.error().text.find("low order"), std::string::npos);
  }
}

TEST(WrapperTest, RefusesAnEmptyMessage) {
  auto client = ChatClient::create({.agent = "wrapper_test"});
  auto session = client->connect({.address = kAddress, .ticket = "a.b.c", .room = "lobby"});
  ASSERT_TRUE(session);
  EXPECT_EQ(session->send("lobby", {}).error().code, PARLEY_E_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace parley
