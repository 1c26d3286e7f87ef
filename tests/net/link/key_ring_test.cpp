// SPDX-License-Identifier: Apache-2.0
#include "net/link/key_ring.h"

#include <gtest/gtest.h>

#include "net/link/wire_format.h"

namespace parley::link {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr MonoTime kStart{Seconds(1000)};

Secret<32> secret_of(uint64_t seed) {
  Secret<32> out;
  SeededRandom(seed).fill(out.bytes());
  return out;
}

class KeyRingTest : public ::testing::TestWithParam<Cipher> {
 protected:
  void SetUp() override {
    if ((available_ciphers() & static_cast<uint8_t>(GetParam())) == 0) GTEST_SKIP() << "this machine hasn't that cipher in hardware";
    client = KeyRing(GetParam(), keys(1, 2));
    server = KeyRing(GetParam(), keys(2, 1));
  }
  static NoiseKeys keys(uint64_t send, uint64_t receive) {
    NoiseKeys out;
    out.send = secret_of(send);
    out.receive = secret_of(receive);
    out.chain = secret_of(3);
    return out;
  }
  struct Sealed {
    uint8_t epoch;
    uint64_t counter;
    Bytes bytes;
  };
  Sealed seal(const KeyRing& from) {
    Sealed out{from.epoch(), ++counter_, Bytes(4 + wire::kTagBytes, 7)};
    from.seal(out.counter, kHeader, out.bytes);
    return out;
  }
  static bool opens(KeyRing& at, Sealed sealed, MonoTime now = kStart) {
    return at.open(sealed.epoch, sealed.counter, kHeader, sealed.bytes, now) && sealed.bytes[0] == 7 && sealed.bytes[3] == 7;
  }
  // Client's offer to server and its answer back; nothing has been sent under the new keys yet.
  void change() {
    client.begin(secret_of(50));
    const auto answer = server.answer(*client.offer(), random);
    ASSERT_TRUE(answer && client.finish(*answer));
  }
  static constexpr uint8_t kHeader[13] = {1, 2, 3};
  SeededRandom random{9};
  KeyRing client, server;

 private:
  uint64_t counter_ = 0;
};

TEST_P(KeyRingTest, BothSidesOpenWhatTheOtherSealed) {
  EXPECT_TRUE(opens(server, seal(client)));
  EXPECT_TRUE(opens(client, seal(server)));
  EXPECT_FALSE(opens(client, seal(client))) << "each direction has its key";
}

TEST_P(KeyRingTest, AfterAChangeBothSealUnderNewKeys) {
  const Sealed before = seal(client);
  change();
  EXPECT_EQ(client.epoch(), 1);
  EXPECT_EQ(server.epoch(), 0) << "until it knows that the client has them";
  EXPECT_TRUE(opens(client, seal(server)));
  EXPECT_TRUE(opens(server, seal(client)));
  EXPECT_EQ(server.epoch(), 1);
  EXPECT_TRUE(opens(client, seal(server)));
  Sealed relabelled = before;
  relabelled.epoch = 1;
  EXPECT_FALSE(opens(server, relabelled)) << "the keys differ";
}

TEST_P(KeyRingTest, ThePreviousEpochOpensForTenSecondsThenItsKeyIsGone) {
  const Sealed late_to_server = seal(client), late_to_client = seal(server);
  change();
  EXPECT_TRUE(opens(server, seal(client)));
  EXPECT_TRUE(opens(client, seal(server)));
  EXPECT_TRUE(opens(server, late_to_server, kStart + Millis(9999)));
  EXPECT_TRUE(opens(client, late_to_client, kStart + Millis(9999)));
  EXPECT_FALSE(opens(server, late_to_server, kStart + Seconds(10)));
  EXPECT_FALSE(opens(client, late_to_client, kStart + Seconds(10)));
  EXPECT_EQ(server.due(), kStart + Seconds(10));
  server.expire(kStart + Seconds(10));
  client.expire(kStart + Seconds(10));
  EXPECT_FALSE(opens(server, late_to_server)) << "wiped, not only refused";
  EXPECT_EQ(server.due(), kNever);
  EXPECT_TRUE(client.can_begin());
}

TEST_P(KeyRingTest, TheClientKeepsThePreviousKeyUntilTheServerSpeaksUnderTheNewOne) {
  change();
  const Sealed old = seal(server);
  EXPECT_TRUE(opens(client, old, kStart + Seconds(1000)));
}

TEST_P(KeyRingTest, ARepeatedOfferGetsTheSameAnswerAndAnotherOneNone) {
  client.begin(secret_of(50));
  const auto first = server.answer(*client.offer(), random);
  const auto second = server.answer(*client.offer(), random);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->key, second->key);
  EXPECT_FALSE(server.answer({1, public_key_of(secret_of(51))}, random));
  ASSERT_TRUE(client.finish(*second));
  EXPECT_TRUE(opens(server, seal(client)));
  EXPECT_FALSE(client.finish(*second)) << "once";
  EXPECT_FALSE(server.answer({1, public_key_of(secret_of(50))}, random)) << "the offer of the epoch that is";
}

TEST_P(KeyRingTest, OffersForOtherEpochsAndLowOrderPointsAreRefused) {
  EXPECT_FALSE(server.answer({0, public_key_of(secret_of(50))}, random));
  EXPECT_FALSE(server.answer({2, public_key_of(secret_of(50))}, random));
  EXPECT_FALSE(server.answer({1, PublicKey{}}, random));
  client.begin(secret_of(50));
  EXPECT_FALSE(client.finish({1, PublicKey{}}));
  EXPECT_FALSE(client.finish({2, public_key_of(secret_of(60))}));
  EXPECT_TRUE(opens(server, seal(client))) << "nothing changed";
}

TEST_P(KeyRingTest, EpochsComeRoundAfterThirtyTwoChanges) {
  for (int i = 0; i < 70; ++i) {
    change();
    ASSERT_TRUE(opens(server, seal(client)));
    ASSERT_TRUE(opens(client, seal(server)));
    ASSERT_EQ(client.epoch(), (i + 1) % 32);
    client.expire(kStart + Seconds(10));
    server.expire(kStart + Seconds(10));
  }
}

INSTANTIATE_TEST_SUITE_P(Ciphers, KeyRingTest, ::testing::Values(Cipher::kChaCha20Poly1305, Cipher::kAes256Gcm),
                         [](const auto& info) { return info.param == Cipher::kAes256Gcm ? "Aes256Gcm" : "ChaCha20Poly1305"; });

}  // namespace
}  // namespace parley::link
