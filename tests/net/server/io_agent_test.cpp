// SPDX-License-Identifier: Apache-2.0
#include "net/server/io_agent.h"

#include "tests/net/server/server_fixture.h"

namespace parley::server {
namespace {

using Texts = std::vector<std::string>;

uint16_t refusal_code(const ServerFixture::HelloOutcome& outcome) {
  EXPECT_FALSE(outcome.accepted);
  const wire::Answer* answer = outcome.view();
  return answer == nullptr || answer->refusal() == nullptr ? 0 : answer->refusal()->code();
}

class AdmissionTest : public ::testing::Test {
 protected:
  ServerFixture::HelloOutcome knock(const std::string& ticket) {
    return server.hello(0, SessionId(++session_), server.words().hello({ticket, ProducerId(1), "test", {}}));
  }
  ServerFixture server;
  uint32_t session_ = 500;
};

TEST_F(AdmissionTest, AValidTicketComesInAndIsToldWhoItIs) {
  const auto outcome = knock(server.ticket("ann", {}));
  ASSERT_TRUE(outcome.accepted);
  EXPECT_EQ(outcome.view()->user()->str(), "ann");
  EXPECT_EQ(outcome.view()->protocol(), kProtocolVersionMax);
  EXPECT_EQ(outcome.view()->epoch(), server.store->snapshot().epoch.value);
}

TEST_F(AdmissionTest, AnExpiredTicketIsRefused) {
  const std::string ticket = server.ticket("ann", {.valid = Seconds(60)});
  server.pass(Seconds(600));
  EXPECT_EQ(refusal_code(knock(ticket)), static_cast<uint16_t>(ErrorCode::kTicketExpired));
}

TEST_F(AdmissionTest, AForgedTicketIsRefused) {
  std::string ticket = server.ticket("ann", {});
  ticket[ticket.size() / 2] = ticket[ticket.size() / 2] == 'A' ? 'B' : 'A';
  const uint16_t code = refusal_code(knock(ticket));
  EXPECT_TRUE(code == static_cast<uint16_t>(ErrorCode::kTicketForged) || code == static_cast<uint16_t>(ErrorCode::kTicketMalformed))
      << code;
}

TEST_F(AdmissionTest, ATicketForAnotherServerIsRefused) {
  const std::string ticket = server.ticket("ann", {});
  server.config.audience = "elsewhere";
  EXPECT_EQ(refusal_code(knock(ticket)), static_cast<uint16_t>(ErrorCode::kTicketForeign));
}

TEST_F(AdmissionTest, AStolenTicketWithoutItsDeviceKeyIsRefused) {
  ServerFixture::DeviceKey own, thiefs;
  own.fill(1);
  thiefs.fill(2);
  const std::string ticket = server.bound_ticket("ann", own);
  const auto hello = [&](uint32_t session, const ServerFixture::DeviceKey& from) {
    return server.hello(0, SessionId(session), server.words().hello({ticket, ProducerId(1), "test", {}}), from);
  };
  EXPECT_EQ(refusal_code(hello(601, thiefs)), static_cast<uint16_t>(ErrorCode::kTicketForged));
  EXPECT_EQ(refusal_code(hello(602, {})), static_cast<uint16_t>(ErrorCode::kTicketForged));
  EXPECT_TRUE(hello(603, own).accepted);
}

TEST_F(AdmissionTest, BytesThatAreNoHelloAreRefusedAndCounted) {
  const std::vector<uint8_t> noise(200, 0x5a);
  EXPECT_EQ(refusal_code(server.hello(0, SessionId(9), noise)), static_cast<uint16_t>(ErrorCode::kInvalidArgument));
  EXPECT_EQ(server.counters().dropped_malformed, 1u);
}

TEST_F(AdmissionTest, AFullServerSaysSo) {
  server.config.max_sessions = 1;
  server.connect("ann");
  EXPECT_EQ(refusal_code(knock(server.ticket("bob", {}))), static_cast<uint16_t>(ErrorCode::kServerFull));
}

TEST(IoAgent, ASessionEndsWithItsTicket) {
  ServerFixture server;
  const Client ann = server.connect("ann", {.valid = Seconds(60)});
  server.join(ann, "lobby");
  server.pass(Seconds(50));
  server.settle();
  EXPECT_FALSE(server.is_closed(ann));
  server.pass(Seconds(20));
  server.settle();
  EXPECT_TRUE(server.is_closed(ann));
  EXPECT_EQ(server.got<wire::RequestRefused>(ann).back()->refusal()->code(), static_cast<uint16_t>(ErrorCode::kTicketExpired));
}

TEST(IoAgent, APeerThatKeepsSendingNonsenseIsClosed) {
  ServerFixture server;
  const Client ann = server.connect("ann");
  const std::vector<uint8_t> nonsense(64, 0xee);
  server.say(ann, nonsense);
  server.settle();
  EXPECT_FALSE(server.is_closed(ann)) << "once may happen";
  for (int i = 0; i < 20; ++i) server.say(ann, nonsense);
  server.settle();
  EXPECT_TRUE(server.is_closed(ann));
  EXPECT_EQ(server.counters().closed_malformed, 1u);
}

TEST(IoAgent, AMessageOfANewerProtocolIsSkipped) {
  ServerFixture server;
  const Client ann = server.connect("ann");
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(wire::CreateMessage(builder, wire::Body(99), wire::CreateLeft(builder, 1).Union()));
  server.say(ann, {builder.GetBufferPointer(), builder.GetSize()});
  server.settle();
  EXPECT_FALSE(server.is_closed(ann));
  EXPECT_EQ(server.counters().skipped_unknown_kind, 1u);
}

class DrainTest : public ::testing::Test {
 protected:
  void begin() {
    server.ios[0]->ask(IoQuestion::kDrain);
    server.cycle();
  }
  ServerFixture server;
};

TEST_F(DrainTest, TellsClientsToComeBackAndClosesThem) {
  const Client ann = server.connect("ann");
  server.transports[0]->queued[ann.id] = 100;  // Draining isn't acknowledged yet
  begin();
  ASSERT_EQ(server.got<wire::Draining>(ann).size(), 1u);
  EXPECT_EQ(server.got<wire::Draining>(ann)[0]->retry_ms(), server.config.drain_retry.count());
  EXPECT_FALSE(server.is_closed(ann));
  server.transports[0]->queued[ann.id] = 0;
  server.settle();
  EXPECT_TRUE(server.is_closed(ann));
  EXPECT_TRUE(server.ios[0]->take_answer().has_value());
}

TEST_F(DrainTest, WhatWasTakenGetsItsDurableReceiptFirst) {
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  server.clear();
  server.send(ann, room, 1, "hello");
  begin();
  server.settle();
  uint64_t durable = 0;
  for (const wire::Receipts* each : server.got<wire::Receipts>(ann)) durable = std::max(durable, each->durable_through());
  EXPECT_EQ(durable, 1u);
  EXPECT_TRUE(server.is_closed(ann));
}

TEST_F(DrainTest, NewSendsAndHellosAreToldToComeBack) {
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  server.transports[0]->queued[ann.id] = 100;
  begin();
  server.send(ann, room, 1, "too late");
  server.cycle();
  ASSERT_EQ(server.got<wire::SendRefused>(ann).size(), 1u);
  EXPECT_EQ(server.got<wire::SendRefused>(ann)[0]->refusal()->code(), static_cast<uint16_t>(ErrorCode::kDraining));
  EXPECT_GT(server.got<wire::SendRefused>(ann)[0]->refusal()->retry_ms(), 0u);
  const auto hello = server.hello(0, SessionId(800), server.words().hello({server.ticket("bob", {}), ProducerId(1), "test", {}}));
  EXPECT_EQ(refusal_code(hello), static_cast<uint16_t>(ErrorCode::kDraining));
}

TEST_F(DrainTest, ADeadClientDoesNotHoldItUpForEver) {
  const Client ann = server.connect("ann");
  server.transports[0]->queued[ann.id] = 100;
  begin();
  server.pass(server.config.drain_limit);
  server.settle();
  EXPECT_TRUE(server.is_closed(ann));
}

TEST(IoAgent, AnswersWhoIsConnectedAndWhichRoomsThereAre) {
  ServerFixture server;
  const Client ann = server.connect("ann");
  server.join(ann, "lobby");
  server.ios[0]->ask(IoQuestion::kSessions);
  server.ios[0]->ask(IoQuestion::kRooms);
  server.cycle();
  const auto sessions = server.ios[0]->take_answer();
  ASSERT_EQ(sessions->sessions.size(), 1u);
  EXPECT_EQ(sessions->sessions[0].user, "ann");
  EXPECT_EQ(sessions->sessions[0].rooms, Texts{"lobby"});
  const auto rooms = server.ios[0]->take_answer();
  ASSERT_EQ(rooms->rooms.size(), 1u);
  EXPECT_EQ(rooms->rooms[0].members, 1u);
}

}  // namespace
}  // namespace parley::server
