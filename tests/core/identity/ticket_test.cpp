// SPDX-License-Identifier: Apache-2.0
// Tickets of our own making, well-formed ones and slightly wrong ones. What an attacker tries: ticket_attack_test.cpp.
#include "core/identity/ticket.h"

#include <gtest/gtest.h>

#include "core/base/limits.h"
#include "tests/core/identity/jwt.h"

namespace parley::identity {
namespace {

class Tickets : public testing::Test, protected JwtBench {};

TEST_F(Tickets, ComeBackAsTheyWereMinted) {
  Ticket ticket = ticket_for("anna");
  ticket.name = "Anna 安娜";
  ticket.device_key.emplace().fill(9);
  ticket.grants = {{"lobby", 7}, {"dm:*", 3}};
  const auto verified = verify(mint(ticket));
  ASSERT_TRUE(verified) << verified.error().text;
  EXPECT_EQ(verified->user, "anna");
  EXPECT_EQ(verified->name, "Anna 安娜");
  EXPECT_EQ(verified->audience, "main");
  EXPECT_EQ(verified->expires, ticket.expires);
  EXPECT_EQ(verified->device_key, ticket.device_key);
  ASSERT_EQ(verified->grants.size(), 2u);
  EXPECT_EQ(verified->grants[1].pattern, "dm:*");
  EXPECT_EQ(verified->grants[1].rights, 3);
}

TEST_F(Tickets, WithoutANameShowTheUser) { EXPECT_EQ(verify(mint(ticket_for("ben")))->name, "ben"); }

TEST_F(Tickets, AllowWhatAnyGrantAllows) {
  Ticket ticket = ticket_for("anna");
  ticket.grants = {{"lobby", static_cast<uint8_t>(Right::kJoin)}, {"lob*", static_cast<uint8_t>(Right::kSend)}, {"guild/*", 15}};
  EXPECT_TRUE(ticket.allows("lobby", Right::kJoin));
  EXPECT_TRUE(ticket.allows("lobby", Right::kSend));
  EXPECT_FALSE(ticket.allows("lobby", Right::kHistory));
  EXPECT_FALSE(ticket.allows("lobby2", Right::kJoin));
  EXPECT_TRUE(ticket.allows("lobby2", Right::kSend));
  EXPECT_TRUE(ticket.allows("guild/", Right::kModerate));
  EXPECT_FALSE(ticket.allows("guild", Right::kModerate));
  EXPECT_FALSE(ticket_for("x", {}).allows("lobby", Right::kJoin));
  EXPECT_TRUE(ticket_for("x", {{"*", 1}}).allows("anything", Right::kJoin));
}

TEST_F(Tickets, ExpireAtTheirSecond) {
  const std::string jwt = mint(ticket_for("anna"));
  const WallTime expires = ticket_for("anna").expires;
  EXPECT_TRUE(verify_ticket(jwt, keys_, "main", expires - Micros(1)));
  const auto late = verify_ticket(jwt, keys_, "main", expires + Seconds(90));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kTicketExpired);
  EXPECT_NE(late.error().text.find("expired 90 s ago"), std::string::npos) << late.error().text;
  EXPECT_EQ(code_of(verify_ticket(jwt, keys_, "main", expires)), ErrorCode::kTicketExpired);
}

TEST_F(Tickets, OfAnotherServerAreForeign) {
  const auto foreign = verify_ticket(mint(ticket_for("anna")), keys_, "other", kNow);
  EXPECT_EQ(code_of(foreign), ErrorCode::kTicketForeign);
  EXPECT_EQ(code_of(verify(sign(R"({"sub":"a","exp":2000000000,"aud":["x","main"],"grants":[]})"))), ErrorCode::kNone);
  EXPECT_EQ(code_of(verify(sign(R"({"sub":"a","exp":2000000000,"aud":["x",1],"grants":[]})"))), ErrorCode::kTicketForeign);
}

TEST_F(Tickets, NeedTheirClaims) {
  const struct {
    const char* claims;
    ErrorCode expected;
  } cases[] = {
      {R"({"sub":"a","exp":2000000000,"aud":"main","grants":[]})", ErrorCode::kNone},
      {R"({"sub":"a","exp":2000000000.5,"aud":"main","grants":[],"later":{"x":[1]}})", ErrorCode::kNone},
      {R"({"sub":"a","exp":2000000000,"aud":"main","grants":[{"room":"*","can":["join","fly",7]}]})", ErrorCode::kNone},
      {R"({"exp":2000000000,"aud":"main","grants":[]})", ErrorCode::kTicketMalformed},
      {R"({"sub":7,"exp":2000000000,"aud":"main","grants":[]})", ErrorCode::kTicketMalformed},
      {R"({"sub":"a b","exp":2000000000,"aud":"main","grants":[]})", ErrorCode::kTicketMalformed},
      {R"({"sub":"\u001b[2J","exp":2000000000,"aud":"main","grants":[]})", ErrorCode::kTicketMalformed},
      {R"({"sub":"a","name":" a","exp":2000000000,"aud":"main","grants":[]})", ErrorCode::kTicketMalformed},
      {R"({"sub":"a","aud":"main","grants":[]})", ErrorCode::kTicketMalformed},
      {R"({"sub":"a","exp":"2000000000","aud":"main","grants":[]})", ErrorCode::kTicketMalformed},
      {R"({"sub":"a","exp":-1,"aud":"main","grants":[]})", ErrorCode::kTicketMalformed},
      {R"({"sub":"a","exp":1e300,"aud":"main","grants":[]})", ErrorCode::kTicketMalformed},
      {R"({"sub":"a","exp":2000000000,"grants":[]})", ErrorCode::kTicketMalformed},
      {R"({"sub":"a","exp":2000000000,"aud":"main"})", ErrorCode::kTicketMalformed},
      {R"({"sub":"a","exp":2000000000,"aud":"main","grants":[1]})", ErrorCode::kTicketMalformed},
      {R"({"sub":"a","exp":2000000000,"aud":"main","grants":[{"room":"x"}]})", ErrorCode::kTicketMalformed},
      {R"({"sub":"a","exp":2000000000,"aud":"main","grants":[{"room":"x*y","can":[]}]})", ErrorCode::kTicketMalformed},
      {R"({"sub":"a","exp":2000000000,"aud":"main","grants":[],"cnf":{"jwk":{}}})", ErrorCode::kTicketMalformed},
      {R"({"sub":"a","exp":2000000000,"aud":"main","grants":[],"cnf":{"x25519":"AAAA"}})", ErrorCode::kTicketMalformed},
      {R"({"sub":"a","exp":2000000000,"aud":"main","grants":[],"nbf":1900000000})", ErrorCode::kTicketExpired},
      {R"({"sub":"a","exp":2000000000,"aud":"main","grants":[],"nbf":"x"})", ErrorCode::kTicketMalformed},
      {R"(["sub"])", ErrorCode::kTicketMalformed},
      {R"({"sub":"a",)", ErrorCode::kTicketMalformed},
      {"", ErrorCode::kTicketMalformed},
      {R"({"sub":"a","exp":2000000000,"aud":"main","grants":[],"x":[[[[[[[[1]]]]]]]]})", ErrorCode::kTicketMalformed},
  };
  for (const auto& c : cases) EXPECT_EQ(code_of(verify(sign(c.claims))), c.expected) << c.claims;
}

TEST_F(Tickets, HaveAtMostSixteenGrants) {
  Ticket ticket = ticket_for("a", std::vector<Grant>(kMaxGrants + 1, {"r", 1}));
  EXPECT_EQ(code_of(signer_.mint(ticket, kNow)), ErrorCode::kInvalidArgument);
  std::string grants = R"({"room":"r","can":[]})";
  for (int i = 0; i < 16; ++i) grants += R"(,{"room":"r","can":[]})";
  EXPECT_EQ(code_of(verify(sign(R"({"sub":"a","exp":2000000000,"aud":"main","grants":[)" + grants + "]}"))), ErrorCode::kTicketMalformed);
}

TEST_F(Tickets, AreNotMintedFromBadNames) {
  EXPECT_EQ(code_of(signer_.mint(ticket_for(std::string(65, 'a')), kNow)), ErrorCode::kNameTooLong);
  EXPECT_EQ(code_of(signer_.mint(ticket_for("a b"), kNow)), ErrorCode::kForbiddenCharacter);
  EXPECT_EQ(code_of(signer_.mint(ticket_for("a\xff"), kNow)), ErrorCode::kNotUtf8);
  EXPECT_EQ(code_of(signer_.mint(ticket_for("a", {{"b c", 1}}), kNow)), ErrorCode::kForbiddenCharacter);
  Ticket no_audience = ticket_for("a");
  no_audience.audience.clear();
  EXPECT_EQ(code_of(signer_.mint(no_audience, kNow)), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of(signer_.mint(ticket_for("a"), ticket_for("a").expires)), ErrorCode::kInvalidArgument);
}

TEST_F(Tickets, AreNotMintedAboveTheLimit) {
  const auto refused = signer_.mint(ticket_for("a", std::vector<Grant>(9, {std::string(40, 'r'), 15})), kNow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(refused.error().text.find("700"), std::string::npos);
}

TEST_F(Tickets, OfRotatedKeysBothCount) {
  SeededRandom random(77);
  const Signer next = Signer::make(random, "next");
  keys_.add(next.public_key());
  EXPECT_TRUE(verify(mint(ticket_for("anna"))));
  EXPECT_TRUE(verify(*next.mint(ticket_for("anna"), kNow)));
}

}  // namespace
}  // namespace parley::identity
