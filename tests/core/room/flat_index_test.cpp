// SPDX-License-Identifier: Apache-2.0
#include "core/room/flat_index.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "core/base/random.h"

namespace parley::room {
namespace {

bool contains(const FlatIndex& index, uint32_t hash, uint32_t position) {
  return index.find(hash, [&](uint32_t at) { return at == position; }) == position;
}

TEST(FlatIndexTest, AnEmptyOneFindsNothing) { EXPECT_FALSE(contains(FlatIndex(), 1, 1)); }

TEST(FlatIndexTest, KeepsPositionsOfTheSameHashApart) {
  FlatIndex index;
  for (uint32_t position = 0; position < 100; ++position) index.insert(7, position);
  for (uint32_t position = 0; position < 100; position += 2) index.erase(7, position);
  for (uint32_t position = 0; position < 100; ++position) EXPECT_EQ(contains(index, 7, position), position % 2 == 1);
}

TEST(FlatIndexTest, AClearedOneHoldsNothingAndIsFilledAgain) {
  FlatIndex index;
  for (uint32_t position = 0; position < 100; ++position) index.insert(position << 25, position);
  index.clear();
  EXPECT_EQ(index.size(), 0u);
  for (uint32_t position = 0; position < 100; ++position) EXPECT_FALSE(contains(index, position << 25, position));
  index.insert(7, 1);
  EXPECT_TRUE(contains(index, 7, 1));
}

TEST(FlatIndexTest, AgreesWithAMapOverRandomInsertsAndErases) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    // Few different homes, many of them at the table's end, so that runs are long and wrap around.
    const auto random_hash = [&] { return static_cast<uint32_t>(random.below(8) << 28 | 0xf0000000u * random.below(2) | random.below(3)); };
    FlatIndex index;
    std::map<uint32_t, uint32_t> expected;  // position → hash
    for (uint32_t step = 0; step < 2000; ++step) {
      if (random.below(5) < 3) {
        const uint32_t hash = random_hash();
        index.insert(hash, step);
        expected.emplace(step, hash);
      } else if (!expected.empty()) {
        const auto victim = std::next(expected.begin(), static_cast<long>(random.below(expected.size())));
        index.erase(victim->second, victim->first);
        EXPECT_FALSE(contains(index, victim->second, victim->first));
        expected.erase(victim);
      }
    }
    EXPECT_EQ(index.size(), expected.size());
    for (const auto& [position, hash] : expected) EXPECT_TRUE(contains(index, hash, position));
  }
}

TEST(FlatIndexDeathTest, ErasingWhatIsNotThereIsOurBug) {
  FlatIndex index;
  index.insert(1, 1);
  EXPECT_DEATH(index.erase(1, 2), "only what was inserted");
}

}  // namespace
}  // namespace parley::room
