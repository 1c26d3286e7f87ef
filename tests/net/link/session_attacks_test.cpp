// SPDX-License-Identifier: Apache-2.0
// What an attacker tries on an open session, by name: old key epochs, the path, the cipher, nonces. And that keys and addresses change
// without anybody noticing.
#include "net/link/link_core.h"
#include "net/link/nonce_watch.h"
#include "tests/net/link/link_fixture.h"

namespace parley::link {
namespace {

using test::Bytes;
using test::LinkTest;

constexpr uint16_t kAttackerPort = 6666, kNewPort = 3000;

class SessionAttacksTest : public LinkTest {
 protected:
  Bytes sealed(std::string_view text = "sealed") {
    client->flush(now);
    wire.queue.clear();
    say(*client, id, text);
    return take().bytes;
  }
  void move_client(uint16_t port = kNewPort) { client_socket.move(test::endpoint(port)); }
  // What the server sent there, all in all.
  std::vector<Bytes> sent_to(uint16_t port) {
    server->flush(now);
    std::vector<Bytes> out;
    for (const auto& sent : recorded)
      if (sent.to.port == port) out.push_back(sent.bytes);
    for (const auto& sent : wire.queue)
      if (sent.to.port == port) out.push_back(sent.bytes);
    return out;
  }
  void expect_payloads_flow() {
    const size_t at_s = at_server.payloads.size(), at_c = at_client.payloads.size();
    EXPECT_TRUE(say(*client, id, "ping"));
    EXPECT_TRUE(say(*server, server_id(), "pong"));
    settle();
    EXPECT_EQ(at_server.payloads.size(), at_s + 1);
    EXPECT_EQ(at_client.payloads.size(), at_c + 1);
  }
  static unsigned epoch_of(const Bytes& datagram) { return datagram[0] >> wire::kEpochShift; }
};

class RekeyTest : public SessionAttacksTest {
 protected:
  void SetUp() override {
    make_server({});
    LinkOptions options;
    options.rekey_after = Seconds(60);
    options.rekey_datagrams = 500;
    make_client(options);
  }
};

TEST_F(RekeyTest, KeysChangeWhenTheirTimeHasCome) {
  open();
  run(Seconds(59));
  EXPECT_EQ(client->counters().rekeys, 0u);
  run(Seconds(2));
  EXPECT_EQ(client->counters().rekeys, 1u);
  EXPECT_EQ(server->counters().rekeys, 1u);
  EXPECT_EQ(epoch_of(sealed()), 1u);
  expect_payloads_flow();
}

TEST_F(RekeyTest, KeysChangeAfterSoManyDatagramsInEitherDirection) {
  open();
  for (int i = 0; i < 520; ++i) {
    say(*client, id, "up");
    settle();
  }
  EXPECT_EQ(client->counters().rekeys, 1u);
  run(Seconds(11));
  for (int i = 0; i < 520; ++i) {
    say(*server, server_id(), "down");
    settle();
  }
  say(*client, id, "and up");
  settle();
  EXPECT_EQ(client->counters().rekeys, 2u);
  EXPECT_EQ(server->counters().rekeys, 2u);
  expect_payloads_flow();
}

TEST_F(RekeyTest, AnHourOfChangesLosesNothing) {
  open();
  for (int i = 0; i < 60; ++i) {
    run(Seconds(60));
    expect_payloads_flow();
  }
  EXPECT_GE(client->counters().rekeys, 45u);
  EXPECT_EQ(client->counters().rekeys, server->counters().rekeys);
  EXPECT_EQ(server->counters().dropped_forged + client->counters().dropped_forged, 0u);
}

TEST_F(RekeyTest, AChangeIsFinishedThoughTheWireLosesEverythingForAWhile) {
  open();
  run(Seconds(59));
  for (int i = 0; i < 60; ++i) {
    pass(Millis(50));
    client->flush(now);
    server->flush(now);
    wire.queue.clear();
  }
  run(Seconds(10));
  EXPECT_EQ(client->counters().rekeys, 1u);
  EXPECT_EQ(server->counters().rekeys, 1u);
  expect_payloads_flow();
}

TEST_F(RekeyTest, ADatagramOfThePreviousEpochIsReplayedInVain) {
  open();
  const Bytes old = sealed();
  to_server(old);
  run(Seconds(61));
  ASSERT_EQ(server->counters().rekeys, 1u);
  const uint64_t replayed = server->counters().dropped_replayed;
  to_server(old);
  run(Seconds(20));
  to_server(old);
  EXPECT_GE(server->counters().dropped_replayed, replayed + 2);
  EXPECT_EQ(at_server.payloads.size(), 1u);
}

TEST_F(RekeyTest, ADatagramHeldBackOpensForTenSecondsAfterTheChange) {
  LinkOptions options;
  options.reliability = false;  // nothing is sent again: what is held back is gone
  make_server(options);
  options.rekey_after = Seconds(60);
  make_client(options);
  open();
  const Bytes in_time = sealed("in time"), too_late = sealed("too late");
  run(Seconds(61));
  ASSERT_EQ(server->counters().rekeys, 1u);
  to_server(in_time);
  ASSERT_EQ(at_server.payloads.size(), 1u);
  run(Seconds(12));
  to_server(too_late);
  EXPECT_EQ(at_server.payloads.size(), 1u);
  EXPECT_EQ(server->counters().dropped_forged, 1u);
}

TEST_F(RekeyTest, ADatagramUnderAnEpochThatIsNotIsForged) {
  open();
  const Bytes whole = sealed();
  for (unsigned epoch = 1; epoch < KeyRing::kEpochs; ++epoch) {
    Bytes bytes = whole;
    bytes[0] = static_cast<uint8_t>(bytes[0] | epoch << wire::kEpochShift);
    to_server(bytes);
  }
  EXPECT_EQ(server->counters().dropped_forged, 31u);
}

class PathTest : public SessionAttacksTest {};

TEST_F(PathTest, AClientWhoseSocketWasReboundKeepsItsSession) {
  open();
  move_client();
  client->rebound(now);
  settle();
  EXPECT_EQ(server->counters().path_changes, 1u);
  say(*server, server_id(), "there");
  settle();
  EXPECT_EQ(at_client.payloads.back().second, "there");
  EXPECT_EQ(std::find_if(recorded.rbegin(), recorded.rend(), [](const auto& sent) { return sent.from.port == kServerPort; })->to.port,
            kNewPort);
}

TEST_F(PathTest, AClientBehindANatThatForgotKeepsItsSessionAsSoonAsItSpeaks) {
  open();
  for (uint16_t port = kNewPort; port < kNewPort + 20; ++port) {
    move_client(port);
    say(*client, id, "it is still me, though from elsewhere");
    settle();
    say(*server, server_id(), "still you");
    settle();
  }
  EXPECT_EQ(server->counters().path_changes, 20u);
  EXPECT_EQ(at_server.payloads.size(), 20u);
  EXPECT_EQ(at_client.payloads.size(), 20u);
}

TEST_F(PathTest, WhoPassesOnADatagramUnderHisAddressGetsThreeChallengesAndNothingElse) {
  open();
  for (int i = 0; i < 20; ++i) to_server(sealed("a line that is long enough for a challenge each"), kAttackerPort);
  for (int i = 0; i < 10; ++i) {
    say(*server, server_id(), "secret");
    run(Millis(90));
  }
  EXPECT_LE(sent_to(kAttackerPort).size(), 3u);
  for (const Bytes& bytes : sent_to(kAttackerPort)) EXPECT_EQ(bytes.size(), 39u) << "a challenge and nothing else";
  EXPECT_EQ(server->counters().path_changes, 0u);
  EXPECT_EQ(at_client.payloads.size(), 10u) << "the old path goes on";
}

TEST_F(PathTest, AnAnswerFromTheOldAddressMovesNothing) {
  open();
  to_server(sealed("a line that is long enough for a challenge"), kAttackerPort);
  const std::vector<Bytes> challenges = sent_to(kAttackerPort);
  ASSERT_EQ(challenges.size(), 1u);
  wire.queue.clear();
  to_client(challenges[0]);  // relayed, with the server's address forged
  settle();
  EXPECT_EQ(server->counters().path_changes, 0u);
  say(*server, server_id(), "x");
  settle();
  EXPECT_EQ(at_client.payloads.size(), 1u);
}

TEST_F(PathTest, AClientAnswersNoChallengeThatComesFromElsewhere) {
  open();
  to_server(sealed("a line that is long enough for a challenge"), kAttackerPort);
  const std::vector<Bytes> challenges = sent_to(kAttackerPort);
  ASSERT_EQ(challenges.size(), 1u);
  wire.queue.clear();
  client->flush(now);
  wire.queue.clear();
  client_socket.arrive(test::endpoint(kAttackerPort), challenges[0]);
  client->receive(now);
  client->flush(now);
  for (const auto& sent : wire.queue) EXPECT_NE(sent.to.port, kAttackerPort);
  deliver();
  EXPECT_EQ(server->counters().path_changes, 0u);
}

TEST_F(PathTest, AnOldDatagramFromElsewhereStartsNoChallenge) {
  open();
  const Bytes held_back = sealed("an earlier line that is long enough for a challenge");
  to_server(sealed("a later one"));
  to_server(held_back, kAttackerPort);
  EXPECT_TRUE(sent_to(kAttackerPort).empty());
  EXPECT_EQ(server->counters().path_challenges, 0u);
}

TEST_F(PathTest, AVictimToWhomChallengesAreReflectedNeverGetsMoreBytesThanWereSentInItsName) {
  open();
  for (int i = 0; i < 200; ++i) {
    const Bytes bytes = sealed(std::string(static_cast<size_t>(i % 40), 'x'));
    const auto victim = static_cast<uint16_t>(10'000 + i % 7);
    size_t before = 0, after = 0;
    for (const Bytes& each : sent_to(victim)) before += each.size();
    to_server(bytes, victim);
    for (const Bytes& each : sent_to(victim)) after += each.size();
    EXPECT_LE(after - before, bytes.size());
  }
}

TEST_F(PathTest, AVictimGetsNoMoreThanThreeChallengesHoweverLongItWaits) {
  open();
  to_server(sealed(std::string(1000, 'x')), kAttackerPort);
  run(Seconds(30));
  EXPECT_EQ(sent_to(kAttackerPort).size(), 3u);
  EXPECT_EQ(server->counters().path_changes, 0u);
}

class CipherTest : public SessionAttacksTest {
 protected:
  uint8_t cipher_of(uint8_t clients, uint8_t servers) {
    LinkOptions of_client, of_server;
    of_client.ciphers = clients;
    of_server.ciphers = servers;
    make_server(of_server);
    make_client(of_client);
    connect();
    settle();
    return client->stats(id).cipher;
  }
};

TEST_F(CipherTest, BothUseAesWhereBothHaveItInHardwareElseChaCha) {
  EXPECT_EQ(cipher_of(0xff, 0xff), available_ciphers() == 3 ? 2 : 1);
  expect_payloads_flow();
  EXPECT_EQ(cipher_of(1, 0xff), 1);
  expect_payloads_flow();
  EXPECT_EQ(cipher_of(0xff, 1), 1);
  expect_payloads_flow();
}

TEST_F(CipherTest, WithoutACommonCipherThereIsNoSession) {
  EXPECT_EQ(cipher_of(2, 1), 0);
  EXPECT_EQ(server->counters().sessions, 0u);
}

// Offer and choice are inside of what Noise authenticates: whoever changes a byte of either gets no session, never a weaker one.
TEST_F(CipherTest, ADowngradeOfTheCipherEndsTheHandshakeInsteadOfWeakeningIt) {
  connect();
  Bytes offer = take().bytes;
  const size_t at = wire::kNoiseAt + 32 + 48 + wire::kRequestCiphersAt;
  const Bytes whole = offer;
  for (int bit = 0; bit < 8; ++bit) {
    offer = whole;
    offer[at] ^= static_cast<uint8_t>(1u << bit);
    write_mac1(mac1_key(public_key_of(server_key)), offer);
    to_server(offer);
  }
  EXPECT_EQ(server->counters().dropped_handshake, 8u);
  to_server(whole);
  server->flush(now);
  const Bytes answer = take().bytes;
  for (int bit = 0; bit < 8; ++bit) {
    Bytes changed = answer;
    changed[wire::kNoiseAt + 32 + wire::kAnswerCipherAt] ^= static_cast<uint8_t>(1u << bit);
    to_client(changed);
  }
  EXPECT_EQ(client->counters().dropped_handshake, 8u);
  EXPECT_TRUE(at_client.answers.empty());
}

TEST_F(RekeyTest, NoNonceIsUsedTwiceOverCopiesChangesOfKeysAndPathAndReconnects) {
  NonceWatch watch;
  open();
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 20; ++i) {
      say(*client, id, "up " + std::to_string(i));
      say(*server, server_id(), "down " + std::to_string(i));
      pass(Millis(35));
      client->flush(now);
      server->flush(now);
      if (i % 3 == 0) {  // lost: it comes again
        for (const auto& sent : wire.queue) ASSERT_TRUE(watch.see(sent.to.port == kServerPort, sent.bytes));
        wire.queue.clear();
      }
      settle();
    }
    run(Seconds(61));
    move_client(static_cast<uint16_t>(kNewPort + round));
    if (round % 2 == 1) {
      client->close(id, now);
      settle();
      connect();
      settle();
    }
  }
  for (const auto& sent : recorded) ASSERT_TRUE(watch.see(sent.to.port == kServerPort, sent.bytes));
  EXPECT_EQ(watch.violations(), 0u);
  EXPECT_GT(watch.copies(), 50u);
  EXPECT_GE(client->counters().rekeys, 3u);
}

TEST(NonceWatch, SeesANonceThatIsUsedForTwoTexts) {
  NonceWatch watch;
  Bytes bytes(wire::kMinTransportBytes, 5);
  bytes[0] = static_cast<uint8_t>(wire::Kind::kTransport);
  EXPECT_TRUE(watch.see(true, bytes));
  EXPECT_TRUE(watch.see(true, bytes));
  bytes.back() ^= 1;
  EXPECT_TRUE(watch.see(false, bytes)) << "another key";
  EXPECT_FALSE(watch.see(true, bytes));
}

}  // namespace
}  // namespace parley::link
