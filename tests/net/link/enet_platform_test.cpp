// SPDX-License-Identifier: Apache-2.0
#include "net/link/enet_platform.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace parley::link {
namespace {

using HostPtr = std::unique_ptr<ENetHost, void (*)(ENetHost*)>;

class Recorder final : public VirtualSocket {
 public:
  int send(const ENetAddress& to, std::span<const ENetBuffer> parts) override {
    std::string bytes;
    for (const ENetBuffer& part : parts) bytes.append(static_cast<const char*>(part.data), part.dataLength);
    sent.emplace_back(to.host, bytes);
    return static_cast<int>(bytes.size());
  }
  int receive(ENetAddress&, MutableBytes) override { return 0; }
  std::vector<std::pair<uint32_t, std::string>> sent;
};

class EnetPlatformTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(check_enet_platform()); }
  std::string connect_datagram(uint32_t seed) {
    Recorder socket;
    EnetMemory memory;
    EnetEnvironment environment{&socket, &memory, 5000, seed};
    const EnetScope scope(environment);
    const HostPtr host(enet_host_create(nullptr, 1, 1, 0, 0), enet_host_destroy);
    host->randomSeed = enet_host_random_seed();  // ENet mixes the host's address into it
    const ENetAddress peer{77, 1};
    enet_host_connect(host.get(), &peer, 1, 0);
    enet_host_flush(host.get());
    EXPECT_EQ(socket.sent.size(), 1u);
    EXPECT_EQ(socket.sent.at(0).first, 77u);
    return socket.sent.at(0).second;
  }
};

TEST_F(EnetPlatformTest, EnetsCallsArriveHere) { EXPECT_TRUE(check_enet_platform()); }

TEST_F(EnetPlatformTest, TheSameSeedAndTimeGiveTheSameDatagram) {
  EXPECT_EQ(connect_datagram(1), connect_datagram(1));
  EXPECT_NE(connect_datagram(1), connect_datagram(2));
}

TEST_F(EnetPlatformTest, OutsideOfAScopeAGameGetsRealSocketsAndTime) {
#ifdef PARLEY_PRIVATE_ENET
  GTEST_SKIP() << "a game has an ENet of its own then";
#endif
  const ENetAddress loopback{htonl(INADDR_LOOPBACK), 0};
  const HostPtr host(enet_host_create(&loopback, 1, 1, 0, 0), enet_host_destroy);
  ASSERT_NE(host, nullptr);
  EXPECT_LT(host->socket, kFirstVirtualSocket);
  ENetAddress bound{};
  ASSERT_EQ(enet_socket_get_address(host->socket, &bound), 0);
  EXPECT_NE(bound.port, 0);
  const ENetBuffer hello{const_cast<char*>("hi"), 2};
  EXPECT_EQ(enet_socket_send(host->socket, &bound, &hello, 1), 2);
  char raw[8];
  ENetBuffer room{raw, sizeof raw};
  EXPECT_EQ(enet_socket_receive(host->socket, &bound, &room, 1), 2);
}

TEST_F(EnetPlatformTest, ScopesNest) {
  EnetEnvironment outer{nullptr, nullptr, 1, 0}, inner{nullptr, nullptr, 2, 0};
  const EnetScope a(outer);
  {
    const EnetScope b(inner);
    EXPECT_EQ(enet_time_get(), 2u);
  }
  EXPECT_EQ(enet_time_get(), 1u);
}

TEST_F(EnetPlatformTest, AHostOutsideOfItsScopeTouchesNoNetwork) {
  const ENetAddress to{htonl(INADDR_LOOPBACK), 9};
  const ENetBuffer bytes{const_cast<char*>("hi"), 2};
  EXPECT_EQ(enet_socket_send(kFirstVirtualSocket, &to, &bytes, 1), 0);
}

TEST(EnetMemory, RecyclesBlocksOfEverySize) {
  EnetMemory memory;
  for (size_t size = 0; size <= 70'000; size = size * 5 / 4 + 1) {
    void* block = memory.allocate(size);
    ASSERT_EQ(reinterpret_cast<uintptr_t>(block) % 16, 0u);
    std::fill_n(static_cast<uint8_t*>(block), size, uint8_t{0xab});
    EnetMemory::release(block);
    const uint64_t fresh = memory.counters().fresh;
    EXPECT_EQ(memory.allocate(size), block);
    EXPECT_EQ(memory.counters().fresh, fresh);
    EnetMemory::release(block);
  }
  EXPECT_EQ(memory.counters().live, 0u);
}

TEST(EnetMemory, HasReadyWhatItPreparedAndNoMore) {
  EnetMemory memory;
  memory.prepare(88, 10);
  EXPECT_EQ(memory.counters().live, 0u);
  const uint64_t fresh = memory.counters().fresh;
  std::vector<void*> blocks;
  for (int i = 0; i < 10; ++i) blocks.push_back(memory.allocate(88));
  EXPECT_EQ(memory.counters().fresh, fresh);
  blocks.push_back(memory.allocate(88));
  EXPECT_EQ(memory.counters().fresh, fresh + 1);
  for (void* block : blocks) EnetMemory::release(block);
}

TEST(EnetMemory, BlocksDoNotOverlap) {
  EnetMemory memory;
  std::vector<std::pair<uint8_t*, size_t>> blocks;
  for (size_t i = 0; i < 3000; ++i) {
    const size_t size = 1 + i * 7 % 900;
    auto* block = static_cast<uint8_t*>(memory.allocate(size));
    std::fill_n(block, size, static_cast<uint8_t>(i));
    blocks.emplace_back(block, size);
  }
  for (size_t i = 0; i < blocks.size(); ++i) {
    const auto [block, size] = blocks[i];
    ASSERT_EQ(std::count(block, block + size, static_cast<uint8_t>(i)), static_cast<ptrdiff_t>(size));
    EnetMemory::release(block);
  }
}

TEST(EnetMemory, LeavesForeignBlocksToMalloc) {
  EnetMemory memory;
  EnetMemory::release(nullptr);
  EnetMemory::release(malloc(100));
  void* huge = memory.allocate(1 << 20);
  ASSERT_NE(huge, nullptr);
  EnetMemory::release(huge);
  EXPECT_EQ(memory.counters().live, 0u);
}

TEST(EnetMemoryDeathTest, APacketThatOutlivesItsTransportIsOurMistake) {
  EXPECT_DEATH(
      {
        EnetMemory memory;
        memory.allocate(10);
      },
      "outlived");
}

}  // namespace
}  // namespace parley::link
