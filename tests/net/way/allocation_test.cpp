// SPDX-License-Identifier: Apache-2.0
// The whole way of a message, from the sender's game to the receivers' games and back as receipts, allocates nothing once it is warm:
// neither the server's I/O thread, nor parley_send, nor parley_poll. (The history thread is LMDB's and its own business.)
#include <gtest/gtest.h>

#include "tests/net/way/counting_new.h"
#include "tests/net/way/whole_way.h"

namespace parley::way {
namespace {

constexpr int kMembers = 20, kWarmUp = 300, kMessages = 200;
constexpr Millis kBetween{20};

class AllocationTest : public testing::Test {
 protected:
  AllocationTest() {
    world.run(Seconds{2});
    EXPECT_EQ(world.joined(), size_t{kMembers});
    chat(kWarmUp);
    world.run(Seconds{1});
    warm = world.allocations();
  }
  void chat(int messages) {
    for (int i = 0; i < messages; ++i) world.say("a message of usual length, as people write them", kBetween);
  }

  WholeWay world{kMembers};
  Allocations warm;
};

TEST_F(AllocationTest, AMessageTakesNoneOnItsWholeWayOnceItIsWarm) {
  const uint64_t delivered = world.delivered(), durable = world.durable();
  chat(kMessages);
  const Allocations after = world.allocations();
  EXPECT_EQ(world.delivered() - delivered, uint64_t{kMessages} * kMembers);
  EXPECT_GT(world.durable(), durable);
  EXPECT_EQ(after.server - warm.server, 0u) << "in the server's I/O thread";
  EXPECT_EQ(after.send - warm.send, 0u) << "in parley_send";
  EXPECT_EQ(after.poll - warm.poll, 0u) << "in parley_poll";
  EXPECT_EQ(after.enet_blocks - warm.enet_blocks, 0u) << "of ENet's in the clients";
}

TEST_F(AllocationTest, TheCounterCounts) {
  const uint64_t before = allocations();
  world.say(std::string(3000, 'x'), Millis{0});  // longer than any string keeps inside
  EXPECT_GT(allocations() - before, 0u);
  EXPECT_GT(warm.server + warm.send + warm.poll, 0u) << "the warm-up itself allocates";
}

}  // namespace
}  // namespace parley::way
