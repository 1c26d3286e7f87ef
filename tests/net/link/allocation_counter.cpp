// SPDX-License-Identifier: Apache-2.0
#include "tests/net/link/allocation_counter.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

// Global because operator new is.
std::atomic<uint64_t> count{0};

}  // namespace

void* operator new(size_t size) {
  ++count;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t size, std::align_val_t alignment) {
  ++count;
  const auto align = static_cast<size_t>(alignment);
  if (void* const memory = std::aligned_alloc(align, (size + align - 1) / align * align)) return memory;
  throw std::bad_alloc();
}
// Under AddressSanitizer the array form isn't made of the plain one.
void* operator new[](size_t size) { return operator new(size); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

uint64_t parley::link::test::allocations() { return count; }
