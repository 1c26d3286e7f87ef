// SPDX-License-Identifier: Apache-2.0
#include "net/link/enet_memory.h"

#include <sys/mman.h>

#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>

#include "core/base/check.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PARLEY_ADDRESS_SANITIZER 1  // clang's way to say it
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(PARLEY_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

namespace parley::link {
namespace {

constexpr size_t kSlabBytes = 256 * 1024;
constexpr size_t kRangeBytes = sizeof(void*) == 8 ? size_t{1} << 36 : size_t{1} << 28;
constexpr size_t kLargestBlock = 80 * 1024;  // a packet of kEnetMaximumPacketSize fits; larger ones (a host's peers) come from malloc

// Address space for all slabs of the process. A global because ENet's free() passes nothing but an address.
class SlabRange {
 public:
  static SlabRange& instance() {
    static SlabRange* range = new SlabRange;  // never destroyed: ENet blocks may be freed by other globals' destructors
    return *range;
  }

  bool contains(const void* block) const {
    const auto* byte = static_cast<const uint8_t*>(block);
    return byte >= base_ && byte < base_ + size_;
  }

  uint8_t* take() {
    const std::lock_guard lock(mutex_);
    if (!returned_.empty()) {
      uint8_t* slab = returned_.back();
      returned_.pop_back();
      return slab;
    }
    if (used_ + kSlabBytes > size_) return nullptr;
    uint8_t* slab = base_ + used_;
    if (mprotect(slab, kSlabBytes, PROT_READ | PROT_WRITE) != 0) return nullptr;
    used_ += kSlabBytes;
    return slab;
  }

  void give_back(uint8_t* slab) {
    ASAN_UNPOISON_MEMORY_REGION(slab, kSlabBytes);
    madvise(slab, kSlabBytes, MADV_DONTNEED);
    const std::lock_guard lock(mutex_);
    returned_.push_back(slab);
  }

 private:
  SlabRange() {
    // PROT_NONE counts towards no overcommit limit. If even the address space is denied (ulimit -v), everything comes from malloc.
    void* reserved = mmap(nullptr, kRangeBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (reserved == MAP_FAILED) return;
    base_ = static_cast<uint8_t*>(reserved);
    size_ = kRangeBytes;
  }

  uint8_t* base_ = nullptr;
  size_t size_ = 0;
  std::mutex mutex_;
  size_t used_ = 0;
  std::vector<uint8_t*> returned_;
};

// Four sizes per doubling, from 32 bytes: at most a quarter is wasted.
size_t class_of(size_t bytes) {
  if (bytes <= 32) return 0;
  const size_t doubling = std::bit_width(bytes - 1) - 6;  // 33..64 → 0
  const size_t quarter = ((bytes - 1) >> (doubling + 3)) & 3;
  return 1 + doubling * 4 + quarter;
}
size_t class_bytes(size_t index) {
  if (index == 0) return 32;
  return (5 + (index - 1) % 4) << ((index - 1) / 4 + 3);
}
size_t rounded(size_t bytes) { return (bytes + 15) / 16 * 16; }

}  // namespace

struct alignas(16) EnetMemory::Header {
  EnetMemory* owner;
  size_t size_class;
};
struct EnetMemory::FreeBlock {
  FreeBlock* next;
};

EnetMemory::~EnetMemory() {
  CHECK(counters_.live == 0, "an ENet packet outlived the transport that made it");
  for (uint8_t* slab : slabs_) SlabRange::instance().give_back(slab);
}

void EnetMemory::prepare(size_t bytes, size_t count) {
  std::vector<void*> blocks(count);
  for (void*& block : blocks) block = allocate(bytes);
  for (void* const block : blocks) release(block);
}

void* EnetMemory::allocate(size_t bytes) {
  ++counters_.allocations;
  if (bytes > kLargestBlock) {
    ++counters_.fresh;
    return std::malloc(bytes);
  }
  const size_t index = class_of(bytes);
  static_assert(kLargestBlock <= (size_t{5 + (kClasses - 2) % 4} << ((kClasses - 2) / 4 + 3)), "the last class holds the largest block");
  const size_t payload = rounded(class_bytes(index));
  void* block = free_[index];
  if (block != nullptr) {
    ASAN_UNPOISON_MEMORY_REGION(block, sizeof(FreeBlock));
    free_[index] = static_cast<FreeBlock*>(block)->next;
  } else {
    ++counters_.fresh;
    void* raw = carve(sizeof(Header) + payload);
    if (raw == nullptr) return std::malloc(bytes);
    block = new (raw) Header{this, index} + 1;
  }
  ASAN_POISON_MEMORY_REGION(block, payload);
  ASAN_UNPOISON_MEMORY_REGION(block, bytes);
  ++counters_.live;
  counters_.live_bytes += sizeof(Header) + payload;
  return block;
}

void* EnetMemory::carve(size_t bytes) {
  if (left_ < bytes) {
    uint8_t* slab = SlabRange::instance().take();
    if (slab == nullptr) return nullptr;
    slabs_.push_back(slab);
    counters_.slab_bytes += kSlabBytes;
    next_ = slab;
    left_ = kSlabBytes;
  }
  uint8_t* block = next_;
  next_ += bytes;
  left_ -= bytes;
  return block;
}

void EnetMemory::release(void* block) {
  if (!SlabRange::instance().contains(block)) {
    std::free(block);
    return;
  }
  Header* header = static_cast<Header*>(block) - 1;
  header->owner->recycle(header);
}

void EnetMemory::recycle(Header* header) {
  void* block = header + 1;
  const size_t index = header->size_class;
  ASAN_UNPOISON_MEMORY_REGION(block, sizeof(FreeBlock));
  free_[index] = new (block) FreeBlock{free_[index]};
  ASAN_POISON_MEMORY_REGION(block, rounded(class_bytes(index)));
  --counters_.live;
  counters_.live_bytes -= sizeof(Header) + rounded(class_bytes(index));
}

}  // namespace parley::link
