// SPDX-License-Identifier: Apache-2.0
// With a random key the hash spreads keys that were chosen to be bad for other hashes. Bounds are far above chance and far below a flood.
#include "core/room/keyed_hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "core/base/random.h"

namespace parley::room {
namespace {

constexpr size_t kKeys = 4096;

template <class KeyOf>
void expect_spread(KeyOf key_of) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SeededRandom random(seed);
    const KeyedHash hash(random.next());
    std::set<uint32_t> homes;  // by the top 12 bits, of which there are as many as keys
    for (uint64_t i = 0; i < kKeys; ++i) homes.insert(hash(key_of(i)) >> 20);
    EXPECT_GT(homes.size(), kKeys / 16) << "seed " << seed;
  }
}

TEST(KeyedHashTest, SpreadsCounters) {
  expect_spread([](uint64_t i) { return i; });
}

TEST(KeyedHashTest, SpreadsMultiplesOfLargePowersOfTwo) {
  expect_spread([](uint64_t i) { return i << 50; });
}

TEST(KeyedHashTest, SpreadsNamesThatDifferInOneByte) {
  expect_spread([](uint64_t i) { return "room-" + std::to_string(i); });
}

TEST(KeyedHashTest, SpreadsLongNamesThatDifferAtTheirEnd) {
  expect_spread([](uint64_t i) { return std::string(58, 'x') + std::to_string(i); });
}

TEST(KeyedHashTest, TellsNamesThatAreOnlyLongerByZeroesApart) {
  const KeyedHash hash(12345);
  std::set<uint32_t> seen;
  for (size_t length = 0; length <= 64; ++length) seen.insert(hash(std::string(length, '\0')));
  EXPECT_EQ(seen.size(), 65u);
}

TEST(KeyedHashTest, AnotherKeyGivesAnotherHash) {
  EXPECT_NE(KeyedHash(11)("general"), KeyedHash(12345678901)("general"));
  EXPECT_NE(KeyedHash(11)(uint64_t{7}), KeyedHash(12345678901)(uint64_t{7}));
}

}  // namespace
}  // namespace parley::room
