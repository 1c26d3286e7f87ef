// SPDX-License-Identifier: Apache-2.0
#include "tests/net/transport/allocation_count.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<uint64_t> g_allocations{0};

// Sanitizers keep intercepting the malloc beneath.
void* counted(size_t bytes) {
  ++g_allocations;
  return std::malloc(bytes == 0 ? 1 : bytes);
}

}  // namespace

void* operator new(size_t bytes) {
  if (void* block = counted(bytes)) return block;
  std::abort();
}
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return counted(bytes); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, size_t) noexcept { std::free(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { std::free(block); }

namespace parley::transport::test {

uint64_t allocations() { return g_allocations; }

}  // namespace parley::transport::test
