// SPDX-License-Identifier: Apache-2.0
// The way of a message from the wire to the members and back as receipts allocates nothing once it is warm. The operator new of this
// program counts; the fake transport only counts sends meanwhile.
#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/net/server/server_fixture.h"

namespace {
std::atomic<uint64_t> g_allocations = 0;  // operator new has no other place to count
}

void* operator new(size_t size) {
  ++g_allocations;
  if (void* p = std::malloc(size)) return p;
  std::abort();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {  // std::stable_sort's buffer
  ++g_allocations;
  return std::malloc(size);
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }

namespace parley::server {
namespace {

// One I/O cycle with a send in it; how many allocations it took.
uint64_t allocations_of_a_send(ServerFixture& server, const Client& client, RoomId room, uint64_t number) {
  server.send(client, room, number, "a message of usual length, as people write them");
  const uint64_t before = g_allocations;
  server.cycle_io(client.io);
  return g_allocations - before;
}

TEST(Allocation, AMessageTakesNoneOnceItsWayIsWarm) {
  ServerFixture server;
  server.config.sends = {0, 0};
  const Client ann = server.connect("ann");
  const RoomId room = server.join(ann, "lobby");
  for (int i = 0; i < 20; ++i) server.join(server.connect("user" + std::to_string(i)), "lobby");
  server.transports[0]->keep = false;
  uint64_t number = 0;
  for (int warm = 0; warm < 64; ++warm) {
    allocations_of_a_send(server, ann, room, ++number);
    server.settle(4);
  }
  uint64_t allocations = 0;
  for (int round = 0; round < 32; ++round) {
    allocations += allocations_of_a_send(server, ann, room, ++number);
    server.settle(4);
  }
  EXPECT_EQ(allocations, 0u);
  server.transports[0]->keep = true;
  EXPECT_GT(allocations_of_a_send(server, ann, room, ++number), 0u) << "the counter counts: keeping what is sent allocates";
}

}  // namespace
}  // namespace parley::server
