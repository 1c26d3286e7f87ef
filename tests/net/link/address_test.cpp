// SPDX-License-Identifier: Apache-2.0
// What a server knows of addresses and requests without remembering strangers: tokens, rates of networks, replayed requests.
#include <gtest/gtest.h>

#include <set>

#include "net/link/address_token.h"
#include "net/link/handshake_rate.h"
#include "net/link/request_history.h"

namespace parley::link {
namespace {

constexpr MonoTime kStart{Seconds(1000)};

Endpoint ipv4(uint8_t c, uint8_t d, uint16_t port = 1) {
  Endpoint out;
  out.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 203, 0, c, d};
  out.port = port;
  return out;
}
Endpoint ipv6(uint8_t seventh, uint8_t eighth) {
  Endpoint out;
  out.ip = {0x20, 0x01, 0x0d, 0xb8, 0, 0, seventh, eighth, 0, 0, 0, 0, 0, 0, 0, 9};
  out.port = 1;
  return out;
}
Secret<32> secret_of(uint64_t seed) {
  Secret<32> out;
  SeededRandom(seed).fill(out.bytes());
  return out;
}

TEST(AddressTokens, ACookieProvesAddressAndPortForTwoMinutes) {
  const AddressTokens tokens(secret_of(1));
  const AddressToken token = tokens.make(AddressProof::kCookie, ipv4(1, 2), kStart);
  EXPECT_EQ(tokens.check(token, ipv4(1, 2), kStart), AddressProof::kCookie);
  EXPECT_EQ(tokens.check(token, ipv4(1, 2), kStart + Seconds(120)), AddressProof::kCookie);
  EXPECT_EQ(tokens.check(token, ipv4(1, 2), kStart + Seconds(120) + Micros(1)), AddressProof::kNone);
  EXPECT_EQ(tokens.check(token, ipv4(1, 2), kStart - Micros(1)), AddressProof::kNone) << "from the future";
  EXPECT_EQ(tokens.check(token, ipv4(1, 3), kStart), AddressProof::kNone);
  EXPECT_EQ(tokens.check(token, ipv4(1, 2, 2), kStart), AddressProof::kNone);
}

TEST(AddressTokens, AReturningTokenProvesTheAddressForADayThroughAnyPort) {
  const AddressTokens tokens(secret_of(1));
  const AddressToken token = tokens.make(AddressProof::kReturning, ipv4(1, 2, 5), kStart);
  EXPECT_EQ(tokens.check(token, ipv4(1, 2, 6), kStart + std::chrono::hours(24)), AddressProof::kReturning);
  EXPECT_EQ(tokens.check(token, ipv4(1, 2, 6), kStart + std::chrono::hours(24) + Micros(1)), AddressProof::kNone);
  EXPECT_EQ(tokens.check(token, ipv4(1, 3, 5), kStart), AddressProof::kNone);
}

TEST(AddressTokens, AFlippedTokenOrOneOfAnotherStartProvesNothing) {
  const AddressTokens tokens(secret_of(1)), restarted(secret_of(2));
  for (const AddressProof kind : {AddressProof::kCookie, AddressProof::kReturning}) {
    const AddressToken token = tokens.make(kind, ipv4(1, 2), kStart);
    EXPECT_EQ(restarted.check(token, ipv4(1, 2), kStart), AddressProof::kNone);
    for (size_t bit = 0; bit < 8 * token.size(); ++bit) {
      AddressToken flipped = token;
      flipped[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
      EXPECT_EQ(tokens.check(flipped, ipv4(1, 2), kStart), AddressProof::kNone) << bit;
    }
  }
  EXPECT_EQ(tokens.check({}, ipv4(1, 2), kStart), AddressProof::kNone);
}

class HandshakeRateTest : public ::testing::Test {
 protected:
  int taken(const Endpoint& from, bool proven, int tries, MonoTime now = kStart) {
    int count = 0;
    for (int i = 0; i < tries; ++i) count += rate.take(from, proven, now) ? 1 : 0;
    return count;
  }
  SeededRandom random{7};
  HandshakeRate rate{{.unproven_per_second = 2, .unproven_burst = 5, .proven_per_second = 10, .proven_burst = 20}, random};
};

TEST_F(HandshakeRateTest, ANetworkGetsItsBurstAndThenItsRate) {
  EXPECT_EQ(taken(ipv4(1, 1), false, 4) + taken(ipv4(1, 200), false, 4), 5) << "a /24 shares";
  EXPECT_EQ(taken(ipv4(2, 1), false, 10), 5) << "another /24 has its own";
  EXPECT_EQ(taken(ipv4(1, 1), false, 10, kStart + Seconds(2)), 4);
}

TEST_F(HandshakeRateTest, AHouseholdsSlash56Shares) {
  EXPECT_EQ(taken(ipv6(1, 1), false, 4) + taken(ipv6(1, 255), false, 4), 5);
  EXPECT_EQ(taken(ipv6(2, 1), false, 10), 5);
}

TEST_F(HandshakeRateTest, WhoForgesAnAddressCantUseUpWhatItsOwnerGetsWithAProof) {
  taken(ipv4(1, 1), false, 1000);
  EXPECT_EQ(taken(ipv4(1, 1), true, 100), 20);
}

TEST_F(HandshakeRateTest, LoopbackIsLimitedOnlyByChoice) {
  Endpoint loopback = ipv4(0, 1);
  loopback.ip[12] = 127;
  EXPECT_EQ(taken(loopback, false, 1000), 1000);
  HandshakeRate limited({.unproven_per_second = 2, .unproven_burst = 5, .loopback = true}, random);
  int count = 0;
  for (int i = 0; i < 10; ++i) count += limited.take(loopback, false, kStart) ? 1 : 0;
  EXPECT_EQ(count, 5);
}

TEST_F(HandshakeRateTest, TheFullestBucketGivesWayWhenTheTableIsFull) {
  taken(ipv4(1, 1), false, 100);
  for (size_t i = 0; i < 4 * kHandshakeNetworks; ++i) {
    Endpoint other = ipv6(static_cast<uint8_t>(i), 0);
    other.ip[5] = static_cast<uint8_t>(i >> 8);
    other.ip[4] = static_cast<uint8_t>(i >> 16);
    rate.take(other, false, kStart);
  }
  EXPECT_EQ(taken(ipv4(1, 1), false, 10), 0) << "it is still known";
}

class RequestHistoryTest : public ::testing::Test {
 protected:
  using Judgement = RequestHistory::Judgement;
  static PublicKey key(uint64_t seed) {
    PublicKey out;
    SeededRandom(seed).fill(out);
    return out;
  }
  uint64_t claimed(Micros offset = Micros(0)) const { return static_cast<uint64_t>((now.wall + offset).time_since_epoch().count()); }
  void pass(Micros time) {
    now.mono += time;
    now.wall += time;
  }
  Judgement judge(uint64_t request, uint64_t time_us, AddressProof proof = AddressProof::kNone) {
    return history.judge({key(request), device, time_us, proof}, now);
  }
  void accept(uint64_t request, uint64_t time_us, AddressProof proof = AddressProof::kNone) {
    ASSERT_EQ(judge(request, time_us, proof), Judgement::kNew);
    history.add({key(request), device, time_us, proof}, now);
  }
  SeededRandom random{7};
  Now now{kStart, WallTime(Seconds(1'700'000'000))};
  PublicKey device = key(1000);
  RequestHistory history{random, now.wall};
};

TEST_F(RequestHistoryTest, AnAcceptedRequestIsReplayedForMinutesAndDoubtfulForEver) {
  const uint64_t time = claimed();
  accept(1, time);
  for (int i = 0; i < 129; ++i) {
    EXPECT_EQ(judge(1, time), Judgement::kReplayed) << i;
    EXPECT_EQ(judge(1, time, AddressProof::kCookie), Judgement::kReplayed) << i;
    pass(Seconds(1));
  }
  pass(Seconds(2));
  EXPECT_EQ(judge(1, time), Judgement::kDoubtful);
  EXPECT_EQ(judge(1, time, AddressProof::kReturning), Judgement::kDoubtful);
}

TEST_F(RequestHistoryTest, RequestsOfADeviceMayOvertakeEachOtherForAWhile) {
  const uint64_t first = claimed();
  pass(Seconds(9));
  accept(2, claimed());
  accept(1, first);
  pass(Seconds(61));
  EXPECT_EQ(judge(3, first), Judgement::kDoubtful);
}

TEST_F(RequestHistoryTest, ARequestFromBeforeTheServersStartIsDoubtful) {
  EXPECT_EQ(judge(1, claimed(-Micros(1))), Judgement::kDoubtful);
  EXPECT_EQ(judge(1, claimed()), Judgement::kNew);
  EXPECT_EQ(judge(1, claimed(-Micros(1)), AddressProof::kReturning), Judgement::kNew) << "this start made its token";
}

TEST_F(RequestHistoryTest, AClaimedTimeAheadOfOursIsDoubtfulBeyondASmallLead) {
  EXPECT_EQ(judge(1, claimed(Seconds(5))), Judgement::kNew);
  EXPECT_EQ(judge(1, claimed(Seconds(6))), Judgement::kDoubtful);
}

TEST_F(RequestHistoryTest, AClockThatWentBackCostsACookieNotTheWayIn) {
  accept(1, claimed());
  pass(Seconds(100));
  const uint64_t back = claimed(-std::chrono::hours(1));
  EXPECT_EQ(judge(2, back), Judgement::kDoubtful);
  accept(2, back, AddressProof::kCookie);
  EXPECT_EQ(judge(2, back, AddressProof::kCookie), Judgement::kReplayed);
}

TEST_F(RequestHistoryTest, TheOldestRequestGivesWayWhenTheTableIsFull) {
  for (uint64_t i = 0; i < kRecentRequests / 2; ++i) {
    history.add({key(i), key(i + 1'000'000), claimed(), AddressProof::kNone}, now);
    pass(Micros(1));
  }
  pass(Micros(1));
  history.add({key(2'000'000), device, claimed(), AddressProof::kNone}, now);
  for (uint64_t i = 0; i < 8; ++i) history.add({key(3'000'000 + i), key(4'000'000 + i), claimed(), AddressProof::kNone}, now);
  EXPECT_EQ(judge(2'000'000, claimed()), Judgement::kReplayed) << "a fresh one is known";
}

}  // namespace
}  // namespace parley::link
