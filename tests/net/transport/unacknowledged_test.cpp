// SPDX-License-Identifier: Apache-2.0
#include "net/transport/unacknowledged.h"

#include "tests/net/transport/transport_fixture.h"

namespace parley::transport::test {
namespace {

constexpr MonoTime at(int64_t ms) { return MonoTime(Millis(ms)); }

TEST(Unacknowledged, WhatIsUnderWayDoesntWaitButHasAnAge) {
  Unacknowledged all;
  for (int i = 0; i < 10; ++i) all.add(1000, 1, at(i));
  const Backlog backlog = all.waiting(10'000, at(200));
  EXPECT_EQ(backlog.bytes, 0u);
  EXPECT_EQ(backlog.entries, 0u);
  EXPECT_EQ(backlog.oldest, Millis(200));
}

TEST(Unacknowledged, WhatCouldNotBeAcknowledgedEarlierIsGivenAnew) {
  Unacknowledged all;
  for (int i = 0; i < 10; ++i) all.add(1000, 1, at(i));
  all.give_anew(at(5000));
  EXPECT_EQ(all.waiting(10'000, at(5200)).oldest, Millis(200));
}

TEST(Unacknowledged, WhatIsBeyondThatWaits) {
  Unacknowledged all;
  for (int i = 0; i < 10; ++i) all.add(1000, 3, at(i));
  EXPECT_EQ(all.waiting(6'500, at(200)).bytes, 3'500u);
  EXPECT_EQ(all.waiting(6'500, at(200)).entries, 12u) << "three messages and a part of one";
}

TEST(Unacknowledged, WhatWasGivenJustNowHasntHadItsTurn) {
  Unacknowledged all;
  all.add(1000, 1, at(1));
  all.add(50'000, 200, at(5));
  all.add(50'000, 200, at(5));
  EXPECT_EQ(all.waiting(0, at(5)).bytes, 1000u);
  EXPECT_EQ(all.waiting(0, at(5)).entries, 1u);
  EXPECT_EQ(all.waiting(0, at(6)).bytes, 101'000u);
}

TEST(Unacknowledged, AcknowledgedBytesTakeTheOldestAway) {
  Unacknowledged all;
  for (int i = 0; i < 10; ++i) all.add(1000, 1, at(i));
  all.acknowledge(2'999);
  EXPECT_EQ(all.waiting(0, at(100)).oldest, Millis(98));
  all.acknowledge(1);
  EXPECT_EQ(all.waiting(0, at(100)).oldest, Millis(97));
  EXPECT_EQ(all.waiting(0, at(100)).entries, 7u);
  all.acknowledge(7'000);
  EXPECT_EQ(all.waiting(0, at(100)).oldest, Micros(0));
}

TEST(Unacknowledged, CountsOnWhenItsNumbersWrapAround) {
  Unacknowledged all;
  for (uint64_t given = 0; given < (uint64_t{1} << 33); given += 60'000'000) {
    all.add(60'000'000, 1, at(1));
    all.add(10, 1, at(2));
    ASSERT_EQ(all.waiting(60'000'000, at(3)).bytes, 10u);
    all.acknowledge(60'000'010);
    ASSERT_EQ(all.waiting(0, at(3)).bytes, 0u);
  }
}

TEST_F(TransportTest, AFarFastReaderHasNoBacklogAndOneThatStoppedHas) {
  establish();
  client.keep_messages = false;
  const std::string text(1000, 'x');
  for (int i = 0; i < 400; ++i) {  // 400 KB/s at a round trip of 100 ms
    server_transport->send(server_session, 0, server_transport->make_entries(as_bytes(text), 1));
    run_for(Micros(2'500));
    EXPECT_EQ(server_transport->backlog(server_session).bytes, 0u);
  }
  EXPECT_GT(server_transport->queued_bytes(server_session), 30'000u) << "much is under way";
  EXPECT_LT(server_transport->backlog(server_session).oldest, Millis(150));
  network.set_partitioned(client_socket.local(), true);
  for (int i = 0; i < 200; ++i) {
    server_transport->send(server_session, 0, server_transport->make_entries(as_bytes(text), 1));
    run_for(Micros(2'500));
  }
  const Backlog stopped = server_transport->backlog(server_session);
  EXPECT_GT(stopped.bytes, 100'000u);
  EXPECT_NEAR(stopped.entries, stopped.bytes / 1000.0, 1.0);
  EXPECT_GT(stopped.oldest, Millis(500));
  network.set_partitioned(client_socket.local(), false);
  run_for(Seconds(20));
  EXPECT_EQ(client.message_count, 600u);
  EXPECT_EQ(server_transport->backlog(server_session).oldest, Micros(0));
}

}  // namespace
}  // namespace parley::transport::test
